package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.TollgateApplication;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.TokenDirectory;

/**
 * The whole gateway on a free port, with its own folder and database, in front of {@link GeminiStub}. Waits between
 * attempts are a few milliseconds; nothing else differs from production.
 */
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class GatewayTest {

    static final GeminiStub gemini = new GeminiStub();

    @LocalServerPort
    int port;

    JdbcClient database;

    Gateway gateway;

    @Autowired
    void settledDatabase(JdbcClient client, Ledger ledger, TokenDirectory rows) {
        database = SettledDatabase.of(client, ledger, rows);
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path data = Files.createTempDirectory("tollgate-test");
        registry.add("tollgate.data-dir", data::toString);
        registry.add("tollgate.gemini.base-url", gemini::url);
        registry.add("tollgate.gemini.api-key-file", () -> data.resolve("appSetting.txt").toString());
        registry.add("tollgate.gemini.breaker.minimum-calls", () -> "1000");
        registry.add("tollgate.gemini.breaker.window", () -> "1000");
        registry.add("tollgate.retry.initial-delay", () -> "5ms");
        registry.add("tollgate.retry.max-delay", () -> "50ms");
        registry.add("tollgate.gemini.max-file-size", () -> "64KB");
        patient(registry);
    }

    /** A disk or a processor that is busy for seconds is no database that is away: what is booked stands in its table. */
    static void patient(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.hikari.connection-timeout", () -> "60000");
        registry.add("tollgate.ledger.query-timeout", () -> "60s");
        registry.add("tollgate.logging.connection-timeout", () -> "60s");
        registry.add("tollgate.logging.query-timeout", () -> "60s");
    }

    @BeforeEach
    void openGateway() {
        gateway = new Gateway(port);
        gemini.reset();
    }

    /** A company of this test alone, with one row. */
    long company(String company, String key, String status) {
        return company(company, key, status, 1_000_000);
    }

    long company(String company, String key, String status, long limit) {
        database.sql("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                + " VALUES (?, ?, ?, 'Gemini', ?, ?)").params(company, company, key, limit, status).update();
        return database.sql("SELECT MAX(TokenID) FROM TokenMaster WHERE CompanyID = ?").param(company)
                .query(Long.class).single();
    }

    long count(String table, String requestId) {
        return database.sql("SELECT COUNT(*) FROM " + table + " WHERE RequestID = ?").param(requestId)
                .query(Long.class).single();
    }
}
