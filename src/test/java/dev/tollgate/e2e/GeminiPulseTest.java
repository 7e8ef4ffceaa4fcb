package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.GeminiStub.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Comment lines in Gemini's streams of events that have not begun, for callers who read them; nowhere else. */
@TestPropertySource(properties = "tollgate.gemini.comment-after=100ms")
class GeminiPulseTest extends KeyTest {

    private static final String EVENT = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hello\"}]},\"finishReason\":\"STOP\"}],"
            + "\"usageMetadata\":{\"totalTokenCount\":7},\"usage\":{\"total_tokens\":7}}\n\n";
    private static final String STREAM = "/gemini/v1beta/models/gemini-2.5-flash:streamGenerateContent";

    /** Nobody opens it; Gemini is silent for as long as it waits for it. */
    private final CountDownLatch never = new CountDownLatch(1);
    private String company;
    private String key;

    @BeforeEach
    void aCompanyWithAKey() {
        company = "PULSE-" + System.nanoTime();
        company(company, "provider-key-1", "Active");
        key = keyFor("\"gemini\"", company);
        gemini.script((call, number) -> {
            assertThat(never.await(700, TimeUnit.MILLISECONDS)).isFalse();
            return new Reply(200, EVENT, null, Map.of("Content-Type", "text/event-stream"));
        });
    }

    @ParameterizedTest
    @CsvSource({STREAM + "?alt=sse, {}, google-genai-sdk/1.70.0 gl-java/25, true",
        "/gemini/v1beta/openai/chat/completions, {\"stream\":true}, openai, true",
        STREAM + "?alt=sse, {}, genai-js/0.24.1, false",
        STREAM + ", {}, google-genai-sdk/1.70.0 gl-java/25, false",
        "/gemini/v1beta/models/gemini-2.5-flash:generateContent?alt=sse, {}, curl, false",
        "/gemini/v1beta/openai/chat/completions, {}, openai, false"})
    void whoReadsEventsHearsThatTheyAreWaitedFor(String path, String question, String client, boolean hears) {
        String text = gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("x-goog-api-key", key)
                .header("X-Goog-Api-Client", client).POST(BodyPublishers.ofString(question))).text();

        // the stream rests once more between its event and its end, for longer where the machine is busy
        assertThat(text).matches(hears ? "(?s)(:\n\n)+\\Q" + EVENT + "\\E(:\n\n)*" : "(?s)\\Q" + EVENT + "\\E");
        await().untilAsserted(() -> assertThat(new Books(database).entries(company)).extracting(Books.Entry::tokens).containsExactly(7L));
    }

    @Test
    void googlesOwnForJavaReadsOver() {
        Client sdk = Client.builder().apiKey(key).httpOptions(HttpOptions.builder().baseUrl(gateway.uri("/gemini").toString()).build())
                .build();

        try (var stream = sdk.models.generateContentStream("gemini-2.5-flash", "hello", null)) {
            assertThat(stream).extracting(piece -> piece.text()).isEqualTo(List.of("hello"));
        }
    }
}
