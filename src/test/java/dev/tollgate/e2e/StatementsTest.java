package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.FreePort;
import dev.tollgate.TollgateApplication;
import dev.tollgate.database.OldDeployment;
import dev.tollgate.database.OldDeployment.Shape;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.ledger.TokenAccounts;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every statement that stands in a route or in Java runs on H2 and on PostgreSQL, on tables that hold several rows of each kind:
 * one that nobody ran, or that a database refused, is named here.
 */
class StatementsTest {

    private static final String ADMIN_KEY = "an-admin-key-of-the-statements-test";

    /** Where statements run that no ordinary day runs, by the beginning of their names here. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("database/Babelfish.java", "SQL Server's own"),
            Map.entry("cluster/", "the tests of several nodes, on PostgreSQL: a cluster takes no H2"),
            Map.entry("ledger/Shared", "the tests of several nodes, on PostgreSQL: a cluster takes no H2"),
            Map.entry("ledger/UsageWriter.java: DELETE FROM … WHERE HoldID", "the tests of several nodes, on PostgreSQL: a cluster takes no H2"),
            Map.entry("ledger/UsageWriter.java: WHERE HoldID", "the tests of several nodes, on PostgreSQL: a cluster takes no H2"),
            Map.entry("sellers/Shared", "the tests of several nodes, on PostgreSQL: a cluster takes no H2"),
            Map.entry("jobs/JobRows", "the tests of several nodes, on PostgreSQL: a cluster takes no H2"),
            Map.entry("xai/Shared", "the tests of several nodes, on PostgreSQL: a cluster takes no H2"),
            Map.entry("ledger/LedgerSql.java", "BookingSpec on every engine, several calls a token, with faults and old tables"),
            Map.entry("database/DatabaseClock.java", "TimesOfTheDatabaseTest, each engine's own"),
            Map.entry("database/Adoption.java: SELECT d.name AS DefaultName", "SQL Server's own"),
            Map.entry("database/Adoption.java: WHERE d.parent_object_id", "SQL Server's own"),
            Map.entry("database/Adoption.java: WHERE CallID IS NOT NULL", "SQL Server's own"),
            Map.entry("database/TableShape.java: SELECT 1 FROM … WHERE … IS NOT NULL GROUP BY", "OddTablesTest, a CallID that is not the gateway's"),
            Map.entry("database/Adoption.java: SELECT pg_temp.widen", "AdoptionTest, PostgreSQL's own"),
            Map.entry("database/Adoption.java: SELECT TABLE_SCHEMA", "DatabaseStartTest, tables in another schema"),
            Map.entry("database/Migrations.java: SELECT COUNT(*) FROM INFORMATION_SCHEMA.SCHEMATA", "AdoptionTest, with a schema"),
            Map.entry("secret/EncryptPlainKeys.java: WHERE ApiKey NOT LIKE", "EncryptPlainKeysTest"),
            Map.entry("sellers/GrantStore.java: UPDATE … SET RefreshToken = :anew", "GrantStoreTest on every engine"),
            Map.entry("sellers/GrantStore.java: UPDATE … SET State = :needed", "GrantStoreTest on every engine"),
            Map.entry("sellers/GrantStore.java: SELECT SellerID, RefreshToken FROM … WHERE", "GrantStoreTest on every engine"),
            Map.entry("sellers/GrantStore.java: WHERE SellerID = :seller AND RefreshToken = :read", "GrantStoreTest on every engine"));

    @TempDir
    Path folder;
    private Gateway gateway;

    @ParameterizedTest
    @EnumSource(names = "SQLSERVER", mode = EnumSource.Mode.EXCLUDE)
    void everyStatementRunsOnTablesWithSeveralRowsOfEachKind(Engine engine) throws Exception {
        OldDeployment old = new OldDeployment(engine, Shape.PROGRAM, 7);
        manyRows(old);
        RecordingDriver.forget();
        try (ConfigurableApplicationContext first = start(old, "")) {
            aDay();
            for (OldDeployment.Token token : old.tokens.subList(12, 60)) { // some have no summary
                ok("PATCH", "/admin/tokens/" + token.id(), "{\"Threshold\":100}");
            }
            old.sql.update("INSERT INTO TokenUsageLogs (RequestedBy, TotalTokensUsed) SELECT 'name ' || n, 1 FROM "
                    + (engine == Engine.H2 ? "SYSTEM_RANGE(1, 6000)" : "generate_series(1, 6000)") + " AS r(n)");
            assertThat(ok("GET", "/admin/usage", null)).as("more users in a day than are kept").hasSizeBetween(21, 52);
            assertThat(first.getBean(TokenAccounts.class).rows(" good-0 ", "gemini").orElseThrow()).as("however it is spelled").hasSize(1);
        }
        try (ConfigurableApplicationContext again = start(old, ADMIN_KEY)) {
            keys();
        }

        TreeMap<String, Pattern> statements = Statements.ofRoutes(Path.of("routes"));
        assertThat(statements).as("the routes' statements are found").hasSizeGreaterThan(5);
        statements.putAll(Statements.ofJava(Path.of("src/main/java")));
        assertThat(statements).as("Java's, too").hasSizeGreaterThan(60);
        TreeSet<String> never = statements.entrySet().stream()
                .filter(one -> ELSEWHERE.keySet().stream().noneMatch(one.getKey()::startsWith))
                .filter(one -> RecordingDriver.RAN.stream().noneMatch(ran -> one.getValue().matcher(ran).find()))
                .map(Map.Entry::getKey).collect(Collectors.toCollection(TreeSet::new));
        assertThat(never).as("statements that nothing here runs: run them, or say where they are run").isEmpty();
        assertThat(RecordingDriver.FAILED.entrySet().stream().filter(one -> !expected(one.getKey()))).as("statements that a database refused").isEmpty();
    }

    private static boolean expected(String failed) {
        return failed.endsWith("WHERE 1 = 0"); // a table that is looked for
    }

    /** Several a day, a token, a branch, a user, a request. */
    private void manyRows(OldDeployment old) {
        List<Long> tokens = old.tokens.stream().map(OldDeployment.Token::id).toList();
        for (int i = 0; i < 60; i++) {
            old.sql.update("INSERT INTO TokenUsageLogs (TokenID, Branch, RequestedBy, InputTokens, TotalTokensUsed) VALUES (?, ?, ?, ?, ?)",
                    tokens.get(i % 12), "Branch " + i % 15, "user " + i % 17, i, 2 * i);
            old.sql.update("INSERT INTO ApplicationLogs (LogLevel, Message) VALUES (?, ?)", i % 2 == 0 ? "ERROR" : "INFO", "line " + i);
            old.sql.update("INSERT INTO RetryAttempts (TokenID, CompanyID, Attempt, ErrorMessage) VALUES (?, ?, ?, 'again')",
                    tokens.get(i % 3), "odd-" + i % 3, 1 + i % 4);
        }
    }

    private void aDay() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(extract("GOOD-" + 2 * i, "").status()).isEqualTo(200);
            assertThat(extract("GOOD-1", "503").status()).isEqualTo(200);
            assertThat(extract("NOBODY-" + i, "").status()).isEqualTo(200);
            ok("POST", "/judge", "{\"title\":\"Thing %d\",\"category\":\"c\",\"season\":\"s\",\"price\":%d}".formatted(i, i + 1));
            ok("POST", "/learn", "{\"text\":\"What sells %d?\"}".formatted(i));
        }
        tokens();
        sellers();
        for (String path : List.of("/status", "/status/reconcile", "/status/adoption", "/admin/usage", "/admin/errors", "/admin/failures",
                "/admin/keys", "/admin/tokens", "/admin/tokens?q=good&limit=2", "/sandbox/ledger/usage?requestId=x",
                "/sandbox/ledger/attempts?requestId=x", "/sandbox/ledger/logs?requestId=x")) {
            ok("GET", path, null);
        }
        ok("POST", "/admin/rejected/replay", "");
        assertThat(ok("GET", "/status/reconcile", null).path("drift").asLong()).isZero();
    }

    private void keys() {
        for (int i = 0; i < 3; i++) {
            JsonNode key = ok("POST", "/admin/keys", "{\"name\":\"key %d\",\"apis\":[\"gemini\",\"xai\"],\"companyID\":\"GOOD-1\"}".formatted(i));
            Answer own = gateway.send(HttpRequest.newBuilder(gateway.uri("/token/status?companyID=GOOD-1"))
                    .header("Authorization", "Bearer " + key.path("key").asText()));
            assertThat(own.status()).isEqualTo(200);
            assertThat(gateway.send(admin("DELETE", "/admin/keys/" + key.path("id").asText(), null)).status()).isEqualTo(204);
        }
        ok("GET", "/admin/keys?limit=1&q=key", null);
        assertThat(ok("GET", "/admin/keys?after=nobody", null)).isEmpty();
    }

    private void tokens() {
        for (int i = 0; i < 3; i++) {
            JsonNode token = ok("POST", "/admin/tokens", ("{\"CompanyID\":\"NEW-%d\",\"CompanyName\":\"New\",\"ApiKey\":\"provider-key\","
                    + "\"Provider\":\"Gemini\",\"TotalTokenLimit\":1000000,\"Threshold\":10}").formatted(i));
            ok("PATCH", "/admin/tokens/" + token.path("TokenID").asLong(),
                    "{\"Status\":\"Disabled\",\"TotalTokenLimit\":5,\"Threshold\":7,\"ApiKey\":\"another-key\"}");
        }
    }

    private void sellers() {
        for (int i = 0; i < 3; i++) {
            ok("POST", "/admin/sellers", "{\"sellerId\":\"A1SELLER%d\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|%d\"}".formatted(i, i));
            ok("POST", "/admin/sellers", "{\"sellerId\":\"A1SELLER%d\",\"marketplaceIds\":[\"A1PA6795UKMFR9\"],\"refreshToken\":\"Atzr|%d\"}".formatted(i, i));
            gateway.send(admin("GET", "/sp-api/sellers/v1/marketplaceParticipations", null).header("X-Seller-Id", "A1SELLER" + i)
                    .header("X-Seller-Region", "NA"));
        }
        ok("GET", "/sellers", null);
        assertThat(gateway.send(admin("DELETE", "/admin/sellers/A1SELLER2", null)).status()).isLessThan(300);
    }

    private Answer extract(String company, String fault) {
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("file", Gateway.PDF);
        parts.put("companyID", company);
        parts.put("username", "ana");
        return gateway.upload(parts, fault.isEmpty() ? Map.of() : Map.of("X-Sandbox-Fault", fault));
    }

    private JsonNode ok(String method, String path, String body) {
        Answer answer = gateway.send(admin(method, path, body));
        assertThat(answer.status()).as("%s %s: %s", method, path, answer.text()).isBetween(200, 299);
        return answer.text().isEmpty() ? null : answer.json();
    }

    private HttpRequest.Builder admin(String method, String path, String body) {
        return HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + ADMIN_KEY).header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    }

    private ConfigurableApplicationContext start(OldDeployment old, String adminKey) throws Exception {
        DriverManagerDataSource source = (DriverManagerDataSource) old.database;
        Path key = folder.resolve("appSetting.txt");
        Files.writeString(key, "GEMINI_API_KEY=AIzaSyKeyOfTheHouse\n");
        int port = FreePort.find();
        gateway = new Gateway(port);
        return new SpringApplicationBuilder(TollgateApplication.class).profiles("sandbox").initializers(context ->
                context.getBeanFactory().registerSingleton("noTests", new NoTests())).run("--server.port=" + port,
                "--tollgate.data-dir=" + folder.resolve("data"), "--spring.datasource.url=" + source.getUrl().replaceFirst("^jdbc:", "jdbc:recorded:"),
                "--spring.datasource.driver-class-name=" + RecordingDriver.class.getName(), "--spring.datasource.username=" + source.getUsername(),
                "--spring.datasource.password=", "--tollgate.gemini.api-key-file=" + key, "--TOLLGATE_ADMIN_KEY=" + adminKey,
                "--TOLLGATE_MASTER_KEY=a sentence that is long enough for a key", "--tollgate.ledger.query-timeout=60s",
                "--spring.datasource.hikari.connection-timeout=60000");
    }
}
