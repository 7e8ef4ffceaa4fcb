package dev.tollgate.gateway;

import java.io.IOException;
import java.time.Duration;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class PlausibleTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0                      | 0    | false
            7                      | 7    | false
            1000                   | 1000 | false
            '"7"'                  | 7    | false
            null                   | 0    | false
            1001                   | 1000 | true
            9223372036854775807    | 1000 | true
            9223372036854775808    | 1000 | true
            1e999                  | 1000 | true
            7.1                    | 8    | true
            0.2                    | 1    | true
            1e-99                  | 1    | true
            -7                     | 0    | true
            '"9223372036854775807"'| 1000 | true
            '"many"'               | 0    | true
            true                   | 0    | true
            []                     | 0    | true
            """)
    void aCountIsWhatItSaysOrItsBoundAndWhetherItCanBeTrue(String told, long value, boolean odd) throws IOException {
        Plausible.Count count = Plausible.count(JSON.readTree(told), 1000);
        assertThat(count.value()).isEqualTo(value);
        assertThat(count.isOdd()).isEqualTo(odd);
    }

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void absurdCountsStayInBoundsAndAreShownShortly(String told) throws IOException {
        Plausible.Count count = Plausible.count(JSON.readTree(told), Plausible.MOST_TOKENS);
        assertThat(count.value()).isBetween(0L, Plausible.MOST_TOKENS);
        assertThat(count.isOdd()).isNotEqualTo(told.equals("2147483648") && count.value() == 2_147_483_648L);
        assertThat(count.odd()).hasSizeLessThanOrEqualTo(40);
    }

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#texts")
    void absurdTextsAreNoNumberOrStayInBounds(String told) {
        Long number = Plausible.within(told, -10, 10);
        assertThat(number == null || Math.abs(number) <= 10).isTrue();
    }

    @Test
    void sumsAndWaitsHaveAnEnd() {
        assertThat(Plausible.add(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(Plausible.wait(Duration.ofDays(11_000))).isEqualTo(Plausible.LONGEST_WAIT);
        assertThat(Plausible.wait(Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
    }
}
