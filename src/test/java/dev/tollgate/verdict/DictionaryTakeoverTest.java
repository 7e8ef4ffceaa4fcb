package dev.tollgate.verdict;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class DictionaryTakeoverTest {

    private static final VerdictKey BIOLOGY = new VerdictKey("Biology 101 | Textbook | Fall | 89.99");
    private static final VerdictKey POETRY = new VerdictKey("Zürich, 诗 | Poetry | All | 5.00");
    private static final Instant LAST_YEAR = Instant.parse("2025-11-22T10:00:00Z");

    @TempDir
    Path directory;
    Path dictionary;
    ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");

    @BeforeEach
    void nameTheDictionary() {
        dictionary = directory.resolve("xai_cache.json");
    }

    static Stream<Arguments> shapes() {
        String oneLine = "{\"Biology 101 | Textbook | Fall | 89.99\": true, \"Zürich, 诗 | Poetry | All | 5.00\": false}";
        String pretty = oneLine.replace("{", "{\n    ").replace(", \"Z", ",\n    \"Z").replace("}", "\n}\n");
        return Stream.of(
                arguments("one line of booleans", oneLine, StandardCharsets.UTF_8),
                arguments("pretty-printed", pretty, StandardCharsets.UTF_8),
                arguments("Windows line ends", pretty.replace("\n", "\r\n"), StandardCharsets.UTF_8),
                arguments("byte order mark", "\uFEFF" + pretty, StandardCharsets.UTF_8),
                arguments("UTF-16 of a Windows editor", "\uFEFF" + pretty, StandardCharsets.UTF_16LE),
                arguments("Python words", oneLine.replace("true", "\"True\"").replace("false", "\"False\""), StandardCharsets.UTF_8),
                arguments("words", oneLine.replace("true", "\"true\"").replace("false", "\"false\""), StandardCharsets.UTF_8),
                arguments("mixed", oneLine.replace("true", "\"True\""), StandardCharsets.UTF_8),
                arguments("numbers", oneLine.replace("true", "1").replace("false", "0"), StandardCharsets.UTF_8),
                arguments("fractions", oneLine.replace("true", "1.0").replace("false", "0.0"), StandardCharsets.UTF_8),
                arguments("numbers in quotes", oneLine.replace("true", "\"1\"").replace("false", "\"0\""), StandardCharsets.UTF_8),
                arguments("yes and no", oneLine.replace("true", "\"yes\"").replace("false", "\" No \""), StandardCharsets.UTF_8),
                arguments("objects", oneLine.replace("true", "{\"verdict\":true}").replace("false", "{\"at\":[1,{\"verdict\":true}],\"verdict\":\"no\"}"),
                        StandardCharsets.UTF_8),
                arguments("objects with other names", oneLine.replace("true", "{\"reasonable\":1,\"x\":null}"), StandardCharsets.UTF_8),
                arguments("decomposed characters and blanks", oneLine.replace("ü", "u\u0308").replace("Biology 101", " Biology 101  "),
                        StandardCharsets.UTF_8),
                arguments("ASCII escapes", oneLine.replace("ü", "\\u00fc").replace("诗", "\\u8bd7"), StandardCharsets.US_ASCII),
                arguments("bars without spaces", oneLine.replace(" | ", "|"), StandardCharsets.UTF_8),
                arguments("other entries between", oneLine.replace("{", "{\"seasonality:x|y|z\": \"Law School\", \"a\": null, "
                        + "\"b\": {\"c\": [true]}, \"d\": 1.5, \"e\": NaN, "), StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void theExistingDictionaryServesAndStaysAsItIs(String shape, String content, Charset charset) throws Exception {
        write(content, charset);
        byte[] before = Files.readAllBytes(dictionary);
        for (String start : List.of("first start", "second start")) {
            try (VerdictCache cache = open()) {
                assertThat(cache.lookup(BIOLOGY)).as(start).isEqualTo(new Lookup.Hit(true, Duration.ofDays(365)));
                assertThat(cache.lookup(POETRY)).as(start).isEqualTo(new Lookup.Hit(false, Duration.ofDays(365)));
                assertThat(cache.view().entries()).isEqualTo(2);
            }
        }
        assertThat(dictionary).hasBinaryContent(before);
        assertThat(names()).containsExactlyInAnyOrder("xai_cache.json", "xai_cache.journal", "xai_cache.journal.lock", "xai_cache.journal.mark");
    }

    @Test
    void whatIsNoVerdictIsCountedInOneWarning() throws Exception {
        write("{\"a\":null,\"b\":2,\"c\":\"perhaps\",\"d\":[true],\"e\":{},\"f\":{\"x\":true},\"g\":{\"verdict\":null},\"" + BIOLOGY
                + "\":true,\"h\":1.5,\"i\":\"\"}", StandardCharsets.UTF_8);
        try (LogLines lines = new LogLines(VerdictCache.class.getName()); VerdictCache cache = open()) {
            assertThat(cache.view().entries()).isOne();
            assertThat(lines.containing("WARN", "no verdicts")).singleElement().asString().contains("9 entries");
        }
    }

    @Test
    void theLaterOfTwoEqualKeysWins() throws Exception {
        write("{\"k\": true, \"k\": false, \"k\": \"True\", \"k\": \"False\"}", StandardCharsets.UTF_8);
        for (int start = 0; start < 2; start++) {
            try (VerdictCache cache = open()) {
                assertThat(cache.lookup(new VerdictKey("k"))).isEqualTo(new Lookup.Hit(false, Duration.ofDays(365)));
            }
        }
    }

    @Test
    void anAnswerGivenHereIsNotOverwrittenByADictionaryThatComesLater() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, false);
        }
        write("{\"" + BIOLOGY + "\": true, \"" + POETRY + "\": true}", StandardCharsets.UTF_8);
        try (VerdictCache cache = open()) {
            assertThat(cache.lookup(BIOLOGY)).isEqualTo(new Lookup.Hit(false, Duration.ZERO));
            assertThat(cache.lookup(POETRY)).isEqualTo(new Lookup.Hit(true, Duration.ofDays(365)));
        }
    }

    @Test
    void aDictionaryThatGrewIsReadAgain() throws Exception {
        write("{\"" + BIOLOGY + "\": true}", StandardCharsets.UTF_8);
        open().close();
        write("{\"" + BIOLOGY + "\": true, \"" + POETRY + "\": true}", StandardCharsets.UTF_8);
        try (VerdictCache cache = open()) {
            assertThat(cache.lookup(POETRY).isHit()).isTrue();
        }
    }

    @Test
    void whatStandsBehindDamageIsReadToo() throws Exception {
        String entry = "\"title %d | Textbook | Fall | 1.00\": true";
        String whole = "{" + IntStream.range(0, 20).mapToObj(entry::formatted).collect(Collectors.joining(",\n  ")) + "}";
        Random random = new Random(12);
        for (int times = 0; times < 300; times++) {
            byte[] damaged = whole.getBytes(StandardCharsets.UTF_8);
            int at = random.nextInt(damaged.length);
            if (times % 2 == 0) {
                damaged[at] ^= (byte) (1 << random.nextInt(8));
            } else {
                Arrays.fill(damaged, at, Math.min(damaged.length, at + 1 + random.nextInt(100)), (byte) 0);
            }
            String left = new String(damaged, StandardCharsets.ISO_8859_1);
            Files.deleteIfExists(directory.resolve("xai_cache.journal"));
            Files.deleteIfExists(directory.resolve("xai_cache.journal.mark"));
            Files.write(dictionary, damaged);
            try (VerdictCache cache = open()) {
                IntStream.range(0, 20).filter(n -> left.contains(entry.formatted(n) + ",") || left.endsWith(entry.formatted(n) + "}"))
                        .mapToObj(n -> new VerdictKey("title " + n + " | Textbook | Fall | 1.00"))
                        .forEach(key -> assertThat(cache.lookup(key).isHit()).as("%s in %s", key, left).isTrue());
            }
        }
    }

    static Stream<Arguments> damaged() {
        return Stream.of(
                arguments("", 0), arguments("[]", 0), arguments("null", 0), arguments("oops", 0), arguments("{", 0),
                arguments("{\"" + BIOLOGY + "\": true", 1),
                arguments("{\"" + BIOLOGY + "\": true, \"" + POETRY, 1),
                arguments("{\"" + BIOLOGY + "\": true, \"" + POETRY + "\": tru", 1),
                arguments("{\"" + BIOLOGY + "\": true} {", 1),
                arguments("{\"" + BIOLOGY + "\": true, 'single': true}", 1));
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("damaged")
    void aDamagedDictionaryServesWhatCanBeReadAndACopyIsKeptOnce(String content, int readable) throws Exception {
        write(content, StandardCharsets.UTF_8);
        for (int start = 0; start < 2; start++) {
            try (VerdictCache cache = open()) {
                assertThat(cache.view().entries()).isEqualTo(readable);
                assertThat(cache.lookup(BIOLOGY).isHit()).isEqualTo(readable == 1);
            }
        }
        assertThat(dictionary).hasContent(content);
        assertThat(names()).filteredOn(name -> name.contains(".corrupt-")).singleElement()
                .satisfies(name -> assertThat(directory.resolve(name)).hasContent(content));
    }

    @Test
    void bytesThatAreNoTextEndTheReadingNotTheStart() throws Exception {
        byte[] content = ("{\"" + BIOLOGY + "\": true, \"Z\u00fcrich\": true}").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(dictionary, content);
        try (VerdictCache cache = open()) {
            assertThat(cache.lookup(BIOLOGY).isHit()).isTrue();
        }
        assertThat(dictionary).hasBinaryContent(content);
    }

    private void write(String content, Charset charset) throws IOException {
        Files.write(dictionary, content.getBytes(charset));
        Files.setLastModifiedTime(dictionary, FileTime.from(LAST_YEAR));
    }

    private List<String> names() throws IOException {
        try (var paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    private VerdictCache open() throws IOException {
        return VerdictCache.open(new CacheSettings(dictionary, 1_000_000, Optional.empty()), clock);
    }
}
