package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.budget.Price;

import static org.assertj.core.api.Assertions.assertThat;

/** The forms in which upstreams write their limits, each with the number that is safe to believe. */
class LimitTextTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @ParameterizedTest(name = "\"{0}\" leaves {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            7                                  | 7
            7.9                                | 7
            -0.1                               | -1
            0                                  | 0
            +12                                | 12
            32/40                              | 8
            40/40                              | 0
            12.5 / 40.0                        | 27
            41/40                              | -1
            "default";r=50;t=30                | 50
            "burst";r=9;t=1, "day";r=4;t=3600  | 4
            limit=100, remaining=5, reset=30   | 5
            99999999999999999999999            | 1000000000
            """)
    void whatIsLeftIsRoundedDown(String text, long left) {
        assertThat(LimitText.left(text)).hasValue(left);
    }

    @ParameterizedTest(name = "\"{0}\" was charged as {1}")
    @CsvSource({"7, 7", "7.1, 8", "0.0001, 1", "0, 0", "9223372036854775807, 1000000000"})
    void whatWasChargedIsRoundedUp(String text, long charged) {
        assertThat(LimitText.charged(text)).hasValue(charged);
    }

    @ParameterizedTest(name = "\"{0}\" means {1} ms")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            30                                 | 30000
            0.5                                | 500
            1.0001                             | 1001
            0                                  | 0
            1795953690                         | 90000
            1795953690.25                      | 90250
            1795953690250                      | 90250
            1795000000                         | 0
            2026-11-29T12:01:30Z               | 90000
            2026-11-29T13:01:30+01:00          | 90000
            2026-11-29T11:00:00Z               | 0
            Sun, 29 Nov 2026 12:01:30 GMT      | 90000
            6m0s                               | 360000
            47.958s                            | 47958
            120ms                              | 120
            1h2m3.5s                           | 3723500
            1d                                 | 86400000
            250us                              | 1
            "default";r=0;t=30                 | 30000
            limit=100, remaining=0, reset=7    | 7000
            """)
    void theTimeUntilTokensComeBackIsRoundedUp(String text, long millis) {
        assertThat(LimitText.wait(text, NOW)).hasValue(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "1h nothing", "r", "NaN", "1e9", "12 apples", "--", "2026-99-99T00:00:00Z", "0x10"})
    void aTextThatSaysNothingOfTheKindIsNotGuessedAt(String text) {
        assertThat(LimitText.left(text)).isEmpty();
        assertThat(LimitText.charged(text)).isEqualTo(OptionalLong.empty());
        assertThat(LimitText.wait(text, NOW)).isEmpty();
    }

    @Test
    void noWaitIsLongerThanADay() {
        assertThat(LimitText.wait("999999999", NOW)).hasValueSatisfying(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofDays(1)));
        assertThat(LimitText.wait("9".repeat(30), NOW)).hasValueSatisfying(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofDays(1)));
        assertThat(LimitText.left("9".repeat(30))).hasValue(Price.MAX);
    }
}
