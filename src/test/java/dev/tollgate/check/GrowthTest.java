package dev.tollgate.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever a caller can make grow has its bound, in number and in bytes, written beside it. */
class GrowthTest {

    /** A field that holds a collection which grows: made here, or a cache or queue wherever it is made. */
    private static final Pattern FIELD = Pattern.compile("    (?:(?:private|protected|static|final|volatile|transient) )+"
            + "(?:(?:Cache|BlockingQueue|LoadingCache)<.*> \\w+(?: = .*|;)|[A-Z][A-Za-z.]*<.*> \\w+ = "
            + ".*(?:new (?:Concurrent|Linked|Hash|Tree|Weak|Identity|"
            + "Array|CopyOnWrite|Priority)\\w*<|newKeySet|Caffeine\\.|synchronizedMap|synchronizedList).*)");

    private static final String BOUND = "Bound:";

    @Test
    void everyCollectionThatGrowsSaysItsBound() throws IOException {
        List<String> silent = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
                silent.addAll(silent(file, Files.readAllLines(file)));
            }
        }
        assertThat(silent).as("fields without '" + BOUND + " so many, of so many bytes' in the comment above them").isEmpty();
    }

    @Test
    void aMapWithoutABoundIsFound() {
        assertThat(silent(Path.of("A.java"), List.of("    private final Map<String, String> seen = new ConcurrentHashMap<>();"))).hasSize(1);
        assertThat(silent(Path.of("A.java"), List.of("    private final Cache<String, byte[]> kept;"))).hasSize(1);
        assertThat(silent(Path.of("A.java"), List.of("    /** Bound: 7 names of 9 bytes. */",
                "    private final Set<String> seen = new HashSet<>();"))).isEmpty();
    }

    private static List<String> silent(Path file, List<String> lines) {
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (FIELD.matcher(lines.get(i)).matches() && !comment(lines, i).contains(BOUND)) {
                silent.add(file + ":" + (i + 1) + lines.get(i));
            }
        }
        return silent;
    }

    /** The comment that ends right above a line. */
    private static String comment(List<String> lines, int line) {
        int from = line;
        while (from > 0 && lines.get(from - 1).strip().matches("(/\\*\\*|\\*|//|@).*")) {
            from--;
        }
        return String.join("\n", lines.subList(from, line));
    }
}
