package dev.tollgate.spapi;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class AbsurdRateTest {

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#texts")
    void anAbsurdRateChangesNothingOrStaysWithinWhatAmazonPublishes(String absurd) {
        OperationRate published = OperationRate.of(5, Duration.ofSeconds(1), 10);
        OperationRate now = published.limitedTo(absurd);
        assertThat(now.burst()).isEqualTo(published.burst());
        assertThat(Duration.ofNanos(now.nanosPerCall())).isBetween(Duration.ofNanos(100_000), Duration.ofSeconds(10_000));
    }
}
