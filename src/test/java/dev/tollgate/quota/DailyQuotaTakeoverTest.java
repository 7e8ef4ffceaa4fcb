package dev.tollgate.quota;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class DailyQuotaTakeoverTest {

    private static final int LIMIT = 10;

    @TempDir
    Path directory;
    Path file;
    ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("xai_token_state.json");
    }

    static Stream<Arguments> existingFiles() {
        return Stream.of(
                arguments("one line", "{\"last_reset_date\": \"2026-11-22\", \"calls_today\": 7}", 7),
                arguments("keys the other way round", "{\"calls_today\":7,\"last_reset_date\":\"2026-11-22\"}", 7),
                arguments("pretty-printed", "{\n    \"last_reset_date\": \"2026-11-22\",\n    \"calls_today\": 7\n}\n", 7),
                arguments("Windows line ends", "{\r\n  \"last_reset_date\": \"2026-11-22\",\r\n  \"calls_today\": 7\r\n}\r\n", 7),
                arguments("byte order mark", "\uFEFF{\"last_reset_date\":\"2026-11-22\",\"calls_today\":7}", 7),
                arguments("a count as a text", "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":\"7\"}", 7),
                arguments("a count as a text with blanks", "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":\" 7.0 \"}", 7),
                arguments("a count as a fraction", "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":7.0}", 7),
                arguments("a count with an exponent", "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":0.7e1}", 7),
                arguments("a time", "{\"last_reset_date\":\"2026-11-22T23:59:59.123456\",\"calls_today\":7}", 7),
                arguments("a time as Python writes it", "{\"last_reset_date\":\"2026-11-22 00:00:00\",\"calls_today\":7}", 7),
                arguments("a time without seconds", "{\"last_reset_date\":\"2026-11-22T09:30\",\"calls_today\":7}", 7),
                arguments("a time of UTC", "{\"last_reset_date\":\"2026-11-22T00:00:00Z\",\"calls_today\":7}", 7),
                arguments("a time with an offset", "{\"last_reset_date\":\"2026-11-21T23:30:00-05:00\",\"calls_today\":7}", 7),
                arguments("a time of another day", "{\"last_reset_date\":\"2026-11-22T01:00:00+05:45\",\"calls_today\":7}", 0),
                arguments("at the limit", "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":10}", 10),
                arguments("yesterday", "{\"last_reset_date\":\"2026-11-21\",\"calls_today\":7}", 0),
                arguments("yesterday, under a higher limit", "{\"last_reset_date\":\"2026-11-21\",\"calls_today\":5000}", 0),
                arguments("never used", "{\"last_reset_date\":\"1970-01-01\",\"calls_today\":0}", 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("existingFiles")
    void theExistingFileIsTakenOver(String shape, String content, int callsToday) throws Exception {
        Files.writeString(file, content);
        try (DailyQuota quota = open(OnCorruptState.SPENT)) {
            assertThat(quota.view().callsToday()).isEqualTo(callsToday);
            assertThat(grants(quota)).isEqualTo(LIMIT - callsToday);
        }
        assertThat(keptAside()).isEmpty();
    }

    @Test
    void aFileThatWasDeletedWhileNobodyRanIsToldOnTheSameDay() throws Exception {
        countedAndDeleted(4);
        try (LogLines lines = new LogLines(DailyQuota.class.getName())) {
            try (DailyQuota quota = open(OnCorruptState.SPENT)) {
                assertThat(quota.view().callsToday()).isZero();
                assertThat(quota.view().uncounted()).isEqualTo(4);
                assertThat(quota.view().warning()).contains("deleted", "4 calls");
                quota.take();
                assertThat(quota.view().uncounted()).as("as long as the day lasts").isEqualTo(4);
                clock.set("2026-11-23T00:00:00Z");
                assertThat(quota.view().uncounted()).isZero();
                assertThat(quota.view().warning()).isNull();
            }
            assertThat(lines.containing("WARN", "deleted while the gateway was stopped")).singleElement().asString()
                    .contains("4 calls of 2026-11-22");
        }
    }

    /** Nothing was lost, or nothing that counts. */
    @ParameterizedTest
    @ValueSource(strings = {"never run", "never counted", "given back", "yesterday", "mark unreadable", "mark deleted too"})
    void nothingIsToldWhereNothingIsKnownToBeLost(String history) throws Exception {
        switch (history) {
            case "never run" -> { }
            case "never counted" -> open(OnCorruptState.SPENT).close();
            case "given back" -> {
                try (DailyQuota quota = open(OnCorruptState.SPENT)) {
                    quota.giveBack(((QuotaDecision.Granted) quota.take()).permit());
                }
                Files.delete(file);
            }
            default -> countedAndDeleted(4);
        }
        Path mark = file.resolveSibling(file.getFileName() + ".mark");
        switch (history) {
            case "yesterday" -> clock.set("2026-11-23T00:00:00Z");
            case "mark unreadable" -> Files.writeString(mark, "{\"last_re");
            case "mark deleted too" -> Files.delete(mark);
            default -> { }
        }
        try (LogLines lines = new LogLines(DailyQuota.class.getName());
                DailyQuota quota = open(OnCorruptState.SPENT)) {
            assertThat(quota.view().callsToday()).isZero();
            assertThat(quota.view().uncounted()).isZero();
            assertThat(lines.all()).noneMatch(line -> line.contains("deleted"));
        }
    }

    private void countedAndDeleted(int calls) throws IOException {
        try (DailyQuota quota = open(OnCorruptState.SPENT)) {
            for (int i = 0; i < calls; i++) {
                quota.take();
            }
        }
        Files.delete(file);
    }

    @Test
    void keysOfOthersStayInTheFile() throws Exception {
        Files.writeString(file, "{\"note\":\"ours\",\"last_reset_date\":\"2026-11-21\",\"calls_today\":7,\"by\":{\"x\":[1]}}");
        try (DailyQuota quota = open(OnCorruptState.SPENT)) {
            quota.take();
        }
        assertThat(file).content().matches(
                "\\{\"last_reset_date\":\"2026-11-22\",\"calls_today\":1,\"note\":\"ours\",\"by\":\\{\"x\":\\[1\\]},\"crc32c\":\"[0-9a-f]{8}\"}");
    }

    @Test
    void anyBitThatFlipsInAWrittenFileSpendsTheDay() throws Exception {
        Files.writeString(file, "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":5}");
        try (DailyQuota quota = open(OnCorruptState.SPENT)) {
            quota.take();
        }
        byte[] written = Files.readAllBytes(file);
        for (int bit = 0; bit < written.length * 8; bit++) {
            byte[] flipped = written.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            try (DailyQuota quota = open(OnCorruptState.SPENT)) {
                assertThat(grants(quota)).as("bit %d", bit).isZero();
            }
        }
    }

    @Test
    void theReplacedSystemMayWriteTheFileInItsOwnForm() throws Exception {
        try (DailyQuota quota = open(OnCorruptState.SPENT)) {
            quota.take();
        }
        String theirs = Files.readString(file).strip().replace(",\"", ", \"").replace("\":", "\": ").replace("\"calls_today\": 1", "\"calls_today\": 4");
        Files.writeString(file, theirs);
        try (DailyQuota quota = open(OnCorruptState.SPENT)) {
            assertThat(quota.view().callsToday()).isEqualTo(4);
            assertThat(grants(quota)).isEqualTo(LIMIT - 4);
        }
        assertThat(keptAside()).isEmpty();
        assertThat(file).content().containsOnlyOnce("crc32c");
    }

    static Stream<String> untrustworthyFiles() {
        return Stream.of("", "{", "null", "[]", "oops", "{}", "{\"last_reset_date\":\"2026-11-22\"}", "{\"calls_today\":3}",
                "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":-1}",
                "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":11}",
                "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":\"three\"}",
                "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":3.5}",
                "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":99999999999}",
                "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":9,\"calls_today\":0}",
                "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":3}}",
                "{\"last_reset_date\":\"22.11.2026\",\"calls_today\":3}",
                "{\"last_reset_date\":null,\"calls_today\":3}",
                "{\"last_reset_date\":\"2026-11-23\",\"calls_today\":3}",
                "{\"last_reset_date\":\"2096-11-23\",\"calls_today\":0}",
                "\0\0\0\0\0\0\0\0");
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("untrustworthyFiles")
    void anUntrustworthyFileIsKeptAsideAndSpendsTheDay(String content) throws Exception {
        Files.writeString(file, content);
        try (DailyQuota quota = open(OnCorruptState.SPENT)) {
            assertThat(quota.view().callsToday()).isEqualTo(LIMIT);
            assertThat(grants(quota)).isZero();
        }
        assertThat(keptAside()).singleElement().satisfies(copy -> assertThat(copy).hasContent(content));
        try (DailyQuota restarted = open(OnCorruptState.SPENT)) {
            assertThat(grants(restarted)).as("a restart does not heal the day").isZero();
        }
        clock.set("2026-11-24T00:00:00Z");
        try (DailyQuota later = open(OnCorruptState.SPENT)) {
            assertThat(grants(later)).as("two days on").isEqualTo(LIMIT);
        }
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("untrustworthyFiles")
    void withResetTheOperatorAcceptsAFreshDay(String content) throws Exception {
        Files.writeString(file, content);
        try (DailyQuota quota = open(OnCorruptState.RESET)) {
            assertThat(grants(quota)).isEqualTo(LIMIT);
        }
        assertThat(keptAside()).singleElement().satisfies(copy -> assertThat(copy).hasContent(content));
    }

    @ParameterizedTest(name = "{0} calls counted for tomorrow")
    @ValueSource(ints = {0, 4, 10})
    void theCountOfATomorrowThatWasAlreadyUsedGoesOnTomorrow(int used) throws Exception {
        Files.writeString(file, "{\"last_reset_date\":\"2026-11-23\",\"calls_today\":" + used + "}");
        try (DailyQuota quota = open(OnCorruptState.SPENT)) {
            assertThat(grants(quota)).isZero();
            clock.set("2026-11-23T00:00:00Z");
            assertThat(grants(quota)).isEqualTo(LIMIT - used);
        }
    }

    @Test
    void twoCorruptFilesOfOneSecondAreBothKept() throws Exception {
        for (String content : List.of("first", "second")) {
            Files.writeString(file, content);
            open(OnCorruptState.SPENT).close();
        }
        assertThat(keptAside()).hasSize(2).extracting(path -> path.getFileName().toString()).containsExactlyInAnyOrder(
                "xai_token_state.json.corrupt-20261122T100000Z", "xai_token_state.json.corrupt-20261122T100000Z-2");
    }

    private static int grants(DailyQuota quota) {
        int grants = 0;
        while (quota.take().isGranted()) {
            grants++;
        }
        return grants;
    }

    private List<Path> keptAside() throws IOException {
        try (var paths = Files.list(directory)) {
            return paths.filter(path -> path.toString().contains(".corrupt-")).toList();
        }
    }

    private DailyQuota open(OnCorruptState onCorrupt) throws IOException {
        return DailyQuota.open(new QuotaSettings(file, LIMIT, ZoneOffset.UTC, onCorrupt), clock);
    }
}
