package dev.tollgate.xai;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JudgeQuestionReaderTest {

    @Test
    void aWellFormedQuestionHasItsKey() {
        assertThat(read("{\"title\":\"Biology 101\",\"category\":\"Textbook\",\"season\":\"Fall\",\"price\":89.995,\"asin\":\"x\"}"))
                .isEqualTo(new JudgeQuestion.Accepted(
                        new JudgeRequest("Biology 101", "Textbook", "Fall", new BigDecimal("89.995")),
                        "Biology 101 | Textbook | Fall | 90.00"));
    }

    /** So that answers of the replaced system are found, and a question is paid for once. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "\"price\":1; \"price\":\"1\"; t | c | s | 1.00", "\"price\":1; \"price\":\" 89.99 \"; t | c | s | 89.99",
        "\"price\":1; \"price\":\"2.675\"; t | c | s | 2.67", "\"price\":1; \"price\":2.675; t | c | s | 2.67",
        "\"season\":\"s\",; ``; `t | c |  | 1.00`", "\"season\":\"s\"; \"season\":null; `t | c |  | 1.00`",
        "\"season\":\"s\"; \"season\":\"\"; `t | c |  | 1.00`", "\"season\":\"s\"; \"season\":\" \"; `t | c |  | 1.00`",
        "\"title\":\"t\"; \"title\":\" \\tt\\u00a0\\n\"; t | c | s | 1.00",
        "\"title\":\"t\"; \"title\":\"Cafe\\u0301\"; Caf\u00e9 | c | s | 1.00",
        "\"title\":\"t\"; \"title\":\"Caf\\u00e9\"; Caf\u00e9 | c | s | 1.00",
        "\"category\":\"c\"; \"category\":\"  c \"; t | c | s | 1.00",
    })
    void equalQuestionsHaveOneKey(String part, String instead, String key) {
        String body = "{\"title\":\"t\",\"category\":\"c\",\"season\":\"s\",\"price\":1}".replace(part, instead);
        assertThat(read(body)).isInstanceOfSatisfying(JudgeQuestion.Accepted.class, accepted -> assertThat(accepted.key()).isEqualTo(key));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "\"title\":\"t\"; \"name\":\"t\"; title is missing",
        "\"title\":\"t\"; \"title\":\"  \"; title is missing",
        "\"title\":\"t\"; \"title\":7; title is missing or not a text: send it as a JSON string",
        "\"title\":\"t\"; \"title\":\"\\ud800\"; title holds half of a surrogate pair",
        "\"category\":\"c\"; \"category\":null; category is missing",
        "\"season\":\"s\"; \"season\":[\"s\"]; season is missing",
        "\"season\":\"s\"; \"season\":7; season is missing",
        "\"price\":1; \"price\":\"$1\"; price is missing or not a number: send it without currency sign",
        "\"price\":1; \"price\":\"1,99\"; price is missing or not a number",
        "\"price\":1; \"price\":\"\"; price is missing or not a number",
        "\"price\":1; \"price\":\"-1\"; price is negative",
        "\"price\":1; \"price\":\"1234567890123\"; price has more than 12 digits",
        "\"price\":1; \"price\":true; price is missing or not a number",
        "\"price\":1; \"price\":-0.01; price is negative",
        "\"price\":1; \"price\":1e13; price has more than 12 digits",
        "\"price\":1; \"price\":1e-400; price has more than 20 decimals",
        "\"price\":1; \"price\":1,\"price\":2; The body is not JSON: Duplicate field 'price'",
    })
    void eachProblemNamesTheFieldAndTheRemedy(String part, String instead, String message) {
        String body = "{\"title\":\"t\",\"category\":\"c\",\"season\":\"s\",\"price\":1}".replace(part, instead);
        assertThat(read(body)).isInstanceOfSatisfying(JudgeQuestion.Rejected.class,
                rejected -> assertThat(rejected.message()).startsWith(message));
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        assertThat(((JudgeQuestion.Rejected) read("{}")).problems()).hasSize(3);
    }

    @Test
    void aTitleOfABookLengthIsRefused() {
        String body = "{\"title\":\"" + "t".repeat(2001) + "\",\"category\":\"c\",\"season\":\"s\",\"price\":1}";
        assertThat(((JudgeQuestion.Rejected) read(body)).message()).isEqualTo("title has 2001 characters: send at most 2000.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "price=1", "{\"title\":", "\u0000"})
    void aBodyOfAnotherKindIsRefusedWithAnExample(String body) {
        assertThat(((JudgeQuestion.Rejected) read(body)).message()).startsWith("The body is not").contains("\"price\":89.99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "1e2", "0e9999", "999999999999.994", "1e-20"})
    void oddButTrueNumbersArePrices(String price) {
        assertThat(read("{\"title\":\"t\",\"category\":\"c\",\"season\":\"s\",\"price\":" + price + "}"))
                .isInstanceOf(JudgeQuestion.Accepted.class);
    }

    private static JudgeQuestion read(String body) {
        return JudgeQuestionReader.read(body.getBytes(StandardCharsets.UTF_8));
    }
}
