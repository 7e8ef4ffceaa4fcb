package dev.tollgate.verdict;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VerdictKeyTest {

    @ParameterizedTest(name = "{0} / {1} / {2} / {3}")
    @CsvSource(delimiter = ';', value = {
        "Biology 101; Textbook; Fall; 89.99; Biology 101 | Textbook | Fall | 89.99",
        "Biology 101; Textbook; Fall; 90; Biology 101 | Textbook | Fall | 90.00",
        "Biology 101; Textbook; Fall; 89.995; Biology 101 | Textbook | Fall | 90.00",
        "Biology 101; Textbook; Fall; 89.994; Biology 101 | Textbook | Fall | 89.99",
        "Biology 101; Textbook; Fall; 1.005; Biology 101 | Textbook | Fall | 1.00",
        "Biology 101; Textbook; Fall; 2.675; Biology 101 | Textbook | Fall | 2.67",
        "Biology 101; Textbook; Fall; 0.125; Biology 101 | Textbook | Fall | 0.12",
        "Biology 101; Textbook; Fall; 0.375; Biology 101 | Textbook | Fall | 0.38",
        "Biology 101; Textbook; Fall; 2.665; Biology 101 | Textbook | Fall | 2.67",
        "Biology 101; Textbook; Fall; 1e3; Biology 101 | Textbook | Fall | 1000.00",
        "either|or; Textbook; Fall; 1; either|or | Textbook | Fall | 1.00",
        "back\\slash; Textbook; Fall; 1; back\\slash | Textbook | Fall | 1.00",
        "A | B; Textbook; Fall; 1; A \\| B | Textbook | Fall | 1.00",
        "A |; Textbook; Fall; 1; A \\| | Textbook | Fall | 1.00",
        "A; | B; Fall; 1; A | | B | Fall | 1.00",
        "A \\| B; Textbook; Fall; 1; A \\\\\\| B | Textbook | Fall | 1.00",
        "Ökologie für Anfänger 生物学; Bücher; Fall; 1; Ökologie für Anfänger 生物学 | Bücher | Fall | 1.00",
    })
    void ordinaryKeysLookAsInTheExistingFileAndOthersAreEscaped(
            String title, String category, String season, BigDecimal price, String key) {
        assertThat(VerdictKey.of(title, category, season, price).text()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e13", "9999999999999", "1e2147483647"})
    void aPriceOfAbsurdLengthIsRefusedBeforeItIsPrinted(BigDecimal price) {
        assertThatThrownBy(() -> VerdictKey.of("t", "c", "s", price)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.004", "0.0049999", "1e-2147483647", "0e-2147483647", "0e2147483647"})
    void aPriceNextToNothingIsZero(BigDecimal price) {
        assertThat(VerdictKey.of("t", "c", "s", price).text()).isEqualTo("t | c | s | 0.00");
    }

    /** Every triple of short fields made of the dangerous characters has a key of its own. */
    @Test
    void noTwoQuestionsShareAKey() {
        List<String> pieces = List.of("", "a", " ", "|", "\\", " |", "| ", " | ", "a |", "| a", "\\|", "a | b", "\\ |", " | |", "| |");
        Map<String, List<String>> owners = new HashMap<>();
        for (String title : pieces) {
            for (String category : pieces) {
                for (String season : pieces) {
                    List<String> question = List.of(title, category, season);
                    String key = VerdictKey.of(title, category, season, BigDecimal.ONE).text();
                    assertThat(owners.put(key, question)).as(key).isNull();
                }
            }
        }
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = ';', value = {
        "Biology 101 | Textbook | Fall | 89.99; Biology 101 | Textbook | Fall | 89.99",
        "Biology 101 | Textbook | Fall | 89.9; Biology 101 | Textbook | Fall | 89.90",
        "Biology 101 | Textbook | Fall | 89; Biology 101 | Textbook | Fall | 89.00",
        "Biology 101|Textbook|Fall|89.99; Biology 101 | Textbook | Fall | 89.99",
        "reasonableness:Biology 101|Textbook|Fall|89.99; Biology 101 | Textbook | Fall | 89.99",
        "reasonableness:Biology 101 | Textbook | Fall | 89.99; Biology 101 | Textbook | Fall | 89.99",
        "Biology 101 | Textbook | Fall | 2.675; Biology 101 | Textbook | Fall | 2.67",
        "'  Biology 101  | Textbook |  Fall | 89.99'; Biology 101 | Textbook | Fall | 89.99",
        "'Biology 101 | Textbook |  | 89.99'; 'Biology 101 | Textbook |  | 89.99'",
        "'\u00a0Biology 101\u00a0 | Textbook | Fall | 89.99'; Biology 101 | Textbook | Fall | 89.99",
        "Cafe\u0301 | Bu\u0308cher | Fall | 89.99; Caf\u00e9 | B\u00fccher | Fall | 89.99",
        "Caf\u00e9 | Textbook | Fall | 89.99; Caf\u00e9 | Textbook | Fall | 89.99",
        "A | B | Textbook | Fall | 89.99; A | B | Textbook | Fall | 89.99",
        "Biology 101 | Textbook | Fall | N/A; Biology 101 | Textbook | Fall | N/A",
        "seasonality:Biology 101|Textbook|Wiley; seasonality:Biology 101|Textbook|Wiley",
        "a | b | c | 0089.99; a | b | c | 89.99",
        "a | b | c | .99; a | b | c | .99",
        "a | b | c | 1234567890123.00; a | b | c | 1234567890123.00",
        "a | b | c d 1.00; a | b | c d 1.00",
        "a | b | c | d 1.00; a | b | c | d 1.00",
        "' |  |  | 1.5'; ' |  |  | 1.50'",
        "' |  |  | 1.50'; ' |  |  | 1.50'",
        "'';''",
    })
    void keysOfTheExistingFileFindTheirQuestion(String existing, String key) {
        assertThat(LegacyKey.translate(existing).text()).isEqualTo(key);
    }
}
