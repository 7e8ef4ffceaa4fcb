package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Every path that the documents name is served, and every one that is served is named. */
class DocumentedPathsTest extends ObservedTest {

    private static final Pattern NAMED = Pattern.compile("(?:`(?:(?:GET|POST|PATCH|DELETE) )?|localhost:8080)(/[^`?\\s'\"<>)]*)");

    /** Paths of the upstreams, of the sandbox, and of the API that the documents make up. */
    private static final Pattern OF_OTHERS = Pattern.compile("/v1|/v1beta|/token|/sandbox/.*|/weather.*|/maps.*|/stocks.*");

    @Test
    void everyPathThatIsNamedIsServed() throws IOException {
        Set<String> served = served();

        assertThat(named().stream().filter(path -> !OF_OTHERS.matcher(path).matches()))
                .allSatisfy(path -> assertThat(served.stream().anyMatch(pattern -> matches(pattern, path))).as(path).isTrue());
    }

    @Test
    void everyPathThatIsServedIsNamed() throws IOException {
        Set<String> named = named();

        assertThat(served()).allSatisfy(pattern ->
                assertThat(named.stream().filter(path -> !path.equals("/admin/**")) // too much at once
                        .anyMatch(path -> matches(pattern, path))).as(pattern).isTrue());
    }

    /** As the gateway's own document has them, and the dashboard, which is a file. */
    private Set<String> served() {
        Set<String> served = new TreeSet<>(Set.of("/"));
        ((ObjectNode) gateway.get("/openapi.json").json().path("paths")).fieldNames().forEachRemaining(served::add);
        return served;
    }

    private static Set<String> named() throws IOException {
        Set<String> named = new TreeSet<>();
        try (Stream<Path> top = Files.list(Path.of(".")); Stream<Path> docs = Files.walk(Path.of("docs"))) {
            List<Path> documents = Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).toList();
            for (Path document : documents) {
                NAMED.matcher(Files.readString(document)).results().map(path -> path.group(1)).forEach(named::add);
            }
        }
        return named;
    }

    /** {@code /jobs/{id}} stands for one segment, {@code /keepa/{path}} for all below, {@code /admin/**} for any of them. */
    private static boolean matches(String served, String named) {
        if (named.endsWith("/**")) {
            return (served + "/").startsWith(named.substring(0, named.length() - 2));
        }
        if (served.endsWith("/{path}")) {
            return (named + "/").startsWith(served.substring(0, served.length() - 6));
        }
        return named.equals(served) || Pattern.matches(served.replaceAll("\\{\\w+}", "[^/]+"), named);
    }
}
