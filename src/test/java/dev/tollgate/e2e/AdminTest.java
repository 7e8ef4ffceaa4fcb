package dev.tollgate.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** What an operator does below {@code /admin}. */
class AdminTest extends KeyTest {

    @Test
    void aKeyIsMadeShownOnceUsedAndRevoked() {
        company("KEYED", "upstream-key-of-keyed", "Active");
        Answer made = newKey("invoices of KEYED", "\"gemini\"", "KEYED");
        String id = made.json().path("id").asText();
        String key = made.json().path("key").asText();
        assertThat(key).matches("tg_[A-Za-z0-9_-]{43}");
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        assertThat(made.header("Location")).isEqualTo("/admin/keys/" + id);

        assertThat(gateway.upload(Map.of("file", Gateway.PDF, "companyID", "KEYED", "username", "ana"),
                Map.of("Authorization", "Bearer " + key)).status()).isEqualTo(200);
        assertThat(gemini.calls().get(0).headers()).doesNotContain(key);

        Answer list = admin("GET", "/admin/keys", null);
        assertThat(list.text()).contains(id, "invoices of KEYED").doesNotContain(key, key.substring(0, 20));
        assertThat(list.json().findValuesAsText("lastUsedAt")).anyMatch(at -> at.startsWith("20"));

        assertThat(admin("DELETE", "/admin/keys/" + id, null).status()).isEqualTo(204);
        assertThat(call("GET", "/token/status?companyID=KEYED", key, null).status()).isEqualTo(401);
        assertThat(admin("GET", "/admin/keys", null).text()).doesNotContain(id);
        assertThat(admin("DELETE", "/admin/keys/" + id, null).status()).isEqualTo(404);

        assertThat(database.sql("SELECT Who || ' ' || Action FROM AdminAudit WHERE Target = ? ORDER BY AuditID").param("key " + id)
                .query(String.class).list()).containsExactly("admin key.create", "admin key.revoke");
        assertThat(database.sql("SELECT * FROM GatewayKeys").query().listOfRows().toString()).doesNotContain(key);
        assertThat(database.sql("SELECT * FROM AdminAudit").query().listOfRows().toString()).doesNotContain(key);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{                                       | not JSON",
        "[]                                      | no object",
        "{\"name\":\"x\"}                        | apis must be a list",
        "{\"apis\":[\"gemini\"]}                 | name is missing",
        "{\"name\":5,\"apis\":[\"gemini\"]}      | name must be a text",
        "{\"name\":\"x\",\"apis\":[\"gemni\"]}   | apis must name what the key may use, out of gemini, jobs, keepa",
        "{\"name\":\"x\",\"apis\":[\"admin\"]}   | apis must name what the key may use",
        "{\"name\":\"x\",\"apis\":[],\"a\":1}    | There is no field a",
    })
    void aKeyThatCannotBeMadeIsAnsweredWithTheFieldAndTheRemedy(String body, String message) {
        Answer answer = admin("POST", "/admin/keys", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains(message);
        assertThat(answer.json().path("requestId").asText()).isEqualTo(answer.header("X-Request-Id"));
    }

    @Test
    void whoCallsIsCountedByKeyAndApiWithoutTheKey() {
        Answer made = newKey("the counted shop", "\"gemini\"", "COUNTED");
        String key = made.json().path("key").asText();
        for (int i = 0; i < 3; i++) {
            assertThat(call("GET", "/token/status?companyID=COUNTED", key, null).status()).isEqualTo(200);
        }
        assertThat(call("GET", "/admin/callers", key, null).status()).isEqualTo(403);

        Answer callers = admin("GET", "/admin/callers", null);
        assertThat(callers.json()).filteredOn(row -> row.path("key").asText().equals(made.json().path("id").asText())).singleElement()
                .satisfies(row -> {
                    assertThat(row.path("name").asText()).isEqualTo("the counted shop");
                    assertThat(row.path("api").asText()).isEqualTo("gemini");
                    assertThat(row.path("requests").asLong()).isEqualTo(3);
                    assertThat(row.path("denied").asLong()).isZero();
                    assertThat(row.path("lastAt").asLong()).isPositive();
                });
        assertThat(callers.text()).doesNotContain(key);
    }

    @Test
    void aTokenIsAddedEncryptedAndPaysForItsCompany() {
        Answer made = admin("POST", "/admin/tokens", """
                {"CompanyID":"ADDED","CompanyName":"Added Ltd","ApiKey":"provider-key-9f3a","Provider":"Gemini",
                 "TotalTokenLimit":5000,"Threshold":700}""");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("ApiKey").asText()).isEqualTo("…9f3a");
        assertThat(made.json().path("Threshold").asInt()).isEqualTo(700);
        long id = made.json().path("TokenID").asLong();
        assertThat(database.sql("SELECT ApiKey FROM TokenMaster WHERE TokenID = ?").param(id).query(String.class).single())
                .startsWith("tg1:");

        Answer read = gateway.upload(Map.of("file", Gateway.PDF, "companyID", "ADDED", "username", "ana"),
                Map.of("Authorization", "Bearer " + ADMIN));
        assertThat(read.status()).isEqualTo(200);
        assertThat(gemini.calls().get(0).key()).isEqualTo("provider-key-9f3a");
        assertThat(admin("GET", "/admin/tokens", null).text()).contains("\"TotalUsedTokens\":120", "\"TotalRemainingTokens\":4880")
                .doesNotContain("provider-key");
    }

    @Test
    void aValueThatTheTableNeverTakesIsNamedWithItsColumnAndNotToBeTriedAgain() {
        database.sql("ALTER TABLE TokenMaster ADD CONSTRAINT NoSuchProvider CHECK (Provider <> 'Nonsense')").update();
        database.sql("ALTER TABLE TokenMaster ADD COLUMN Salesman VARCHAR(10) DEFAULT 'x' NOT NULL").update();
        database.sql("ALTER TABLE TokenMaster ALTER COLUMN Salesman DROP DEFAULT").update();
        try {
            Answer refused = admin("POST", "/admin/tokens", "{\"CompanyID\":\"NEVER\",\"ApiKey\":\"k-never\",\"Provider\":\"Gemini\"}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.message()).contains("the database takes no such value in column SALESMAN").doesNotContain("k-never");
            assertThat(admin("POST", "/admin/tokens", "{\"CompanyID\":\"NEVER\",\"ApiKey\":\"k-never\",\"Provider\":\"Nonsense\"}").status())
                    .isEqualTo(400);
            assertThat(database.sql("SELECT COUNT(*) FROM TokenMaster WHERE CompanyID = 'NEVER'").query(Long.class).single()).isZero();
        }
        finally {
            database.sql("ALTER TABLE TokenMaster DROP COLUMN Salesman").update();
            database.sql("ALTER TABLE TokenMaster DROP CONSTRAINT NoSuchProvider").update();
        }
    }

    @Test
    void tokensAreReadPageByPageAndLookedFor() {
        for (int i = 0; i < 7; i++) {
            company("PAGED-" + i, "key-paged-" + i, i == 6 ? "Disabled" : "Active", 1000);
        }
        List<String> seen = new ArrayList<>();
        String path = "/admin/tokens?limit=3&q=paged-";
        while (path != null) {
            Answer page = admin("GET", path, null);
            page.json().forEach(token -> seen.add(token.path("CompanyID").asText()));
            assertThat(page.json().size()).isLessThanOrEqualTo(3);
            path = page.header("X-Tollgate-Next");
        }
        assertThat(seen).containsExactly("PAGED-0", "PAGED-1", "PAGED-2", "PAGED-3", "PAGED-4", "PAGED-5", "PAGED-6");
        assertThat(admin("GET", "/admin/tokens?q=Disabled", null).text()).contains("PAGED-6").doesNotContain("PAGED-5");
        assertThat(admin("GET", "/admin/tokens?q=%25", null).json()).as("the character itself").isEmpty();
        assertThat(admin("GET", "/status/reconcile?limit=2&q=paged-", null).json().path("tokens")).hasSize(2);
        assertThat(admin("GET", "/admin/tokens?limit=1001", null).message()).contains("limit must be a number of rows, 1 to 1000");
        assertThat(admin("GET", "/admin/tokens?after=x", null).status()).isEqualTo(400);
    }

    @Test
    void aTokenChangesItsLimitThresholdStatusAndKey() {
        long id = company("CHANGED", "old-provider-key", "Active", 1000);
        Answer answer = admin("PATCH", "/admin/tokens/" + id,
                "{\"TotalTokenLimit\":2000,\"Threshold\":50,\"Status\":\"disabled\",\"ApiKey\":\"new-provider-key-77aa\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("Status").asText()).isEqualTo("Disabled");
        assertThat(answer.json().path("TotalTokenLimit").asInt()).isEqualTo(2000);
        assertThat(answer.json().path("TotalRemainingTokens").asInt()).isEqualTo(2000);
        assertThat(answer.json().path("Threshold").asInt()).isEqualTo(50);
        assertThat(answer.json().path("ApiKey").asText()).isEqualTo("…77aa");
        assertThat(database.sql("SELECT Detail FROM AdminAudit WHERE Target = ?").param("token " + id).query(String.class).single())
                .isEqualTo("Threshold=50, TotalTokenLimit=2000, Status=Disabled, ApiKey replaced");
    }

    @Test
    void anExceededTokenIsActiveAgainWhenItsLimitIsRaised() {
        long id = company("RAISED", "key-of-raised", "Exceeded", 1000);
        assertThat(admin("PATCH", "/admin/tokens/" + id, "{\"TotalTokenLimit\":2000}").json().path("Status").asText())
                .isEqualTo("Active");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"Status\":\"Fine\"}         | Status must be one of Active",
        "{\"TotalTokenLimit\":1.5}     | TotalTokenLimit must be a whole number",
        "{\"TotalTokenLimit\":-1}      | TotalTokenLimit must be a whole number",
        "{\"Threshold\":\"many\"}      | Threshold must be a whole number",
        "{\"ApiKey\":\"two words\"}    | ApiKey must be printable",
        "{}                            | Nothing to change",
        "{\"Provider\":\"Gemini\"}     | There is no field Provider",
    })
    void aChangeThatCannotBeMadeChangesNothing(String body, String message) {
        long id = company("KEPT", "key-of-kept", "Active", 1000);
        Answer answer = admin("PATCH", "/admin/tokens/" + id, body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains(message);
        assertThat(database.sql("SELECT COUNT(*) FROM AdminAudit WHERE Target = ?").param("token " + id).query(Long.class).single())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"PATCH,/admin/tokens/999999", "PATCH,/admin/tokens/x", "DELETE,/admin/keys/x"})
    void whatIsNotThereIs404(String method, String path) {
        assertThat(admin(method, path, "{\"Threshold\":1}").status()).isEqualTo(404);
    }
}
