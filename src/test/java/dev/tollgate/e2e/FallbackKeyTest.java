package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The key in {@code appSetting.txt} pays for companies that have no row at all, and for no others. */
class FallbackKeyTest extends GatewayTest {

    @Value("${tollgate.gemini.api-key-file}")
    private Path file;

    @BeforeEach
    void writeTheKey() throws IOException {
        Files.writeString(file, "# for companies without a token\nGEMINI_API_KEY=AIzaSyKeyOfTheHouse\n");
    }

    @AfterEach
    void removeTheKey() throws IOException {
        Files.deleteIfExists(file);
    }

    @Test
    void aCompanyWithoutAnyRowIsServedAndOnRecordWithoutAToken() {
        assertThat(gateway.extract("NEWCOMER", "newcomer-1").status()).isEqualTo(200);

        assertThat(gemini.calls()).extracting(GeminiStub.Call::key).containsExactly("AIzaSyKeyOfTheHouse");
        assertThat(database.sql("SELECT TokenID, RequestedBy, TotalTokensUsed FROM TokenUsageLogs"
                + " WHERE RequestID = 'newcomer-1'").query().singleRow().values()).containsExactly(null, "ana", 120L);
        assertThat(gateway.get("/token/status?companyID=NEWCOMER").json().path("has_error").asBoolean()).isFalse();
    }

    @Test
    void itsFailuresAreRetriedAndOnRecordWithoutAToken() {
        gemini.script((call, number) -> number == 1 ? GeminiStub.Reply.status(503, "UNAVAILABLE") : GeminiStub.ok(10, 5));

        assertThat(gateway.extract("NEWCOMER", "newcomer-2").status()).isEqualTo(200);
        assertThat(gemini.hits()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(database.sql("SELECT TokenID, CompanyID, Attempt FROM RetryAttempts"
                + " WHERE RequestID = 'newcomer-2'").query().singleRow().values()).containsExactly(null, "NEWCOMER", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = { "Expired", "Exceeded", "Disabled" })
    void aCompanyWithARowNeverUsesIt(String status) {
        company("HAS-" + status, "key-own", status);

        assertThat(gateway.extract("HAS-" + status).status()).isEqualTo(403);
        assertThat(gateway.get("/token/status?companyID=HAS-" + status).json().path("has_error").asBoolean()).isTrue();
        assertThat(gemini.hits()).isZero();
    }

    @Test
    void aCompanyWhoseOwnKeyFailsNeverUsesIt() {
        company("OWN", "key-own", "Active");
        gemini.script((call, number) -> GeminiStub.Reply.status(403, "PERMISSION_DENIED"));

        assertThat(gateway.extract("OWN").status()).isEqualTo(502);
        assertThat(gemini.calls()).extracting(GeminiStub.Call::key).containsOnly("key-own");
    }

    @Test
    void withoutTheFileACompanyWithoutAnyRowIsRefused() throws IOException {
        Files.delete(file);

        Answer answer = gateway.extract("NEWCOMER");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("No active token found for your company. Please contact support.");
        assertThat(gemini.hits()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "XAI_API_KEY=xai-0123456789", "GEMINI_API_KEY=xai-0123456789", "XAI_API_KEY=AIzaSyKeyOfTheHouse",
            "GEMINI_API_KEY=${SECRET}" })
    void whatIsNoKeyOfGeminiNeverLeavesAndTheAnswerSaysThatNoneIsSetUp(String text) throws IOException {
        Files.writeString(file, text);

        Answer invoice = gateway.extract("NEWCOMER");
        Answer client = gateway.send(HttpRequest.newBuilder(gateway.uri("/gemini/v1beta/models/x:generateContent"))
                .header("X-Company-Id", "NEWCOMER").POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(invoice.status()).isEqualTo(503);
        assertThat(invoice.message()).contains("is not set up", "tollgate.gemini.api-key-file");
        assertThat(client.status()).isEqualTo(503);
        assertThat(client.json().path("error").path("message").asText()).contains("is not set up", "tollgate.gemini.api-key-file");
        assertThat(gateway.get("/token/status?companyID=NEWCOMER").json().path("has_error").asBoolean()).isTrue();
        assertThat(gemini.hits()).isZero();
        await().untilAsserted(() -> assertThat(new Books(database).logged("WARN", "No key of Gemini is taken from%")).isNotEmpty()
                .allMatch(line -> line.contains(file.toString()) && !line.contains("xai-") && !line.contains("KeyOfTheHouse")));
    }

    @Test
    void thatAnotherProvidersKeyStandsAboveChangesNothing() throws IOException {
        Files.write(file, "XAI_API_KEY=xai-0123456789\r\nGEMINI_API_KEY=AIzaSyKeyOfTheHouse\r\n".getBytes(StandardCharsets.UTF_16));

        assertThat(gateway.extract("NEWCOMER").status()).isEqualTo(200);
        assertThat(gemini.calls()).extracting(GeminiStub.Call::key).containsExactly("AIzaSyKeyOfTheHouse");
    }
}
