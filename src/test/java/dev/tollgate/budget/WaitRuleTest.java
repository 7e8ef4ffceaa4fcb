package dev.tollgate.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Hundreds of waits, to the second; and that the wait is exactly long enough. */
class WaitRuleTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvFileSource(resources = "wait-rule.csv")
    void aCallWaitsExactlyUntilTheBucketCoversIt(long balance, int rate, long flow, long next, long estimate,
            long maxDeficit, long wait) {
        long at = NOW.toEpochMilli();
        BucketState state = new BucketState(at, balance * 1000, Plan.ofRate(rate, flow, 60_000), at + next * 1000,
                1, at, 0, 0, List.of());
        Terms terms = new Terms(maxDeficit, Duration.ofMillis(Decision.NEVER), Duration.ofMinutes(3));
        Reserve call = new Reserve("call", Price.exactly(estimate), ServiceClass.INTERACTIVE, terms);

        Decision decision = Bucket.next(state, call, NOW).result();

        assertThat(decision.waitMillis()).isEqualTo(wait * 1000);
        assertThat(decision.admitted()).isEqualTo(wait == 0);
        assertThat(Bucket.next(state, call, decision.until()).result().admitted()).isTrue();
        if (wait > 0) {
            assertThat(Bucket.next(state, call, decision.until().minusMillis(1)).result().admitted()).isFalse();
        }
    }
}
