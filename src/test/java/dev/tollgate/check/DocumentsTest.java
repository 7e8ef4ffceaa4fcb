package dev.tollgate.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the documents name exists: keys, and the files that they link to. */
class DocumentsTest {

    private static final Pattern KEY = Pattern.compile("`(tollgate\\.[a-z0-9.*-]+[a-z0-9*])`((?:, `\\.[a-z0-9-]+`)*)");
    private static final Pattern SIBLING = Pattern.compile("`(\\.[a-z0-9-]+)`");
    /** Files, the attribute of spans that holds the request id, and the key that is read only to be refused. */
    private static final Pattern NO_KEY = Pattern.compile(".*\\.(jar|env|service|db)|tollgate\\.request\\.id|tollgate\\.cluster\\.redis-url");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");

    private final Metadata metadata = Metadata.fromClassPath();

    static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(Path.of(".")); Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).map(Path::normalize).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyKeyThatIsNamedIsRead(Path document) throws IOException {
        assertThat(KEY.matcher(Files.readString(document)).results().flatMap(DocumentsTest::keys))
                .allSatisfy(key -> assertThat(exists(key)).as(key).isTrue());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsToAFileAndItsHeading(Path document) throws IOException {
        assertThat(LINK.matcher(Files.readString(document)).results()).allSatisfy(link -> {
            Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
            assertThat(target).exists();
            if (link.group(2) != null) {
                assertThat(headings(target)).contains(link.group(2));
            }
        });
    }

    /** A key, and those that stand behind it as {@code .name} for short. */
    private static Stream<String> keys(MatchResult named) {
        String key = named.group(1);
        String parent = key.substring(0, key.lastIndexOf('.'));
        Stream<String> siblings = SIBLING.matcher(named.group(2)).results().map(sibling -> parent + sibling.group(1));
        return Stream.concat(Stream.of(key), siblings).filter(name -> !NO_KEY.matcher(name).matches());
    }

    private boolean exists(String key) {
        if (key.endsWith("*")) {
            String start = key.substring(0, key.length() - 1);
            return metadata.below("tollgate").anyMatch(knob -> knob.name().startsWith(start));
        }
        return metadata.knows(key);
    }

    /** Headings as GitHub makes anchors of them. */
    private static Stream<String> headings(Path document) {
        try {
            return Files.readAllLines(document).stream().filter(line -> line.startsWith("#"))
                    .map(line -> line.replaceFirst("#+ ", "").toLowerCase().replaceAll("[^a-z0-9 -]", "").replace(' ', '-'));
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
