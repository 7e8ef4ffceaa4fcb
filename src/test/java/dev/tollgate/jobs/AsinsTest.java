package dev.tollgate.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AsinsTest {

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("a.txt", "B000000001\nB000000002\r\n\nb000000001\n", List.of("B000000001", "B000000002")),
                Arguments.of("a.txt", "B000000001, B000000002;0306406152", List.of("B000000001", "B000000002", "0306406152")),
                Arguments.of("a.TXT", "\uFEFFB000000001\n# a remark\n", List.of("B000000001")),
                Arguments.of("a.csv", "B000000001,Basmati 10\nB000000002,1234567890\n", List.of("B000000001", "B000000002")),
                Arguments.of("a.csv", "sku;\"ASIN\";title\n1234567890;\"B000000001\";x\n2;B000000002\n3\n",
                        List.of("B000000001", "B000000002")),
                Arguments.of("a.csv", "", List.of()), Arguments.of("a.txt", "nothing here", List.of()));
    }

    @ParameterizedTest
    @MethodSource("files")
    void asinsAreFoundInWhatPeopleDrop(String name, String text, List<String> asins) throws IOException {
        assertThat(Asins.read(name, new StringReader(text), 10)).containsExactlyElementsOf(asins);
    }

    @Test
    void aListHasNoMoreThanItMay() {
        String three = "B000000001\nB000000002\nB000000001\nB000000003\n";

        assertThatThrownBy(() -> Asins.read("a.txt", new StringReader(three), 2)).isInstanceOf(TooManyItemsException.class)
                .hasMessageContaining("more than 2 items", "tollgate.jobs.max-items");
        assertThat(catchThrowable(() -> Asins.read("a.txt", new StringReader(three), 3))).isNull();
    }

    @Test
    void aListOfAsinsIsTheListThatWentIn() {
        Random random = new Random(1);
        List<String> asins = random.longs(5000, 0, 3_656_158_440_062_976L)
                .mapToObj(code -> String.format("%10s", Long.toString(code, 36)).replace(' ', '0').toUpperCase(Locale.ROOT)).distinct().toList();

        AsinList list = Asins.once(asins);

        assertThat(list).containsExactlyElementsOf(asins);
        for (int place = 0; place < asins.size(); place += 7) {
            assertThat(list.indexOf(asins.get(place))).isEqualTo(place);
        }
        assertThat(list.indexOf("B000000001")).isEqualTo(-1);
        assertThat(list.indexOf("no ASIN")).isEqualTo(-1);
    }
}
