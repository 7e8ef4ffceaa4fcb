package dev.tollgate.e2e;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.e2e.GeminiStub.Reply;
import dev.tollgate.ledger.Reservations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Every row of the table of {@code /extract}, with the upstream's calls counted. */
class ExtractTest extends GatewayTest {

    static final String FAILED = "Failed to process invoice";

    @Autowired
    private Reservations reservations;

    @Test
    void anInvoiceIsReadPaidAndOnRecord() {
        long token = company("READ", "key-read", "Active");
        gemini.script((call, number) -> new Reply(200, """
                {"candidates":[{"finishReason":"STOP","content":{"parts":[{"text":"{\\"invoice_no\\":\\"INV-9\\"}"}]}}],
                 "usageMetadata":{"promptTokenCount":300,"toolUsePromptTokenCount":5,"candidatesTokenCount":40,
                   "thoughtsTokenCount":60,"totalTokenCount":405,
                   "promptTokensDetails":[{"modality":"TEXT","tokenCount":42},{"modality":"DOCUMENT","tokenCount":258}],
                   "candidatesTokensDetails":[{"modality":"TEXT","tokenCount":40}]}}""", null));

        Answer answer = gateway.extract("READ", "read-1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Request-Id")).isEqualTo("read-1");
        assertThat(answer.text()).isEqualTo("{\"status\":\"ok\",\"message\":\"Invoice processed successfully\","
                + "\"data\":{\"invoice_no\":\"INV-9\"},\"requestId\":\"read-1\"}");
        assertThat(gemini.hits()).isOne();
        assertThat(gemini.calls().get(0).key()).isEqualTo("key-read");
        assertThat(gemini.calls().get(0).path()).isEqualTo("/v1beta/models/gemini-2.5-flash:generateContent");
        assertThat(gemini.calls().get(0).query()).isNull();
        assertThat(database.sql("SELECT TokenID, Branch, RequestedBy, InputTokens, OutputTokens, TextPromptTokens,"
                + " ImagePromptTokens, TextCandidatesTokens, TotalTokensUsed, RequestCount FROM TokenUsageLogs"
                + " WHERE RequestID = 'read-1'").query().singleRow().values())
                .containsExactly((int) token, "Default", "ana", 305L, 100L, 42L, 258L, 40L, 405L, 1);
        assertThat(database.sql("SELECT TotalUsedTokens, TotalRemainingTokens FROM TokenUsageSummary WHERE TokenID = ?")
                .param(token).query().singleRow().values()).containsExactly(405L, 999_595L);
    }

    @Test
    void anOperatorSeesWhatADayOfSeveralCallsCost() {
        company("DAILY", "key-daily", "Active");
        assertThat(gateway.extract("DAILY", "daily-1").status()).isEqualTo(200);
        assertThat(gateway.extract("DAILY", "daily-2").status()).isEqualTo(200);

        Answer usage = gateway.get("/admin/usage");

        assertThat(usage.status()).as(usage.text()).isEqualTo(200);
        assertThat(usage.json()).extracting(row -> row.path("by").asText()).contains("day", "branch", "user");
        long days = 0;
        for (JsonNode row : usage.json()) {
            days += row.path("by").asText().equals("day") ? row.path("tokens").asLong() : 0;
        }
        assertThat(days).isEqualTo(database.sql("SELECT SUM(TotalTokensUsed) FROM TokenUsageLogs").query(Long.class).single());
    }

    static Stream<Arguments> incompleteUploads() {
        String names = "Please provide both companyID and username.";
        return Stream.of(Arguments.of(Map.of("username", "ana", "file", Gateway.PDF), names),
                Arguments.of(Map.of("companyID", "X", "file", Gateway.PDF), names),
                Arguments.of(Map.of("companyID", " ", "username", "ana", "file", Gateway.PDF), names),
                Arguments.of(Map.of("companyID", "X", "username", "ana"), "Please provide a file."),
                Arguments.of(Map.of("companyID", "X", "username", "ana", "document", Gateway.PDF), "Please provide a file."),
                Arguments.of(Map.of("companyID", "X", "username", "ana", "file", "not a file"), "Please provide a file."));
    }

    @ParameterizedTest
    @MethodSource("incompleteUploads")
    void whatIsMissingIsNamed(Map<String, Object> parts, String message) {
        assertRefused(gateway.upload(parts, Map.of()), 400, message);
    }

    static Stream<Arguments> statuses() {
        String expired = "Your AI token has expired. Please renew your subscription.";
        String unavailable = "Your AI token is no longer available or has been disabled. Please contact support.";
        return Stream.of(Arguments.of("Expired", 403, expired), Arguments.of("Exceeded", 403, unavailable),
                Arguments.of("Disabled", 403, unavailable));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void aTokenThatIsNotActiveIsRefusedWithItsMessage(String status, int code, String message) {
        String company = "ST-" + status;
        company(company, "key", status);

        assertRefused(gateway.extract(company), code, message);
        Answer asked = gateway.get("/token/status?companyID=" + company);
        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.json().path("has_error").asBoolean()).isTrue();
        assertThat(asked.json().path("status").asText()).isEqualTo(status);
        assertThat(asked.message()).isEqualTo(message);
    }

    @Test
    void aCompanyWithoutAnyTokenIsRefused() {
        assertRefused(gateway.extract("NOBODY"), 404, "No active token found for your company. Please contact support.");
    }

    @Test
    void oneActiveTokenServesEvenWhenAnotherHasExpired() {
        company("MIXED", "key-old", "Expired");
        company("MIXED", "key-good", "Active");

        assertThat(gateway.extract("MIXED").status()).isEqualTo(200);
        assertThat(gemini.calls()).extracting(GeminiStub.Call::key).containsExactly("key-good");
    }

    static Stream<byte[]> notAnInvoice() {
        return Stream.of(new byte[0], "hello".getBytes(ISO_8859_1), "PK\3\4 a zip".getBytes(ISO_8859_1),
                "GIF89a".getBytes(ISO_8859_1), "<html>".getBytes(ISO_8859_1), "%PD".getBytes(ISO_8859_1),
                "....ftypisom a film".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @MethodSource
    void notAnInvoice(byte[] content) {
        company("KIND", "key", "Active");
        assertRefused(upload("KIND", content), 422, FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "%PDF-1.7\n", "\u0089PNG\r\n\u001a\n....", "\u00ff\u00d8\u00ff\u00e0", "RIFF....WEBPVP8 ",
            "\0\0\0\u0018ftypheic....", "\0\0\0\u0018ftypmif1...." })
    void everyKindThatGeminiReadsPasses(String head) {
        company("KINDS", "key", "Active");
        assertThat(upload("KINDS", head.getBytes(ISO_8859_1)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = { 64 * 1024 + 1, 26 * 1024 * 1024 })
    void aFileOverTheLimitIsRefused(int size) {
        company("BIG", "key", "Active");
        byte[] content = new byte[size];
        System.arraycopy(Gateway.PDF, 0, content, 0, Gateway.PDF.length);
        assertRefused(upload("BIG", content), 413, FAILED);
    }

    static Stream<Arguments> refusedByTheModel() {
        return Stream.of(
                Arguments.of("invalid argument", Reply.status(400, "INVALID_ARGUMENT"), 422, 0),
                Arguments.of("unsupported type", Reply.status(415, "INVALID_ARGUMENT"), 422, 0),
                Arguments.of("no such model", Reply.status(404, "NOT_FOUND"), 502, 0),
                Arguments.of("billing", Reply.status(400, "FAILED_PRECONDITION"), 502, 0),
                Arguments.of("blocked prompt", new Reply(200, """
                        {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},
                         "usageMetadata":{"promptTokenCount":77,"totalTokenCount":77}}""", null), 422, 77),
                Arguments.of("blocked answer", new Reply(200, """
                        {"candidates":[{"finishReason":"SAFETY"}],
                         "usageMetadata":{"promptTokenCount":78,"totalTokenCount":78}}""", null), 422, 78),
                Arguments.of("cut off", new Reply(200, """
                        {"candidates":[{"finishReason":"MAX_TOKENS","content":{"parts":[{"text":"{\\"invo"}]}}],
                         "usageMetadata":{"promptTokenCount":79,"totalTokenCount":79}}""", null), 502, 79),
                Arguments.of("garbage", new Reply(200, "<html>", null), 502, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusedByTheModel(String name, Reply reply, int status, long paid) {
        String company = "REF-" + name.replace(' ', '-');
        String request = company + "-1";
        company(company, "key", "Active");
        gemini.script((call, number) -> reply);

        assertThat(gateway.extract(company, request)).extracting(Answer::status, Answer::message)
                .containsExactly(status, FAILED);
        assertThat(gemini.hits()).as("never retried").isOne();
        assertThat(count("TokenUsageLogs", request)).as("what was paid is on record").isEqualTo(paid == 0 ? 0 : 1);
    }

    @Test
    void threeFailuresAndASuccessAreFourCallsAndThreeRows() {
        company("FLAKY", "key-flaky", "Active");
        gemini.script((call, number) -> number <= 3 ? Reply.status(503, "UNAVAILABLE") : GeminiStub.ok(10, 5));

        assertThat(gateway.extract("FLAKY", "flaky-1").status()).isEqualTo(200);
        assertThat(gemini.hits()).isEqualTo(4);
        await().untilAsserted(() -> assertThat(database.sql("SELECT Attempt, IsRetryable, ErrorMessage FROM RetryAttempts"
                + " WHERE RequestID = 'flaky-1' ORDER BY Attempt").query((row, n) -> row.getInt(1) + " " + row.getBoolean(2)
                + " " + row.getString(3)).list()).containsExactly(
                        "1 true HTTP 503 UNAVAILABLE: The stub says UNAVAILABLE",
                        "2 true HTTP 503 UNAVAILABLE: The stub says UNAVAILABLE",
                        "3 true HTTP 503 UNAVAILABLE: The stub says UNAVAILABLE"));
        assertThat(count("TokenUsageLogs", "flaky-1")).isOne();
    }

    /** Name, answer, calls, tokens booked in all, rows in RetryAttempts. */
    static Stream<Arguments> insideOf200() {
        String used = ",\"usageMetadata\":{\"promptTokenCount\":10,\"totalTokenCount\":10}}";
        return Stream.of(
                Arguments.of("overloaded", new Reply(200, GeminiStub.error(503, "UNAVAILABLE", ""), null), 4, 0, 4),
                Arguments.of("overloaded in a list", new Reply(200, "[" + GeminiStub.error(503, "UNAVAILABLE", "") + "]", null), 4, 0, 4),
                Arguments.of("overloaded and paid", new Reply(200, GeminiStub.error(500, "INTERNAL", "").replaceFirst("}$", used), null), 4, 40, 4),
                Arguments.of("bad input", new Reply(200, GeminiStub.error(400, "INVALID_ARGUMENT", ""), null), 1, 0, 1),
                Arguments.of("nothing", new Reply(200, "", null), 4, 0, 4),
                Arguments.of("no content", new Reply(204, "", null), 4, 0, 4),
                Arguments.of("a page", new Reply(200, "<html>Welcome</html>", null), 1, 0, 1),
                Arguments.of("silence", new Reply(200, "{\"candidates\":[{\"finishReason\":\"STOP\"}]" + used, null), 2, 20, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void insideOf200(String name, Reply reply, int calls, long tokens, int rows) {
        String company = "IN-" + name.replace(' ', '-');
        long token = company(company, "key", "Active");
        gemini.script((call, number) -> reply);

        assertThat(gateway.extract(company)).extracting(Answer::status, Answer::message)
                .containsExactly(name.equals("bad input") ? 422 : 502, FAILED);
        assertThat(gemini.hits()).isEqualTo(calls);
        assertThat(new Books(database).entries(company)).extracting(Books.Entry::tokens)
                .containsExactlyElementsOf(Collections.nCopies((int) tokens / 10, 10L));
        await().untilAsserted(() -> assertThat(database.sql("SELECT COUNT(*) FROM RetryAttempts WHERE TokenID = ?").param(token)
                .query(Integer.class).single()).isEqualTo(rows));
        assertThat(reservations.reserved(token)).isZero();
    }

    @Test
    void aModelThatFirstSaysNothingIsAskedOnceMoreAndBothAreOnRecord() {
        company("SILENT", "key", "Active");
        gemini.script((call, number) -> number == 1 ? new Reply(200, "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"role\":\"model\"}}],"
                + "\"usageMetadata\":{\"promptTokenCount\":77,\"totalTokenCount\":77}}", null) : GeminiStub.ok(100, 20));

        Answer answer = gateway.extract("SILENT", "silent-1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("data").path("invoice_no").asText()).isEqualTo("INV-1");
        assertThat(gemini.hits()).isEqualTo(2);
        assertThat(new Books(database).entries("SILENT")).extracting(Books.Entry::tokens).containsExactlyInAnyOrder(77L, 120L);
        await().untilAsserted(() -> assertThat(count("RetryAttempts", "silent-1")).isOne());
    }

    @Test
    void anObjectInAFenceIsTheInvoice() {
        company("FENCED", "key", "Active");
        gemini.script((call, number) -> new Reply(200, GeminiStub.ok(100, 20).body().replace(GeminiStub.INVOICE,
                "```json\\n" + GeminiStub.INVOICE + "\\n```"), null));

        assertThat(gateway.extract("FENCED").json().path("data").path("invoice_no").asText()).isEqualTo("INV-1");
    }

    static Stream<Arguments> failures() {
        return Stream.of(408, 429, 500, 502, 503, 504, 0).map(status -> Arguments.of(status == 0
                ? new Reply(0, "", null) : Reply.status(status, "STATUS_" + status)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anUpstreamThatKeepsFailingIsAskedFourTimes(Reply reply) {
        String company = "DOWN-" + reply.status();
        company(company, "key", "Active");
        gemini.script((call, number) -> reply);

        assertThat(gateway.extract(company)).extracting(Answer::status, Answer::message).containsExactly(502, FAILED);
        assertThat(gemini.hits()).isEqualTo(4);
    }

    @Test
    void aDaysQuotaIsNotAskedForAgain() {
        company("DAY", "key", "Active");
        gemini.script((call, number) -> new Reply(429, GeminiStub.error(429, "RESOURCE_EXHAUSTED", """
                {"@type":"type.googleapis.com/google.rpc.QuotaFailure",
                 "violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}"""), null));

        assertThat(gateway.extract("DAY").status()).isEqualTo(502);
        assertThat(gemini.hits()).isOne();
    }

    @Test
    void aKeyWithoutQuotaGivesWayToAnother() {
        company("TWO", "key-empty", "Active");
        company("TWO", "key-full", "Active");
        gemini.script((call, number) -> call.key().equals("key-empty") ? Reply.status(429, "RESOURCE_EXHAUSTED")
                : GeminiStub.ok(10, 5));

        for (int i = 0; i < 20; i++) {
            assertThat(gateway.extract("TWO").status()).isEqualTo(200);
        }
        assertThat(gemini.calls().stream().filter(call -> call.key().equals("key-empty")).count())
                .as("it is left alone for a while").isLessThanOrEqualTo(1);
    }

    @Test
    void anInvalidKeyGivesWayToAnotherAndIsReportedOnce() {
        company("BADKEY", "key-bad", "Active");
        company("BADKEY", "key-good", "Active");
        gemini.script((call, number) -> call.key().equals("key-good") ? GeminiStub.ok(10, 5)
                : new Reply(400, GeminiStub.error(400, "INVALID_ARGUMENT", "{\"reason\":\"API_KEY_INVALID\"}"), null));

        for (int i = 0; i < 10; i++) {
            assertThat(gateway.extract("BADKEY").status()).isEqualTo(200);
        }
        await().untilAsserted(() -> assertThat(database.sql("SELECT COUNT(*) FROM ApplicationLogs WHERE LogLevel = 'ERROR'"
                + " AND Message LIKE '%company BADKEY is not accepted%'").query(Long.class).single()).isLessThanOrEqualTo(1));
    }

    @Test
    void theOnlyKeyBeingInvalidFailsWithoutRetry() {
        company("ONLYBAD", "key-bad", "Active");
        gemini.script((call, number) -> Reply.status(403, "PERMISSION_DENIED"));

        assertThat(gateway.extract("ONLYBAD").status()).isEqualTo(502);
        assertThat(gateway.extract("ONLYBAD").status()).isEqualTo(502);
        assertThat(gemini.hits()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(database.sql("SELECT COUNT(*) FROM ApplicationLogs WHERE LogLevel = 'ERROR'"
                + " AND Message LIKE '%company ONLYBAD is not accepted%'").query(Long.class).single()).isOne());
    }

    @Test
    void aSpentTokenIsExceededFromThenOn() {
        long token = company("SPENT", "key", "Active", 100);
        gemini.script((call, number) -> GeminiStub.ok(90, 20));

        assertThat(gateway.extract("SPENT").status()).isEqualTo(200);
        assertThat(database.sql("SELECT Status FROM TokenMaster WHERE TokenID = ?").param(token).query(String.class)
                .single()).isEqualTo("Exceeded");
        gemini.reset();
        assertRefused(gateway.extract("SPENT"), 403,
                "Your AI token is no longer available or has been disabled. Please contact support.");
    }

    @Test
    void aReusedRequestIdLosesNothing() {
        long token = company("REUSE", "key", "Active");

        gateway.extract("REUSE", "same");
        gateway.extract("REUSE", "same");

        assertThat(database.sql("SELECT COUNT(*), SUM(TotalTokensUsed) FROM TokenUsageLogs WHERE TokenID = ?").param(token)
                .query((row, n) -> row.getLong(1) + " " + row.getLong(2)).single()).isEqualTo("2 240");
    }

    @Test
    void theSummaryAddsUpWhatACompanyHas() {
        company("SUM", "key-1", "Active", 1000);
        company("SUM", "key-2", "Expired", 500);
        gateway.extract("SUM");

        var summary = gateway.get("/token/summary?companyID=SUM").json();
        assertThat(summary.path("total_limit").asLong()).isEqualTo(1500);
        assertThat(summary.path("used_tokens").asLong()).isEqualTo(120);
        assertThat(summary.path("remaining_tokens").asLong()).isEqualTo(1380);
        assertThat(summary.path("tokens")).hasSize(2);
    }

    @Test
    void nothingOfTheCallerReachesGeminiAndNothingOfGeminisReachesTheCaller() {
        company("CLEAN", "key-clean-secret", "Active");
        Map<String, Object> parts = new LinkedHashMap<>(Map.of("file", Gateway.PDF, "companyID", "CLEAN", "username", "ana"));

        Answer answer = gateway.upload(parts, Map.of("Authorization", "Bearer caller-secret", "Cookie", "a=caller-cookie",
                "X-Custom", "caller-custom", "x-goog-api-key", "caller-key", "CamelHttpUri", "http://127.0.0.1:1/"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(gemini.calls().get(0).headers()).doesNotContain("caller-");
        assertThat(gemini.calls().get(0).key()).isEqualTo("key-clean-secret");
        assertThat(answer.headers().toString() + answer.text()).doesNotContain("key-clean-secret", "caller-");
        assertThat(answer.headers().keySet()).containsOnly("x-request-id", "content-type", "content-length", "date");
    }

    private Answer upload(String company, byte[] content) {
        return gateway.upload(Map.of("companyID", company, "username", "ana", "file", content), Map.of());
    }

    private void assertRefused(Answer answer, int status, String message) {
        assertThat(answer).extracting(Answer::status, Answer::message).containsExactly(status, message);
        assertThat(answer.json().path("status").asText()).isEqualTo("error");
        assertThat(answer.json().path("data").isNull()).isTrue();
        assertThat(answer.json().path("requestId").asText()).isEqualTo(answer.header("X-Request-Id"));
        assertThat(gemini.hits()).as("calls upstream").isZero();
    }
}
