package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.e2e.GeminiStub.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One id from the caller's header to the answer, the rows and the log. */
class RequestIdTest extends GatewayTest {

    @Test
    void aSaneIdIsOnTheAnswerTheRowsAndTheLog() {
        company("ID", "key", "Active");
        gemini.script((call, number) -> number == 1 ? Reply.status(503, "UNAVAILABLE") : GeminiStub.ok(10, 5));

        Answer answer = gateway.extract("ID", "svc:order.42_a-b");

        assertThat(answer.status()).isEqualTo(200);
        assertOnRecord(answer, "svc:order.42_a-b");
    }

    @ParameterizedTest
    @ValueSource(strings = { "-starts-with-a-dash", "has a space", "semi;colon", "<script>", "${sys:user.home}",
            "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x" })
    void anInsaneIdIsReplacedByANewOne(String id) {
        company("ID-" + Math.abs(id.hashCode()), "key", "Active");
        gemini.script((call, number) -> number == 1 ? Reply.status(503, "UNAVAILABLE") : GeminiStub.ok(10, 5));

        Answer answer = gateway.extract("ID-" + Math.abs(id.hashCode()), id);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Request-Id")).satisfies(UUID::fromString);
        assertThat(answer.text()).doesNotContain(id);
        assertOnRecord(answer, answer.header("X-Request-Id"));
        assertThat(gemini.calls()).noneMatch(call -> call.headers().contains(id));
    }

    @Test
    void aCallThatIsServedAtOnceWritesNoLogLine() {
        company("ID-WELL", "key", "Active");
        gemini.script((call, number) -> number == 2 ? Reply.status(503, "UNAVAILABLE") : GeminiStub.ok(10, 5));

        Answer well = gateway.extract("ID-WELL", "went-well");
        Answer afterwards = gateway.extract("ID-WELL", "went-on"); // its lines are written behind those of the first

        assertThat(well.status()).isEqualTo(200);
        assertOnRecord(afterwards, "went-on");
        assertThat(count("TokenUsageLogs", "went-well")).isOne();
        assertThat(count("ApplicationLogs", "went-well")).isZero();
    }

    @Test
    void withoutAnIdEveryRequestGetsItsOwn() {
        assertThat(gateway.get("/status").header("X-Request-Id")).satisfies(UUID::fromString)
                .isNotEqualTo(gateway.get("/status").header("X-Request-Id"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/status", "/token/status", "/nothing", "/extract", "/extract%2F", "/actuator/health" })
    void everyAnswerCarriesTheCallersId(String path) {
        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("X-Request-Id", "mine-1").GET());

        assertThat(answer.headers().get("x-request-id")).containsExactly("mine-1");
    }

    @Test
    void aFormFieldOfThatNameChangesNothing() {
        company("ID-FIELD", "key", "Active");

        Answer answer = gateway.upload(Map.of("companyID", "ID-FIELD", "username", "ana", "file", Gateway.PDF,
                "X-Request-Id", "from-the-form"), Map.of("X-Request-Id", "from-the-header"));

        assertThat(answer.headers().get("x-request-id")).containsExactly("from-the-header");
        assertThat(answer.json().path("requestId").asText()).isEqualTo("from-the-header");
        assertThat(count("TokenUsageLogs", "from-the-header")).isOne();
    }

    private void assertOnRecord(Answer answer, String id) {
        assertThat(answer.headers().get("x-request-id")).containsExactly(id);
        assertThat(answer.json().path("requestId").asText()).isEqualTo(id);
        assertThat(count("TokenUsageLogs", id)).isOne();
        await().untilAsserted(() -> assertThat(count("RetryAttempts", id)).isOne());
        await().untilAsserted(() -> assertThat(database.sql("SELECT Message FROM ApplicationLogs WHERE RequestID = ?").param(id)
                .query(String.class).list()).anyMatch(line -> line.startsWith("Gemini failed attempt 1"))
                .anyMatch(line -> line.startsWith("Gemini answered company")));
    }
}
