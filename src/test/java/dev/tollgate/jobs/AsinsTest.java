package dev.tollgate.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
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
    void asinsAreFoundInWhatPeopleDrop(String name, String text, List<String> asins) {
        assertThat(Asins.read(name, text)).containsExactlyElementsOf(asins);
    }
}
