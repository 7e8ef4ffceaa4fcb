package dev.tollgate.gemini;

import java.io.IOException;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.ledger.UsageDetails;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TokenUsageTest {

    static Stream<Arguments> reports() {
        return Stream.of(
                arguments("plain", """
                        {"promptTokenCount":20,"candidatesTokenCount":151,"totalTokenCount":171}""", 20, 151, 171),
                arguments("thoughts are not in the candidates", """
                        {"promptTokenCount":20,"candidatesTokenCount":151,"thoughtsTokenCount":382,
                         "totalTokenCount":553}""", 20, 533, 553),
                arguments("cached tokens are in the prompt already", """
                        {"promptTokenCount":1000,"cachedContentTokenCount":900,"candidatesTokenCount":10,
                         "totalTokenCount":1010}""", 1000, 10, 1010),
                arguments("tool use is not in the prompt", """
                        {"promptTokenCount":100,"toolUsePromptTokenCount":40,"candidatesTokenCount":10,
                         "totalTokenCount":150}""", 140, 10, 150),
                arguments("a blocked prompt has no candidates", """
                        {"promptTokenCount":12559,"totalTokenCount":12559}""", 12559, 0, 12559),
                arguments("cut off while thinking", """
                        {"promptTokenCount":8,"thoughtsTokenCount":64,"totalTokenCount":72}""", 8, 64, 72),
                arguments("without a total it is the sum", """
                        {"promptTokenCount":8,"toolUsePromptTokenCount":1,"candidatesTokenCount":4,
                         "thoughtsTokenCount":2}""", 9, 6, 15),
                arguments("the total is believed as reported", """
                        {"promptTokenCount":8,"candidatesTokenCount":4,"totalTokenCount":100}""", 8, 4, 100),
                arguments("null is missing", """
                        {"promptTokenCount":null,"candidatesTokenCount":null,"totalTokenCount":5}""", 0, 0, 5),
                arguments("a total of null is missing", """
                        {"promptTokenCount":8,"candidatesTokenCount":4,"totalTokenCount":null}""", 8, 4, 12),
                arguments("numbers as text, as proto-JSON allows", """
                        {"promptTokenCount":"8","candidatesTokenCount":"4","totalTokenCount":"12"}""", 8, 4, 12),
                arguments("never negative", """
                        {"promptTokenCount":-8,"candidatesTokenCount":4,"totalTokenCount":-4}""", 0, 4, 4),
                arguments("more than an int holds", """
                        {"promptTokenCount":3000000000,"candidatesTokenCount":1,"totalTokenCount":3000000001}""",
                        4_000_000, 1, 4_000_000));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reports")
    void inputOutputAndTotal(String name, String report, long input, long output, long total) throws IOException {
        TokenUsage usage = read(report);

        assertThat(usage.input()).isEqualTo(input);
        assertThat(usage.output()).isEqualTo(output);
        assertThat(usage.total()).isEqualTo(total);
        assertThat(usage.isNone()).isFalse();
    }

    @Test
    void whatHasAPriceOfItsOwnIsToldApart() throws IOException {
        assertThat(read("""
                {"promptTokenCount":100,"cachedContentTokenCount":60,"toolUsePromptTokenCount":7,"thoughtsTokenCount":20,
                 "candidatesTokenCount":30,"totalTokenCount":157,"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":4}],
                 "promptTokensDetails":[{"modality":"VIDEO","tokenCount":6},{"modality":"AUDIO","tokenCount":5}],
                 "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":9}]}""").details())
                .isEqualTo(new UsageDetails(60, 4, 20, 7, 0, 5, 6, 0, 9));
    }

    @Test
    void theWordsOfTheOtherPathsAreUnderstood() throws IOException {
        TokenUsage openai = read("""
                {"prompt_tokens":10,"completion_tokens":20,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":3}}""");
        assertThat(openai).extracting(TokenUsage::input, TokenUsage::output, TokenUsage::total).containsExactly(10L, 140L, 150L);
        assertThat(openai.details()).isEqualTo(UsageDetails.of(3, 120));
        TokenUsage interaction = read("""
                {"total_input_tokens":10,"total_output_tokens":20,"total_thought_tokens":5,"total_tokens":35,"total_cached_tokens":3}""");
        assertThat(interaction).extracting(TokenUsage::input, TokenUsage::output, TokenUsage::total).containsExactly(10L, 25L, 35L);
    }

    @ParameterizedTest
    @MethodSource("nothing")
    void nothingReportedIsNothingUsed(String report) throws IOException {
        assertThat(read(report).isNone()).isTrue();
    }

    static Stream<String> nothing() {
        return Stream.of("{}", "null", "[]", "7", "\"text\"", "{\"totalTokenCount\":0}", "{\"promptTokensDetails\":7}");
    }

    @Test
    void aPromptIsSplitIntoTextAndPictureWhereADocumentIsAPicture() throws IOException {
        TokenUsage usage = read("""
                {"promptTokenCount":831,"candidatesTokenCount":40,"totalTokenCount":871,
                 "promptTokensDetails":[{"modality":"TEXT","tokenCount":42},{"modality":"DOCUMENT","tokenCount":516},
                   {"modality":"IMAGE","tokenCount":258},{"modality":"AUDIO","tokenCount":10},{"modality":"NEW","tokenCount":5}],
                 "cacheTokensDetails":[{"modality":"TEXT","tokenCount":30}],
                 "candidatesTokensDetails":[{"modality":"TEXT","tokenCount":38},{"modality":"IMAGE","tokenCount":2}]}""");

        assertThat(usage).isEqualTo(new TokenUsage(831, 40, 42, 774, 38, 871,
                new UsageDetails(0, 0, 0, 0, 516, 10, 0, 2, 0), null));
    }

    @Test
    void detailsWithoutNumbersCountNothing() throws IOException {
        TokenUsage usage = read("""
                {"promptTokenCount":8,"totalTokenCount":8,"promptTokensDetails":[{"modality":"TEXT"},{"tokenCount":9},"x"]}""");

        assertThat(usage).isEqualTo(new TokenUsage(8, 0, 0, 0, 0, 8, new UsageDetails(0, 0, 0, 0, 0, 0, 0, 0, 0), null));
    }

    private static TokenUsage read(String report) throws IOException {
        return TokenUsage.of(new ObjectMapper().readTree(report));
    }
}
