package dev.tollgate.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** An answer that was kept on disk is there when the process that kept it was killed. */
class CacheJournalTest {

    private static final CacheSettings AN_HOUR = new CacheSettings(Duration.ofHours(1), 100_000, Duration.ofSeconds(1), true);

    @TempDir
    Path data;
    @TempDir
    Path other;

    private final ManualClock clock = new ManualClock();

    @Test
    void aProcessThatDiesLosesNoAnswer() throws IOException {
        Caches killed = new Caches(data, clock); // never closed
        killed.shelf("weather", 1, AN_HOUR).keep("q", answer("sunny"));
        clock.advance(Duration.ofMinutes(40));
        killed.shelf("weather", 1, AN_HOUR).keep("r", answer("rain"));
        Files.createDirectories(other.resolve("kit/caches"));
        Path copy = Files.copy(data.resolve("kit/caches/weather.log"), other.resolve("kit/caches/weather.log"));
        Files.write(copy, "{\"key\":\"s\",\"at\":17".getBytes(), StandardOpenOption.APPEND); // torn off

        try (Caches next = new Caches(other, clock)) {
            Caches.Shelf shelf = next.shelf("weather", 1, AN_HOUR);
            assertThat(shelf.find("q").orElseThrow().body()).asString().isEqualTo("sunny");
            assertThat(shelf.find("q").orElseThrow().headers()).containsEntry(Exchange.HTTP_RESPONSE_CODE, 200).containsEntry("ETag", "1");
            assertThat(shelf.find("s")).isEmpty();
            clock.advance(Duration.ofMinutes(30));
            assertThat(shelf.find("q")).as("its hour is over, however often the gateway was started").isEmpty();
            assertThat(shelf.find("r")).isPresent();
        }
    }

    @Test
    void anEditMakesNoAnswerYounger() throws IOException {
        try (Caches caches = new Caches(data, clock)) {
            caches.shelf("weather", 1, AN_HOUR).keep("q", answer("sunny"));
            clock.advance(Duration.ofMinutes(50));
            CacheSettings more = new CacheSettings(Duration.ofHours(1), 200_000, Duration.ofSeconds(1), true);
            assertThat(caches.shelf("weather", 2, more).find("q")).isPresent();
            clock.advance(Duration.ofMinutes(11));
            assertThat(caches.shelf("weather", 2, more).find("q")).isEmpty();
        }
    }

    @Test
    void theFileDoesNotGrowForEver() throws IOException {
        try (Caches caches = new Caches(data, clock)) {
            Caches.Shelf shelf = caches.shelf("weather", 1, AN_HOUR);
            for (int n = 0; n < 300; n++) {
                shelf.keep("q" + n % 5, answer("x".repeat(10_000) + n));
            }
            assertThat(Files.size(data.resolve("kit/caches/weather.log"))).isLessThan(1_300_000);
            assertThat(shelf.find("q4").orElseThrow().body()).asString().endsWith("299");
        }
        try (Caches next = new Caches(data, clock)) {
            assertThat(next.shelf("weather", 1, AN_HOUR).find("q4").orElseThrow().body()).asString().endsWith("299");
        }
    }

    private KeptAnswer answer(String body) {
        return new KeptAnswer(Map.of(Exchange.HTTP_RESPONSE_CODE, 200, "ETag", "1"), body.getBytes(), clock.instant());
    }
}
