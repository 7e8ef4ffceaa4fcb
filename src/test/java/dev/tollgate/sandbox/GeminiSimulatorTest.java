package dev.tollgate.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class GeminiSimulatorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HELLO = "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hello\"}]}";
    private static final String TOOL = ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"weather\",\"parameters\":{\"type\":\"OBJECT\","
            + "\"properties\":{\"city\":{\"type\":\"STRING\"},\"days\":{\"type\":\"INTEGER\"}}}}]}]";

    @ParameterizedTest
    @ValueSource(strings = {"\"responseSchema\":{\"type\":\"OBJECT\",\"properties\":{\"city\":{\"type\":\"STRING\"},\"temperatures\":"
            + "{\"type\":\"ARRAY\",\"items\":{\"type\":\"NUMBER\"}}}}",
        "\"responseJsonSchema\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":[\"string\",\"null\"]},\"temperatures\":"
            + "{\"type\":\"array\",\"items\":{\"type\":\"number\"}}}}"})
    void inJsonModeTheAnswerIsAnObjectOfTheSchema(String schema) throws IOException {
        JsonNode answer = ask("{" + HELLO + "],\"generationConfig\":{\"responseMimeType\":\"application/json\"," + schema + "}}");

        assertThat(JSON.readTree(part(answer).path("text").asText())).isEqualTo(JSON.readTree("{\"city\":\"text\",\"temperatures\":[1]}"));
        assertThat(answer.path("usageMetadata").path("totalTokenCount").asLong()).isPositive();
    }

    @Test
    void inJsonModeWithoutASchemaItIsJsonAllTheSame() throws IOException {
        JsonNode answer = ask("{" + HELLO + "],\"generationConfig\":{\"responseMimeType\":\"application/json\"}}");

        assertThat(part(answer).path("text").asText()).isEqualTo("{\"said\":\"hello\"}");
    }

    @Test
    void aToolIsCalledAndWhatItSaidIsTold() throws IOException {
        assertThat(part(ask("{" + HELLO + "]" + TOOL + "}")).path("functionCall"))
                .isEqualTo(JSON.readTree("{\"name\":\"weather\",\"args\":{\"city\":\"text\",\"days\":1}}"));
        assertThat(part(ask("{" + HELLO + ",{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"weather\",\"response\":"
                + "{\"sky\":\"blue\"}}}]}]" + TOOL + "}")).path("text").asText())
                .isEqualTo("This is the sandbox; the tool said: {\"sky\":\"blue\"}");
        assertThat(part(ask("{" + HELLO + "]" + TOOL + ",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"NONE\"}}}")).has("text")).isTrue();
    }

    private static JsonNode part(JsonNode answer) {
        return answer.path("candidates").path(0).path("content").path("parts").path(0);
    }

    private static JsonNode ask(String body) throws IOException {
        GeminiSimulator.Reply reply = new GeminiSimulator().handle("POST", "/v1/models/gemini-2.5-flash:generateContent", null, "key",
                body.getBytes(StandardCharsets.UTF_8), "ok");
        assertThat(reply.status()).isEqualTo(200);
        return JSON.readTree(reply.pieces().get(0));
    }
}
