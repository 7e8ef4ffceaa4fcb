package dev.tollgate.gemini;

import java.time.Duration;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;
import dev.tollgate.gemini.UpstreamFailure.Kind;
import dev.tollgate.ledger.TokenRow;

import static org.assertj.core.api.Assertions.assertThat;

class BenchTest {

    private static final UpstreamFailure INVALID = new UpstreamFailure(Kind.KEY, 400, "HTTP 400", false, null);

    private final ManualClock clock = new ManualClock();
    private final Bench bench = new Bench(clock);
    @AutoClose
    private final LogLines log = new LogLines("dev.tollgate.gemini");

    @Test
    void aKeyThatDidNotFailIsNotBenched() {
        assertThat(bench.holds(row(1, "key"))).isFalse();
    }

    @Test
    void anInvalidKeyIsBenchedForFiveMinutes() {
        bench.take(row(1, "key"), INVALID);

        assertThat(bench.holds(row(1, "key"))).isTrue();
        assertThat(bench.holds(row(2, "key"))).as("another row").isFalse();
        clock.advance(Duration.ofSeconds(299));
        assertThat(bench.holds(row(1, "key"))).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(bench.holds(row(1, "key"))).isFalse();
    }

    @Test
    void aKeyWithoutQuotaIsBenchedAsLongAsItAskedFor() {
        bench.take(row(1, "key"), quota(true, Duration.ofSeconds(26)));
        bench.take(row(2, "key"), quota(true, null));

        clock.advance(Duration.ofSeconds(5));
        assertThat(bench.holds(row(1, "key"))).isTrue();
        assertThat(bench.holds(row(2, "key"))).isFalse();
        clock.advance(Duration.ofSeconds(21));
        assertThat(bench.holds(row(1, "key"))).isFalse();
    }

    @Test
    void aKeyWithoutQuotaForTheDayIsBenchedUntilMidnightInCalifornia() {
        bench.take(row(1, "key"), quota(false, Duration.ofSeconds(26))); // at noon UTC, which is 4 in the morning there

        clock.advance(Duration.ofHours(20).minusSeconds(1));
        assertThat(bench.holds(row(1, "key"))).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(bench.holds(row(1, "key"))).isFalse();
    }

    @Test
    void aKeyThatServesLeavesTheBench() {
        bench.take(row(1, "key"), INVALID);
        bench.clear(row(1, "key"));

        assertThat(bench.holds(row(1, "key"))).isFalse();
    }

    @Test
    void anInvalidKeyIsReportedOnceHoweverOftenItFails() {
        for (int i = 0; i < 10; i++) {
            bench.take(row(1, "key"), INVALID);
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(log.containing("ERROR", "The Gemini key of token 1 of company ACME is not accepted: HTTP 400")).hasSize(1);
    }

    @Test
    void eachRowsInvalidKeyIsReported() {
        bench.take(row(1, "key"), INVALID);
        bench.take(row(2, "key"), INVALID);

        assertThat(log.containing("ERROR", "is not accepted")).hasSize(2);
    }

    @Test
    void aNewKeyOfTheSameRowStartsAfresh() {
        bench.take(row(1, "old"), INVALID);
        assertThat(bench.holds(row(1, "new"))).isFalse();

        bench.take(row(1, "new"), INVALID);
        assertThat(bench.holds(row(1, "new"))).isTrue();
        assertThat(log.containing("ERROR", "is not accepted")).hasSize(2);
    }

    @Test
    void aKeyWithoutQuotaIsNoError() {
        bench.take(row(1, "key"), quota(true, null));
        bench.take(row(1, "key"), quota(false, null));

        assertThat(log.containing("ERROR", "")).isEmpty();
    }

    @Test
    void anInvalidKeyIsReportedWithoutItself() {
        bench.take(row(1, "key-secret"), INVALID);

        assertThat(log.containing("ERROR", "key-secret")).isEmpty();
    }

    private static UpstreamFailure quota(boolean retryable, Duration asked) {
        return new UpstreamFailure(Kind.QUOTA, 429, "HTTP 429", retryable, asked);
    }

    private static TokenRow row(long id, String key) {
        return new TokenRow(id, "ACME", "Acme", key, "Gemini", 1000, "Active", 0, 1000, 0);
    }
}
