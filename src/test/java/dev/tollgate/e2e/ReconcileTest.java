package dev.tollgate.e2e;

import java.util.List;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** {@code GET /status/reconcile}: the promise is a drift of 0, and whoever touches the books by hand sees it. */
class ReconcileTest extends ObservedTest {

    @AfterEach
    void booksAreInOrder() {
        database.sql("DELETE FROM TokenUsageSummary").update();
        database.sql("DELETE FROM TokenUsageLogs").update();
    }

    @Test
    void bothBooksAgreeAfterCallsOverTwoKeys() {
        company("TWO-KEYS", "key-two-1", "Active");
        company("TWO-KEYS", "key-two-2", "Active");
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.extract("TWO-KEYS").status()).isEqualTo(200);
        }

        JsonNode report = reconcile();

        assertThat(report.path("drift").asLong()).isZero();
        assertThat(tokens(report, "TWO-KEYS").stream().mapToLong(token -> token.path("logged").asLong()).sum())
                .isEqualTo(gemini.reported()).isEqualTo(1200);
        assertThat(tokens(report, "TWO-KEYS").stream().mapToLong(token -> token.path("summary").asLong()).sum())
                .isEqualTo(1200);
        assertThat(tokens(report, "TWO-KEYS").stream().mapToLong(token -> token.path("calls").asLong()).sum()).isEqualTo(10);
        assertThat(scrape().value("tollgate_ledger_drift_tokens")).isZero();
    }

    @Test
    void aRowThatIsDeletedByHandIsTheDriftAndTwoErrorsDoNotCancelEachOther() {
        long lost = company("LOST", "key-lost", "Active");
        long invented = company("INVENTED", "key-invented", "Active");
        gateway.extract("LOST");
        gateway.extract("LOST", "to-be-deleted");
        gateway.extract("INVENTED");
        database.sql("DELETE FROM TokenUsageLogs WHERE RequestID = 'to-be-deleted'").update();
        database.sql("UPDATE TokenUsageSummary SET TotalUsedTokens = 20 WHERE TokenID = ?").param(invented).update();

        JsonNode report = reconcile();

        assertThat(token(report, lost).path("drift").asLong()).isEqualTo(120);
        assertThat(token(report, invented).path("drift").asLong()).isEqualTo(-100);
        assertThat(report.path("drift").asLong()).isEqualTo(220);
        assertThat(scrape().value("tollgate_ledger_drift_tokens")).isEqualTo(220);
    }

    @Test
    void whatACallInFlightHoldsIsReservedAndInNeitherBook() {
        long token = company("HELD", "key-held", "Active");
        var gate = gemini.closeGate();
        var answer = gateway.extractLater("HELD", "held-1");
        await().until(() -> gemini.hits() == 1);

        JsonNode during = token(reconcile(), token);
        gate.countDown();
        assertThat(answer.join().status()).isEqualTo(200);

        assertThat(during.path("reserved").asLong()).isEqualTo(3000);
        assertThat(during.path("logged").asLong()).isZero();
        assertThat(during.path("drift").asLong()).isZero();
        assertThat(token(reconcile(), token).path("reserved").asLong()).isZero();
    }

    private JsonNode reconcile() {
        Gateway.Answer answer = gateway.get("/status/reconcile");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static JsonNode token(JsonNode report, long id) {
        return StreamSupport.stream(report.path("tokens").spliterator(), false)
                .filter(token -> token.path("tokenID").asLong() == id).findFirst().orElseThrow();
    }

    private static List<JsonNode> tokens(JsonNode report, String company) {
        return StreamSupport.stream(report.path("tokens").spliterator(), false)
                .filter(token -> token.path("companyID").asText().equals(company)).toList();
    }
}
