package dev.tollgate.xai;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VerdictReaderTest {

    private static final VerdictSchema SCHEMA = VerdictSchema.parse("""
            {"type":"object","properties":{"reasonable":{"type":"boolean"}},"required":["reasonable"],"additionalProperties":false}
            """);

    /** The usage is that of a captured answer: the total counts reasoning, completion_tokens does not. */
    private static final String ANSWER = """
            {"id":"c1","object":"chat.completion","model":"grok-4-fast-reasoning","choices":[{"index":0,
             "message":{"role":"assistant","content":"{\\"reasonable\\":false}","reasoning_content":"…","refusal":null},
             "finish_reason":"stop"}],
             "usage":{"prompt_tokens":197,"completion_tokens":1,"total_tokens":344,
             "prompt_tokens_details":{"text_tokens":197,"audio_tokens":0,"image_tokens":0,"cached_tokens":192},
             "completion_tokens_details":{"reasoning_tokens":146,"audio_tokens":0,"accepted_prediction_tokens":0,
             "rejected_prediction_tokens":0},"num_sources_used":0,"cost_in_usd_ticks":4121500},"system_fingerprint":"fp"}
            """;
    private static final Usage USAGE = new Usage(197, 147, 344, 146, 192, 0, 0, OptionalLong.of(4_121_500), null);

    @Test
    void aCompleteAnswerIsAVerdictWithItsUsage() {
        assertThat(read(ANSWER)).isEqualTo(new VerdictReading.Judged(false, USAGE));
        assertThat(USAGE.outputTokens()).isEqualTo(147);
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "\"stop\"; \"length\"; the answer is truncated",
        "\"stop\"; \"tool_calls\"; the answer ended with finish_reason tool_calls",
        "\"stop\"; \"content_filter\"; the answer ended with finish_reason content_filter",
        "\"stop\"; \"end_turn\"; the answer ended with finish_reason end_turn",
        "\"stop\"; \"<script>\"; the answer ended with finish_reason unknown",
        "\"stop\"; null; the answer ended with finish_reason unknown",
        "\"refusal\":null; \"refusal\":\"I cannot\"; the model refused to answer",
        "\"refusal\":null; \"tool_calls\":[{\"id\":\"1\"}]; the model called a tool instead of answering",
        "\"{\\\"reasonable\\\":false}\"; null; the answer is empty",
        "\"{\\\"reasonable\\\":false}\"; {\"reasonable\":false}; the answer is empty",
        "{\\\"reasonable\\\":false}; {\\\"reasonable\\\":\\\"false\\\"}; the answer does not follow the verdict schema",
        "{\\\"reasonable\\\":false}; {\\\"reasonable\\\":null}; the answer does not follow the verdict schema",
        "{\\\"reasonable\\\":false}; {\\\"other\\\":false}; the answer does not follow the verdict schema",
        "{\\\"reasonable\\\":false}; {\\\"reasonable\\\":false,\\\"why\\\":1}; the answer does not follow the verdict schema",
        "{\\\"reasonable\\\":false}; {\\\"reasonable\\\":false,\\\"reasonable\\\":true}; the answer does not follow the verdict schema",
        "{\\\"reasonable\\\":false}; {\\\"reasonable\\\":fal; the answer does not follow the verdict schema",
        "{\\\"reasonable\\\":false}; {\\\"reasonable\\\":false} {}; the answer does not follow the verdict schema",
        "{\\\"reasonable\\\":false}; false; the answer does not follow the verdict schema",
        "{\\\"reasonable\\\":false}; ``; the answer does not follow the verdict schema",
        "\"index\":0; \"index\":0},{\"index\":1; the answer has 2 choices instead of one",
    })
    void anythingElseIsNoVerdictButHasItsUsage(String part, String instead, String reason) {
        String body = ANSWER.replace(part, instead);
        assertThat(body).isNotEqualTo(ANSWER);
        assertThat(read(body)).isEqualTo(new VerdictReading.Unusable(reason, USAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{", "{} {}"})
    void aBodyThatIsNoJsonIsNoVerdict(String body) {
        assertThat(read(body)).isInstanceOfSatisfying(VerdictReading.Unusable.class,
                unusable -> assertThat(unusable.usage()).isEqualTo(Usage.NONE));
    }

    @Test
    void costAndTotalMayBeMissing() {
        String body = ANSWER.replace(",\"cost_in_usd_ticks\":4121500", "").replace("\"total_tokens\":344,", "");
        assertThat(read(body).usage()).isEqualTo(new Usage(197, 147, 344, 146, 192, 0, 0, OptionalLong.empty(), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{}", "{\"type\":\"object\",\"properties\":{}}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"}},\"additionalProperties\":false}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"}},\"required\":[\"a\"]}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"}},\"required\":[\"b\"],\"additionalProperties\":false}",
    })
    void aSchemaThatIsNotStrictIsRefusedWithTheRemedy(String schema) {
        assertThatThrownBy(() -> VerdictSchema.parse(schema)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The verdict schema");
    }

    private static VerdictReading read(String body) {
        return VerdictReader.read(body.getBytes(StandardCharsets.UTF_8), SCHEMA);
    }
}
