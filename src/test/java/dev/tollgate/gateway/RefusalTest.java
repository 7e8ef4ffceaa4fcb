package dev.tollgate.gateway;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RefusalTest {

    @ParameterizedTest
    @CsvSource({ "PT-1S, 1", "PT0S, 1", "PT0.001S, 1", "PT0.999S, 1", "PT1S, 1", "PT1.001S, 2", "PT1.5S, 2", "PT30S, 30",
            "PT29.000000001S, 30", "PT1H, 3600" })
    void theCallerIsNeverToldToComeBackTooEarly(Duration retryAfter, long seconds) {
        assertThat(Refusal.until(503, "later", retryAfter).getRetryAfterSeconds()).isEqualTo(seconds);
    }

    @Test
    void whereComingBackDoesNotHelpNoTimeIsSaid() {
        Refusal refusal = Refusal.of(422, "never");

        assertThat(refusal.getRetryAfterSeconds()).isNull();
        assertThat(refusal.getStatus()).isEqualTo(422);
        assertThat(refusal).hasMessage("never");
    }

    @Test
    void aRefusalIsCheap() {
        assertThat(Refusal.of(403, "no").getStackTrace()).isEmpty();
    }
}
