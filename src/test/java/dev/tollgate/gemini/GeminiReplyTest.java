package dev.tollgate.gemini;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.gemini.GeminiReply.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class GeminiReplyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String USED = "\"usageMetadata\":{\"promptTokenCount\":77,\"totalTokenCount\":77}";

    @Test
    void aResultIsTheModelsObject() {
        GeminiReply reply = read(candidate("STOP", part("{\"invoice_no\":\"INV-1\",\"products\":[]}")));

        assertThat(reply.outcome()).isEqualTo(Outcome.EXTRACTED);
        assertThat(reply.invoice()).hasToString("{\"invoice_no\":\"INV-1\",\"products\":[]}");
        assertThat(reply.reason()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "12.50", "0.10", "100.00", "12345678901234567.89", "12345678901234567890123" })
    void numbersStayAsTheModelWroteThem(String number) {
        GeminiReply reply = read(candidate("STOP", part("{\"total\":" + number + "}")));

        assertThat(reply.invoice()).hasToString("{\"total\":" + number + "}");
    }

    @Test
    void severalTextPartsAreOneAnswer() {
        GeminiReply reply = read(candidate("STOP", part("{\"invoice_no\":"), part("\"INV-"), part("1\"}")));

        assertThat(reply.invoice()).hasToString("{\"invoice_no\":\"INV-1\"}");
    }

    @Test
    void whatTheModelThinksIsNotItsAnswer() {
        GeminiReply reply = read(candidate("STOP", "{\"text\":\"{\\\"a\\\":1} might do\",\"thought\":true}",
                part("{\"b\":2}"), "{\"thoughtSignature\":\"c2ln\"}"));

        assertThat(reply.invoice()).hasToString("{\"b\":2}");
    }

    @Test
    void anAnswerWithoutFinishReasonIsTakenAtItsWord() {
        assertThat(read("{\"candidates\":[{\"content\":{\"parts\":[" + part("{}") + "]}}]," + USED + "}").outcome())
                .isEqualTo(Outcome.EXTRACTED);
    }

    static Stream<Arguments> refusals() {
        return Stream.concat(
                Stream.of("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "SOMETHING_NEW").map(
                        reason -> arguments("{\"promptFeedback\":{\"blockReason\":\"" + reason + "\"}," + USED + "}",
                                "the prompt was blocked: " + reason)),
                Stream.of("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY",
                        "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION").map(
                        reason -> arguments("{\"candidates\":[{\"index\":0,\"finishReason\":\"" + reason + "\"}]," + USED + "}",
                                "the model declined: " + reason)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalIsNoResult(String body, String reason) {
        GeminiReply reply = read(body);

        assertThat(reply.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(reply.reason()).isEqualTo(reason);
        assertThat(reply.invoice()).isNull();
    }

    @Test
    void aDeclinedAnswerIsARefusalEvenWithHalfOfItsText() {
        assertThat(read(candidate("RECITATION", part("{\"a\":1}"))).outcome()).isEqualTo(Outcome.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"```json\n{\"a\":1}\n```", "```\n{\"a\":1}```", "  ```JSON\r\n{\"a\":1}\r\n```  ", "```json\n{\"a\":1}", "{\"a\":1}}",
            "{\"a\":1}\n}\n", "{\"a\":1}]", "{{\"a\":1}}", "{\n{\"a\":1}", "[{\"a\":1}]", "```json\n[{\"a\":1}]\n```", "[{\"a\":1}]]",
            "Here is the invoice:\n```json\n{\"a\":1}\n```", "```json\n{\"a\":1}\n```\nLet me know!", "``` json \n{\"a\":1}\n```", "~~~json\n{\"a\":1}\n~~~",
            "json\n{\"a\":1}", "\ufeff{\"a\":1}", "\u00a0{\"a\":1}\u00a0", "{\"a\":1};", "[{\"a\":1}", "{\"a\":1,}", "`{\"a\":1}`"})
    void anObjectInAFenceInAListOfOneOrWithABracketTooMuchIsRead(String text) {
        assertThat(read(candidate("STOP", part(text)))).satisfies(reply -> assertThat(reply.outcome()).isEqualTo(Outcome.EXTRACTED))
                .satisfies(reply -> assertThat(reply.invoice()).hasToString("{\"a\":1}"));
    }

    static Stream<String> silent() {
        return Stream.of(candidate("STOP"), candidate("STOP", part("")), candidate("STOP", part(" \n")),
                "{\"candidates\":[{\"finishReason\":\"STOP\"}]," + USED + "}",
                candidate("STOP", "{\"text\":\"{\\\"a\\\":1}\",\"thought\":true}"));
    }

    @ParameterizedTest
    @MethodSource("silent")
    void aModelThatEndsWithoutAWordIsSilent(String body) {
        assertThat(read(body).outcome()).isEqualTo(Outcome.SILENT);
    }

    static Stream<String> notWhole() {
        return Stream.of(
                candidate("MAX_TOKENS", part("{\"invo")),
                candidate("MAX_TOKENS", part("{\"a\":1}")),
                candidate("MAX_TOKENS"),
                "{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]," + USED + "}",
                candidate("OTHER", part("{\"a\":1}")),
                candidate("SOMETHING_NEW", part("{\"a\":1}")),
                candidate("STOP", part("{\"invo")),
                candidate("STOP", part("I see an invoice.")),
                candidate("STOP", part("[{\"a\":1},{\"b\":2}]")),
                candidate("STOP", part("[]")),
                candidate("STOP", part("{{\"a\":1} and more")),
                candidate("STOP", part("42")),
                candidate("STOP", part("null")),
                candidate("STOP", part("{\"a\":1} and more")),
                candidate("STOP", part("{\"a\":1}{\"b\":2}")),
                candidate("STOP", part("```json\n{\"a\":1}\n{\"b\":2}\n```")),
                candidate("STOP", part("{\"a\":{\"b\":2},\"c\":")),
                "{\"candidates\":[]," + USED + "}",
                "{" + USED + "}");
    }

    @ParameterizedTest
    @MethodSource("notWhole")
    void anAnswerWithoutOneWholeObjectIsUnreadable(String body) {
        GeminiReply reply = read(body);

        assertThat(reply.outcome()).isEqualTo(Outcome.UNREADABLE);
        assertThat(reply.invoice()).isNull();
        assertThat(reply.reason()).startsWith("the answer holds no whole JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "null", "[]", "[{\"candidates\":[]}]", "\"text\"", "<html>", "{\"cand" })
    void whatIsNoReplyAtAllIsUnreadable(String body) {
        GeminiReply reply = read(body);

        assertThat(reply.outcome()).isEqualTo(Outcome.UNREADABLE);
        assertThat(reply.reason()).isEqualTo("the answer is not a JSON object");
    }

    private static GeminiReply read(String body) {
        return GeminiReply.read(body.getBytes(StandardCharsets.UTF_8), JSON);
    }

    private static String candidate(String finishReason, String... parts) {
        return "{\"candidates\":[{\"index\":0,\"finishReason\":\"%s\",\"content\":{\"role\":\"model\",\"parts\":[%s]}}],%s}"
                .formatted(finishReason, String.join(",", parts), USED);
    }

    private static String part(String text) {
        try {
            return "{\"text\":" + JSON.writeValueAsString(text) + "}";
        }
        catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
