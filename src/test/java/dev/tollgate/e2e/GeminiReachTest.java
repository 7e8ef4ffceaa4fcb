package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.UploadFileConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

import dev.tollgate.e2e.GeminiStub.Call;
import dev.tollgate.e2e.GeminiStub.Reply;
import dev.tollgate.ledger.Reservations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How much of Gemini's API passes {@code /gemini}, what it costs, and what is refused why. */
class GeminiReachTest extends KeyTest {

    @Autowired
    private Reservations reservations;

    @Value("${tollgate.gemini.api-key-file}")
    private Path fallback;

    private String company;
    private long token;
    private String key;

    @BeforeEach
    void aCompanyWithAKey() {
        company = "REACH-" + System.nanoTime();
        token = company(company, "provider-key-1", "Active", 100_000_000);
        key = keyFor("\"gemini\"", company);
    }

    @ParameterizedTest
    @CsvSource({"GET, /v1/models", "GET, /v1alpha/models/gemini-2.5-flash", "GET, /v1beta/tunedModels", "POST, /v1/models/x:countTokens",
        "GET, /v1beta/openai/models", "GET, /v1beta/openai/models/gemini-2.5-flash", "GET, /v1beta/files", "GET, /v1beta/files/abc-1",
        "DELETE, /v1beta/files/abc-1", "GET, /v1beta/files/abc-1:download?alt=media", "POST, /upload/v1beta/files", "POST, /v1beta/files",
        "GET, /v1beta/cachedContents", "GET, /v1beta/cachedContents/c1", "PATCH, /v1beta/cachedContents/c1?updateMask=ttl",
        "DELETE, /v1beta/cachedContents/c1", "GET, /v1beta/batches", "GET, /v1beta/batches/b1", "POST, /v1beta/batches/b1:cancel",
        "DELETE, /v1beta/batches/b1", "GET, /v1beta/interactions/i1", "DELETE, /v1beta/interactions/i1",
        "POST, /v1beta/interactions/i1/cancel"})
    void whatIsFreePassesAndCostsNothing(String method, String path) {
        gemini.script((call, number) -> new Reply(200, "{\"usageMetadata\":{\"totalTokenCount\":9},\"usage\":{\"total_tokens\":9}}", null));

        assertThat(send(method, path, method.matches("GET|DELETE") ? null : "{}").status()).isEqualTo(200);

        assertThat(gemini.calls()).singleElement().satisfies(call -> {
            assertThat(call.method()).isEqualTo(method);
            assertThat(call.path() + (call.query() == null ? "" : "?" + call.query())).isEqualTo(path);
        });
        assertThat(new Books(database).entries(company)).isEmpty();
        assertThat(reservations.reserved(token)).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "/v1/models/x:generateContent | {} | {\"usageMetadata\":{\"totalTokenCount\":9}} | 9",
        "/v1alpha/models/x:generateContent | {} | {\"usageMetadata\":{\"totalTokenCount\":9}} | 9",
        "/v1/models/x:streamGenerateContent?alt=sse | {} | ~data: {\"usageMetadata\":{\"totalTokenCount\":9}}\n\n~ | 9",
        "/v1beta/models/x:embedContent | {\"content\":{\"parts\":[{\"text\":\"hello\"}]}} | {\"embedding\":{\"values\":[0.1]}} | 10",
        "/v1beta/models/x:batchEmbedContents | {\"requests\":[]} | {\"embeddings\":[]} | 3",
        "/v1beta/models/x:embedContent | {} | {\"embedding\":{},\"usageMetadata\":{\"promptTokenCount\":4}} | 4",
        "/v1beta/openai/chat/completions | {\"model\":\"x\"} | {\"choices\":[],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3,\"total_tokens\":11}} | 11",
        "/v1beta/openai/chat/completions | {\"stream\":true,\"stream_options\":{\"include_usage\":true}} | ~data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"total_tokens\":11}}\n\ndata: [DONE]\n\n~ | 11",
        "/v1beta/openai/chat/completions | {\"stream\":true} | ~data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n~ | 3000",
        "/v1beta/openai/embeddings | {\"input\":\"hello\"} | {\"data\":[],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}} | 2",
        "/v1beta/interactions | {\"input\":\"hi\"} | {\"status\":\"completed\",\"usage\":{\"total_input_tokens\":2,\"total_output_tokens\":5,\"total_tokens\":7}} | 7",
        "/v1beta/interactions | {\"stream\":true} | ~event: interaction.complete\ndata: {\"interaction\":{\"usage\":{\"total_tokens\":7}}}\n\n~ | 7",
        "/v1beta/interactions | {\"input\":\"hi\"} | {\"status\":\"completed\",\"outputs\":[{\"type\":\"text\",\"text\":\"hi\"}]} | 3000",
        "/v1beta/interactions | {\"stream\":true} | ~event: interaction.complete\ndata: {\"interaction\":{\"status\":\"completed\"}}\n\n~ | 3000",
        "/v1beta/cachedContents | {\"contents\":[]} | {\"name\":\"cachedContents/c1\",\"usageMetadata\":{\"totalTokenCount\":4096}} | 4096"})
    void whatIsPaidIsBookedByWhatItSaysOrCounted(String path, String body, String reply, long booked) {
        gemini.script((call, number) -> new Reply(200, reply, null, Map.of("Content-Type", reply.startsWith("{") ? "application/json" : "text/event-stream")));

        assertThat(send("POST", path, body).text()).isEqualTo(reply);

        assertThat(gemini.hits()).isOne();
        await().untilAsserted(() -> assertThat(new Books(database).entries(company)).extracting(Books.Entry::tokens).containsExactly(booked));
        assertThat(reservations.reserved(token)).isZero();
    }

    @Test
    void aStreamedChatIsAskedWhatItUsedAndItsCallerWhoDidNotAskDoesNotHear() {
        String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n";
        gemini.script((call, number) -> new Reply(200, chunk + "data: {\"choices\":[],\"usage\":{\"total_tokens\":11}}\n\ndata: [DONE]\n\n",
                null, Map.of("Content-Type", "text/event-stream")));

        assertThat(send("POST", "/v1beta/openai/chat/completions", "{\"stream\":true}").text()).isEqualTo(chunk + "data: [DONE]\n\n");

        assertThat(gemini.calls()).singleElement().extracting(Call::body).asString().contains("\"include_usage\":true");
        await().untilAsserted(() -> assertThat(new Books(database).entries(company)).extracting(Books.Entry::tokens).containsExactly(11L));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 429})
    void whatSteersClientsAndNamesTheCallComesBack(int status) {
        gemini.script((call, number) -> new Reply(status, "{\"usageMetadata\":{\"totalTokenCount\":1}}", "1", Map.of("Retry-After-Ms", "350",
                "X-RateLimit-Remaining-Requests", "7", "RateLimit", "\"default\";r=50;t=30", "X-Request-Id", "req-of-gemini-1",
                "Server", "secret-server", "X-Team", "secret-team")));

        var answer = send("POST", "/v1beta/models/x:generateContent", "{}");

        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.header("Retry-After-Ms")).isEqualTo("350");
        assertThat(answer.header("X-RateLimit-Remaining-Requests")).isEqualTo("7");
        assertThat(answer.header("RateLimit")).isEqualTo("\"default\";r=50;t=30");
        assertThat(answer.header("X-Upstream-Request-Id")).isEqualTo("req-of-gemini-1");
        assertThat(answer.header("X-Request-Id")).isNotEqualTo("req-of-gemini-1");
        assertThat(answer.headers().toString()).doesNotContain("secret-");
    }

    @Test
    void theOpenAiCompatiblePathGetsTheKeyInTheHeaderThatItReads() {
        gemini.script((call, number) -> new Reply(200, "{\"usage\":{\"total_tokens\":1}}", null));

        gateway.send(HttpRequest.newBuilder(gateway.uri("/gemini/v1beta/openai/chat/completions")).header("Authorization", "Bearer " + key)
                .POST(BodyPublishers.ofString("{}")));

        assertThat(gemini.calls()).singleElement().satisfies(call -> {
            assertThat(call.key()).isNull();
            assertThat(call.headers()).contains("Authorization=[Bearer provider-key-1]").doesNotContain(key);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"POST | /v1beta/models/x:batchGenerateContent | A batch says only in its results",
        "POST | /v1beta/models/x:asyncBatchEmbedContent | A batch says only in its results", "POST | /v1beta/openai/batches | A batch says only",
        "POST | /v1beta/models/imagen-4:predict | paid by the piece", "POST | /v1beta/models/veo-3:predictLongRunning | paid by the piece",
        "POST | /v1beta/openai/images/generations | paid by the piece", "POST | /v1beta/openai/audio/speech | paid by the piece",
        "POST | /v1beta/tunedModels | Indexing and tuning are paid", "POST | /v1beta/fileSearchStores | Indexing and tuning are paid",
        "POST | /v1alpha/auth_tokens | Live sessions", "POST | /v1beta/other | does not pass the gateway"})
    void whatIsPaidAndCannotBeBookedIsRefusedWithTheReason(String method, String path, String why) {
        var answer = send(method, path, "{}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("error").path("status").asText()).isEqualTo("NOT_FOUND");
        assertThat(answer.json().path("error").path("message").asText()).contains(why);
        assertThat(gemini.hits()).isZero();
    }

    @Test
    void whatIsDoneInTheBackgroundIsRefused() {
        var answer = send("POST", "/v1beta/interactions", "{\"background\":true}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error").path("message").asText()).contains("Leave background out");
        assertThat(gemini.hits()).isZero();
    }

    @Test
    void anUploadGoesOnByWayOfTheGateway() {
        gemini.script((call, number) -> number == 1
                ? new Reply(200, "", null, Map.of("X-Goog-Upload-URL", gemini.url() + "/upload/v1beta/files?upload_id=u-1&upload_protocol=resumable",
                        "X-Goog-Upload-Status", "active"))
                : new Reply(200, "{\"file\":{\"name\":\"files/abc\"}}", null, Map.of("X-Goog-Upload-Status", "final")));
        var started = gateway.send(HttpRequest.newBuilder(gateway.uri("/gemini/upload/v1beta/files")).header("x-goog-api-key", key)
                .header("X-Goog-Upload-Protocol", "resumable").header("X-Goog-Upload-Command", "start")
                .POST(BodyPublishers.ofString("{\"file\":{}}")));
        assertThat(started.status()).as(started.toString()).isEqualTo(200);
        String next = started.header("X-Goog-Upload-URL");
        assertThat(next).as(started.toString()).isEqualTo(gateway.uri("/gemini/upload/v1beta/files?upload_id=u-1&upload_protocol=resumable").toString());

        var done = gateway.send(HttpRequest.newBuilder(java.net.URI.create(next)).header("x-goog-api-key", key)
                .header("X-Goog-Upload-Command", "upload, finalize").header("X-Goog-Upload-Offset", "0").PUT(BodyPublishers.ofString("the file")));

        assertThat(done.header("X-Goog-Upload-Status")).isEqualTo("final");
        assertThat(gemini.calls()).extracting(Call::body).containsExactly("{\"file\":{}}", "the file");
        assertThat(gemini.calls().get(1).headers()).contains("X-goog-upload-command=[upload, finalize]");
    }

    @Test
    void googlesOwnForJavaUploadsAFile() {
        String there = "/upload/v1beta/files?upload_id=u-1&upload_protocol=resumable";
        gemini.script((call, number) -> call.query() == null || !call.query().contains("upload_id")
                ? new Reply(200, "", null, Map.of("X-Goog-Upload-URL", gemini.url() + there, "X-Goog-Upload-Status", "active"))
                : new Reply(200, "{\"file\":{\"name\":\"files/abc\"}}", null, Map.of("X-Goog-Upload-Status", "final")));
        Client sdk = Client.builder().apiKey(key).httpOptions(HttpOptions.builder().baseUrl(gateway.uri("/gemini").toString()).build())
                .build();

        var file = sdk.files.upload("the file".getBytes(), UploadFileConfig.builder().mimeType("text/plain").build());

        assertThat(file.name()).contains("files/abc");
        assertThat(gemini.calls()).hasSize(2).extracting(Call::key).containsOnly("provider-key-1");
        assertThat(gemini.calls().get(1).body()).isEqualTo("the file");
        assertThat(new Books(database).entries(company)).isEmpty();
    }

    @Test
    void whatBelongsToAProjectIsAskedForWithTheKeyThatMadeIt() {
        company(company, "provider-key-2", "Active");
        company(company, "provider-key-3", "Active");
        gemini.script((call, number) -> new Reply(200, "{\"usageMetadata\":{\"totalTokenCount\":1}}", null));
        for (int i = 0; i < 5; i++) {
            send("GET", "/v1beta/files/abc", null);
            send("POST", "/v1beta/cachedContents", "{}");
            send("POST", "/v1beta/models/x:generateContent", "{\"contents\":[{\"parts\":[{\"fileData\":{\"fileUri\":\"files/abc\"}}]}]}");
        }

        assertThat(gemini.calls()).extracting(Call::key).containsOnly("provider-key-1");
    }

    @Test
    void theSharedKeyHasNoFiles() throws IOException {
        Files.writeString(fallback, "GEMINI_API_KEY=AIzaSyKeyOfTheHouse");
        String newcomer = keyFor("\"gemini\"", "NEWCOMER-OF-REACH");
        try {
            for (String path : List.of("/v1beta/files", "/v1beta/cachedContents/c1")) {
                var answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/gemini" + path)).header("x-goog-api-key", newcomer));
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.json().path("error").path("message").asText()).contains("they would be everybody's");
            }
        }
        finally {
            Files.delete(fallback);
        }
        assertThat(gemini.hits()).isZero();
    }

    private Gateway.Answer send(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri("/gemini" + path)).header("x-goog-api-key", key)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return gateway.send(request);
    }
}
