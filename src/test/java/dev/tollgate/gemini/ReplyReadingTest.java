package dev.tollgate.gemini;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What replies say about themselves, in every form in which they come and however their bytes are cut. */
class ReplyReadingTest {

    private static final String END = "{\"candidates\":[{\"content\":{\"role\":\"model\"},\"finishReason\":\"STOP\"}]%s}";

    static Stream<Arguments> replies() {
        return Stream.of(
                Arguments.of("one count", List.of("{\"usageMetadata\":{\"totalTokenCount\":7}}"), 7),
                Arguments.of("cumulative counts", List.of(count(3), count(9)), 9),
                Arguments.of("an empty one behind", List.of(count(9), "{\"usageMetadata\":{}}"), 9),
                Arguments.of("one without counts behind", List.of(count(9), "{\"usageMetadata\":{\"trafficType\":\"ON_DEMAND\"}}"), 9),
                Arguments.of("one of nulls behind", List.of(count(9), "{\"usageMetadata\":{\"totalTokenCount\":null}}"), 9),
                Arguments.of("none at all behind", List.of(count(9), "{\"usageMetadata\":null}", "{\"candidates\":[]}"), 9),
                Arguments.of("a zero behind", List.of(count(9), count(0)), 9),
                Arguments.of("an absurd one behind", List.of(count(9), "{\"usageMetadata\":{\"totalTokenCount\":-5}}"), 9),
                Arguments.of("a smaller one behind", List.of(count(9), count(4)), 9),
                Arguments.of("the prompt alone behind", List.of(count(9), "{\"usageMetadata\":{\"promptTokenCount\":2}}"), 9),
                Arguments.of("the word in a text", List.of(count(9), "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
                        + "\"\\\"usageMetadata\\\":{\\\"totalTokenCount\\\":1}\\n\\ndata: {}\"}]}}]}"), 9),
                Arguments.of("the word in arguments", List.of(count(9), "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":"
                        + "{\"args\":{\"usageMetadata\":{\"totalTokenCount\":99}}}}]}}]}"), 9),
                Arguments.of("the count before a long text", List.of("{\"usageMetadata\":{\"totalTokenCount\":9},\"candidates\":[\""
                        + "x".repeat(20_000) + "\"]}"), 9),
                Arguments.of("the count behind a long text", List.of("{\"candidates\":[\"" + "\u00e9\\u00e9\\\\".repeat(9_000)
                        + "\"],\"usageMetadata\":{\"totalTokenCount\":9}}"), 9));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replies")
    void theGreatestCountCountsInEveryForm(String name, List<String> pieces, long total) {
        List<UnaryOperator<String>> events = List.of(one -> "data: " + one + "\n\n", one -> "data:" + one + "\r\n\r\n",
                one -> ": comment\rid: 1\revent: x\rdata: " + one + "\r\r",
                one -> "data: {\ndata: " + one.substring(1) + "\nretry: 5\n\n");
        List<String> forms = new ArrayList<>();
        for (UnaryOperator<String> event : events) {
            String text = String.join("", pieces.stream().map(event).toList());
            forms.add(text);
            forms.add("\ufeff" + text.stripTrailing());
        }
        forms.add("[" + String.join(",\r\n", pieces) + "]\n");
        forms.add(String.join("\n", pieces));
        if (pieces.size() == 1) {
            forms.add(pieces.get(0));
        }
        for (String form : forms) {
            for (int size : new int[] {1, 7, 8192}) {
                ReplyReading reading = read(form, size);
                assertThat(reading.usage().total()).as(form.substring(0, Math.min(200, form.length()))).isEqualTo(total);
                assertThat(reading.isTold()).isTrue();
                assertThat(reading.error()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "~~ | 0 | -",
        "<html> | 0 | -",
        ": {\"usageMetadata\":{\"totalTokenCount\":3}}\\n | 0 | -",
        "{\"usageMetadata\":{\"totalTokenCount\":3},\"candidates\":[{\"te | 3 | -",
        "[{\"usageMetadata\":{\"totalTokenCount\":3}},{\"usage | 3 | -",
        "data: {\"usageMetadata\":{\"totalTokenCount\":3}}\\n\\ndata: {\"usageMetadata\":{\"tot | 3 | -",
        "data: {\"usageMetadata\":{\"totalTok\\n\\ndata: {\"usageMetadata\":{\"totalTokenCount\":3}}\\n\\n | 3 | -",
        "data: [DONE]\\n\\ndata: {\"usageMetadata\":{\"totalTokenCount\":3}}\\n\\n | 3 | -",
        "data: {\"usageMetadata\":{\"totalTokenCount\":3}}\\n\\ndata: {\"error\":{\"code\":503}}\\n\\n | 3 | 503",
        "data: {\"error\":{\"code\":429}}\\n\\n | 0 | 429",
        "data: {\"usageMetadata\":{\"totalTokenCount\":3}}\\n\\n{\\n  \"error\": {\\n    \"code\": 503\\n  }\\n}\\n | 3 | 503",
        "data: {\"usageMetadata\":{\"totalTokenCount\":3}}\\n\\n[{\\n  \"error\": {\\n    \"code\": 503\\n  }\\n}]\\n | 3 | 503",
        "[{\"usageMetadata\":{\"totalTokenCount\":3}},{\"error\":{\"code\":503}}] | 3 | 503",
        "{\"error\":{\"code\":500}} | 0 | 500",
        "{\"error\":null,\"usageMetadata\":{\"totalTokenCount\":3}} | 3 | -"})
    void whatIsBrokenOrAnErrorTakesNothingAway(String text, long total, String code) {
        for (int size : new int[] {1, 7, 8192}) {
            ReplyReading reading = read(text.replace("\\r", "\r").replace("\\n", "\n"), size);
            assertThat(reading.usage().total()).isEqualTo(total);
            assertThat(reading.error().map(error -> error.path("code").asText()).orElse("-")).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "~~ | ~~ | true",
        "~,\"usageMetadata\":{\"totalTokenCount\":0}~ | ~~ | true",
        "~~ | ~\n\ndata: [DONE]\n\n~ | true",
        "~~ | ~\n\ndata: [DONE]~ | true",
        "~~ | ~\n\ndata: {\"candidates\":[{\"cont~ | false",
        "~,\"usageMetadata\":{\"totalTok~ | ~\n\n~ | false"})
    void anAnswerIsFinishedWhenItsModelSaysWhyAndAllOfItCanBeRead(String more, String behind, boolean finished) {
        assertThat(read("data: " + END.formatted(more) + behind, 8192).isFinished()).isEqualTo(finished);
    }

    private static String count(long total) {
        return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":{\"totalTokenCount\":" + total + "}}";
    }

    private static ReplyReading read(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ReplyReading reading = new ReplyReading();
        for (int at = 0; at < bytes.length; at += size) {
            reading.read(bytes, at, Math.min(size, bytes.length - at));
        }
        return reading;
    }
}
