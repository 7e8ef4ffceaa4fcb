package dev.tollgate.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

class DatabaseHealthTest {

    private static final SQLException GONE = new SQLException("gone", "08006");

    private final ManualClock clock = new ManualClock();
    private final DatabaseHealth health = new DatabaseHealth(clock, Duration.ofSeconds(5));

    @Test
    void aFailureKeepsOthersFromTryingUntilOneMay() {
        assertThat(health.mayTry()).isTrue();
        assertThat(health.failed(GONE)).isTrue();
        assertThat(health.mayTry()).isFalse();
        clock.advance(Duration.ofSeconds(5));
        assertThat(IntStream.range(0, 200).parallel().filter(i -> health.mayTry()).count()).isEqualTo(1);
        health.failed(GONE);
        assertThat(health.mayTry()).isFalse();
        clock.advance(Duration.ofSeconds(5));
        assertThat(health.mayTry()).isTrue();
        health.succeeded();
        assertThat(health.isAway()).isFalse();
        assertThat(health.mayTry()).isTrue();
    }

    @Test
    void aRefusedRecordSaysNothingAgainstTheDatabase() {
        assertThat(health.failed(new SQLException("no such token", "23503"))).isFalse();
        assertThat(health.failed(new SQLException("deadlock", "40001"))).isFalse();
        assertThat(health.isAway()).isFalse();
    }

    @Test
    void aReadThatPassesSaysNothingAboutADiskThatIsFull() {
        DatabaseHealth named = new DatabaseHealth(clock, Duration.ofSeconds(5), "postgresql://db/ledger");
        assertThat(named.failed(new SQLException("could not extend file", "53100"))).isTrue();
        assertThat(named.mayTry()).as("reads go on").isTrue();
        assertThat(named.mayWrite()).isFalse();
        named.succeeded();
        assertThat(named.isAway()).isTrue();
        assertThat(named.trouble().orElseThrow()).contains("postgresql://db/ledger", "its disk is full", "Make room");
        clock.advance(Duration.ofSeconds(5));
        assertThat(IntStream.range(0, 200).parallel().filter(i -> named.mayWrite()).count()).isEqualTo(1);
        named.wrote();
        assertThat(named.isAway()).isFalse();
        assertThat(named.trouble()).isEmpty();
    }

    @Test
    void aFullDatabaseThatAlsoGoesAwayIsReadAgainFirstAndWrittenLater() {
        health.failed(new SQLException("could not extend file", "53100"));
        health.failed(GONE);
        assertThat(health.mayTry()).isFalse();
        clock.advance(Duration.ofSeconds(5));
        assertThat(health.mayTry()).isTrue();
        health.succeeded();
        assertThat(health.mayTry()).as("reads go on").isTrue();
        assertThat(health.isAway()).isTrue();
        health.wrote();
        assertThat(health.isAway()).isFalse();
    }

    @Test
    void whatLastsIsToldOnceAMinute() {
        try (LogLines log = new LogLines("dev.tollgate.database")) {
            for (int second = 0; second < 150; second += 5) {
                health.failed(new SQLException("could not extend file", "53100"));
                clock.advance(Duration.ofSeconds(5));
            }
            assertThat(log.containing("WARN", "its disk is full")).hasSize(3);
            for (int write = 0; write < 100; write++) {
                health.wrote();
                health.failed(new SQLException("could not extend file", "53100"));
            }
            assertThat(log.containing("WARN", "its disk is full")).as("some writes find room, some do not").hasSize(3);
        }
    }
}
