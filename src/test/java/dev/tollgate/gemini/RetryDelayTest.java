package dev.tollgate.gemini;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.convert.DurationStyle;

import dev.tollgate.gateway.RetryProperties;

import static org.assertj.core.api.Assertions.assertThat;

class RetryDelayTest {

    private static final IOException NO_ANSWER = new IOException("gone");

    private final RetryDelay steady = delay("1s", "30s", 2.0, false);
    private final RetryDelay jittered = delay("1s", "30s", 2.0, true);

    @ParameterizedTest
    @CsvSource({ "1, 1000", "2, 2000", "3, 4000", "4, 8000", "5, 16000", "6, 30000", "7, 30000", "100, 30000" })
    void eachWaitIsLongerUpToTheCap(int failed, long millis) {
        assertThat(steady.of(failed, NO_ANSWER)).hasMillis(millis);
    }

    @ParameterizedTest
    @CsvSource({ "1, 1000", "2, 2000", "3, 4000", "4, 8000", "5, 16000" })
    void jitterSpreadsByAQuarterToBothSides(int failed, long middle) {
        long[] waits = IntStream.range(0, 2000).mapToLong(i -> jittered.of(failed, NO_ANSWER).toMillis()).toArray();

        assertThat(LongStream.of(waits).boxed()).allMatch(wait -> wait >= middle * 3 / 4 && wait <= middle * 5 / 4);
        assertThat(IntStream.range(0, waits.length).filter(i -> waits[i] < middle).count()).isBetween(700L, 1300L);
    }

    @ParameterizedTest
    @CsvSource({ "5", "6", "7", "50", "1000" })
    void jitterNeverGoesOverTheCap(int failed) {
        assertThat(IntStream.range(0, 2000).mapToObj(i -> jittered.of(failed, NO_ANSWER)))
                .allMatch(wait -> wait.compareTo(Duration.ofSeconds(30)) <= 0)
                .allMatch(wait -> wait.compareTo(Duration.ofSeconds(12)) >= 0);
    }

    @ParameterizedTest
    @CsvSource({ "1, 26000, 26000", "3, 26000, 26000", "1, 1, 1", "1, 30000, 30000", "1, 30001, 30000", "1, 999999999, 30000" })
    void whatTheUpstreamAsksForIsKeptUpToTheCap(int failed, long asked, long millis) {
        assertThat(jittered.of(failed, quota(Duration.ofMillis(asked)))).hasMillis(millis);
    }

    @Test
    void anUpstreamThatAsksForNothingGetsTheOwnWait() {
        assertThat(steady.of(2, quota(null))).hasMillis(2000);
    }

    @Test
    void anotherKeyNeedsNoWait() {
        assertThat(steady.of(3, quota(Duration.ofSeconds(26)).anotherKeyMayDo())).isZero();
    }

    @Test
    void aFirstWaitOverTheCapIsCut() {
        assertThat(Stream.of(delay("1m", "50ms", 2.0, false), delay("1m", "50ms", 2.0, true)))
                .allMatch(delay -> delay.of(1, NO_ANSWER).toMillis() <= 50);
    }

    @Test
    void aMultiplierOfOneKeepsTheWait() {
        assertThat(delay("10ms", "30s", 1.0, false).of(9, NO_ANSWER)).hasMillis(10);
    }

    private static UpstreamFailure quota(Duration asked) {
        return new UpstreamFailure(UpstreamFailure.Kind.QUOTA, 429, "HTTP 429", true, asked);
    }

    private static RetryDelay delay(String initial, String max, double multiplier, boolean jitter) {
        return new RetryDelay(new RetryProperties(3, time(initial), time(max), multiplier, jitter));
    }

    private static Duration time(String text) {
        return DurationStyle.detectAndParse(text);
    }
}
