package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Backoff backoff = new Backoff();

    @Test
    void eachPauseThatDidNotHelpIsFollowedByOneTwiceAsLong() {
        assertThat(refused(0)).isEqualTo(1);
        assertThat(refused(2)).isEqualTo(2);
        assertThat(refused(5)).isEqualTo(4);
        assertThat(refused(10)).isEqualTo(8);
        assertThat(refused(20)).as("no longer than the longest").isEqualTo(10);
    }

    @Test
    void callsThatWereUnderWayTogetherCountAsOne() {
        assertThat(refused(0)).isEqualTo(1);
        assertThat(refused(0)).isEqualTo(1);
        assertThat(refused(-1)).isEqualTo(1);
        assertThat(refused(2)).isEqualTo(2);
    }

    @Test
    void aCallThatWasServedBeginsAnew() {
        refused(0);
        refused(2);
        backoff.served(START.plusSeconds(1));
        assertThat(refused(5)).as("of the calls after the pause one was served, whoever was answered first").isEqualTo(1);
        backoff.served(START.minusSeconds(9));
        assertThat(refused(9)).as("it left before").isEqualTo(2);
    }

    private long refused(int leftAt) {
        Instant left = START.plusSeconds(leftAt);
        return backoff.refused(left, left.plusMillis(10), Duration.ofSeconds(1), Duration.ofSeconds(10)).toSeconds();
    }
}
