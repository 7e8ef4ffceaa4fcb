package dev.tollgate.keepa;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Plan;

import static org.assertj.core.api.Assertions.assertThat;

/** A denial says the same to everybody: come back when the tokens are there. */
class DenialTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({"120000, 10, 5", "1, 0, 5", "59999, -1, 20", "2820000, -231, 5", "3600000, -300, 5", "101000, 300, 4000"})
    void theJavaClientComesBackWhenTheWaitIsOver(long wait, long balance, int rate) {
        Envelope e = denial(wait, balance, rate).envelope();

        long javaWaits = e.refillIn() > 0 ? e.refillIn() + 100 : 0;
        assertThat(javaWaits).isBetween(wait, wait + 100);
    }

    @ParameterizedTest
    @CsvSource({"120000, 10, 5", "1, 0, 5", "59999, -1, 20", "2820000, -231, 5", "3600000, -300, 5", "101000, 300, 4000"})
    void thePythonClientComesBackWhenTheWaitIsOver(long wait, long balance, int rate) {
        Envelope e = denial(wait, balance, rate).envelope();

        long fromRefill = Math.max(0, e.timestamp() + e.refillIn() - NOW.toEpochMilli() + 1000);
        long fromDeficit = e.tokensLeft() < 0 ? -e.tokensLeft() * 60_000L / e.refillRate() : 0;
        assertThat(fromRefill + fromDeficit).isBetween(wait, wait + 1000);
    }

    @ParameterizedTest
    @CsvSource({"120000, 120", "1, 1", "59999, 60", "100001, 101"})
    void retryAfterIsInWholeSecondsAndNeverTooShort(long wait, long seconds) {
        assertThat(denial(wait, 0, 5).retryAfterSeconds()).isEqualTo(seconds);
    }

    @Test
    void aWaitWithoutEndIsToldAsAnHour() {
        assertThat(denial(Decision.NEVER, 0, 5).envelope().refillIn()).isEqualTo(3_600_000);
    }

    @Test
    void theRefillRateIsNeverZeroBecausePythonDividesByIt() {
        assertThat(denial(1000, -5, 0).envelope().refillRate()).isEqualTo(1);
    }

    @Test
    void tokenTellsTheSharedBalanceItself() {
        BucketState state = state(-231, 5);

        Envelope token = Denial.token(state, NOW.plusSeconds(20));

        assertThat(token.tokensLeft()).isEqualTo(-231);
        assertThat(token.refillIn()).isEqualTo(40_000);
        assertThat(token.refillRate()).isEqualTo(5);
        assertThat(token.tokensConsumed()).isZero();
    }

    private static Denial denial(long wait, long balance, int rate) {
        return Denial.of(Duration.ofMillis(wait), state(balance, rate), NOW);
    }

    private static BucketState state(long balance, int rate) {
        return BucketState.unheard(Plan.ofRate(rate, 0, Plan.MINUTE), balance, NOW);
    }
}
