package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

class InFlightTest {

    @TempDir
    Path folder;
    private final ManualClock clock = new ManualClock();
    @AutoClose
    private final LogLines log = new LogLines("dev.tollgate.ledger");

    @Test
    void aCallThatNeverEndedIsNamedOnceAtTheNextStart() throws IOException {
        try (InFlight inFlight = new InFlight(folder, clock)) {
            inFlight.begin("c1", "r1", 7L, 500);
            inFlight.begin("c2", "r2", null, 300);
            inFlight.end("c1");
            inFlight.end("c1");
        }
        new InFlight(folder, clock).close();
        assertThat(log.containing("WARN", "Request r2 was cut off by a crash; up to 300 tokens")).hasSize(1);
        assertThat(log.containing("WARN", "cut off")).hasSize(1);
        new InFlight(folder, clock).close();
        assertThat(log.containing("WARN", "cut off")).as("then forgotten").hasSize(1);
    }

    @Test
    void aTornLastLineIsIgnored() throws IOException {
        try (InFlight inFlight = new InFlight(folder, clock)) {
            inFlight.begin("c1", "r1", 7L, 500);
        }
        Files.writeString(folder.resolve("inflight.log"), "{\"begin\":{\"callId\":\"c", StandardOpenOption.APPEND);
        new InFlight(folder, clock).close();
        assertThat(log.containing("WARN", "cut off")).hasSize(1);
    }

    @Test
    void theJournalStaysSmall() throws IOException {
        try (InFlight inFlight = new InFlight(folder, clock)) {
            inFlight.begin("stays", "r-stays", 7L, 500);
            IntStream.range(0, 50_000).parallel().forEach(i -> {
                inFlight.begin("c" + i, "r" + i, 7L, 500);
                inFlight.end("c" + i);
            });
            assertThat(Files.size(folder.resolve("inflight.log"))).isLessThan(5 << 20);
            inFlight.end("stays");
            inFlight.begin("last", "r-last", 7L, 500);
            inFlight.end("last");
            assertThat(Files.size(folder.resolve("inflight.log"))).isLessThan(65 << 10);
        }
        new InFlight(folder, clock).close();
        assertThat(log.containing("WARN", "cut off")).isEmpty();
    }
}
