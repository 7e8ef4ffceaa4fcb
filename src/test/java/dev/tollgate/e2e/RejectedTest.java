package dev.tollgate.e2e;

import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Usage that the database refuses for good: its company is not served on and on, everybody sees it, and it is brought back once. */
class RejectedTest extends ObservedTest {

    @AfterEach
    void theBooksTakeEverything() {
        database.sql("ALTER TABLE TokenUsageLogs DROP CONSTRAINT IF EXISTS NobodyIsRefused").update();
        gateway.request("POST", "/admin/rejected/replay", "application/json", new byte[0]);
        database.sql("DELETE FROM TokenUsageSummary").update();
        database.sql("DELETE FROM TokenUsageLogs").update();
    }

    @Test
    void aCompanyWhoseUsageIsRefusedIsNotServedAgainAndAgainAndItsUsageComesBackOnce() {
        long token = company("REFUSED-BOOKS", "key-refused", "Active");
        company("OTHER-BOOKS", "key-other", "Active");
        database.sql("ALTER TABLE TokenUsageLogs ADD CONSTRAINT NobodyIsRefused CHECK (TokenID IS NULL OR TokenID <> " + token + ")").update();

        long served = IntStream.range(0, 30).filter(i -> gateway.extract("REFUSED-BOOKS").status() == 200).count();

        assertThat(served).isEqualTo(1);
        assertThat(gemini.hits()).isEqualTo(1);
        assertThat(gateway.extract("REFUSED-BOOKS").status()).isEqualTo(403);
        assertThat(gateway.extract("OTHER-BOOKS").status()).isEqualTo(200);
        await().until(() -> scrape().value("tollgate_ledger_rejected_records") == 1);
        assertThat(gateway.get("/status").json().at("/ledger/rejected").asLong()).isEqualTo(1);
        Gateway.Answer health = gateway.get("/actuator/health");
        assertThat(health.status()).as("amber is served").isEqualTo(200);
        assertThat(health.json().at("/components/ledger/status").asText()).isEqualTo("DEGRADED");
        assertThat(health.json().at("/components/ledger/details/rejected").asText())
                .contains("1 records", "spool/rejected.ndjson", "POST /admin/rejected/replay");

        assertThat(replay()).isEqualTo("{\"replayed\":0,\"rejected\":1}");
        database.sql("ALTER TABLE TokenUsageLogs DROP CONSTRAINT NobodyIsRefused").update();
        assertThat(replay()).isEqualTo("{\"replayed\":1,\"rejected\":0}");
        assertThat(replay()).isEqualTo("{\"replayed\":0,\"rejected\":0}");

        assertThat(database.sql("SELECT COUNT(*) FROM TokenUsageLogs WHERE TokenID = ?").param(token).query(Long.class).single())
                .isEqualTo(1);
        assertThat(gateway.extract("REFUSED-BOOKS").status()).as("at once").isEqualTo(200);
        assertThat(gateway.get("/actuator/health").json().at("/components/ledger/status").asText()).isEqualTo("UP");
        assertThat(database.sql("SELECT COUNT(*) FROM AdminAudit WHERE Action = 'rejected.replay'").query(Long.class).single())
                .isGreaterThanOrEqualTo(3);
    }

    private String replay() {
        Gateway.Answer answer = gateway.request("POST", "/admin/rejected/replay", "application/json", new byte[0]);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }
}
