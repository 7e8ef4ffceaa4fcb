package dev.tollgate.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;

/** The statement of {@code routes/shared/reconcile.camel.yaml} on every engine, and what comes of its rows. */
class ReconcileStatementTest {

    private static final Pattern STATEMENT = Pattern.compile("(?s)(SELECT m\\.TokenID.*?ORDER BY m\\.TokenID)");

    @ParameterizedTest
    @EnumSource(Engine.class)
    void oneRowATokenWithBothSumsWhetherThereIsUsageASummaryOrNeither(Engine engine) throws Exception {
        JdbcTemplate database = new JdbcTemplate(engine.migrated());
        for (String company : List.of("BOTH", "LOG-ONLY", "SUMMARY-ONLY", "NEITHER")) {
            database.update("INSERT INTO TokenMaster (CompanyID, ApiKey, Provider) VALUES (?, 'k', 'Gemini')", company);
        }
        log(database, "BOTH", 3_000_000_000L);
        log(database, "BOTH", 20);
        log(database, "LOG-ONLY", 7);
        summary(database, "BOTH", 3_000_000_020L);
        summary(database, "SUMMARY-ONLY", 5);

        Map<String, Object> report = report(database.queryForList(statement()));

        assertThat(drifts(report)).containsExactly("BOTH 0", "LOG-ONLY -7", "SUMMARY-ONLY 5", "NEITHER 0");
        assertThat(report).containsEntry("drift", 12L);
    }

    static Map<String, Object> report(List<Map<String, Object>> rows) throws Exception {
        Reservations nobody = new Reservations(Clock.systemUTC(), Duration.ofMinutes(1), Duration.ofMinutes(1));
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            return new Reconciliation(nobody, Clock.systemUTC()).report(rows, new DefaultExchange(camel));
        }
    }

    @SuppressWarnings("unchecked") // that is what the report holds
    private static List<String> drifts(Map<String, Object> report) {
        return ((List<Map<String, Object>>) report.get("tokens")).stream()
                .map(token -> token.get("companyID") + " " + token.get("drift")).toList();
    }

    private static void log(JdbcTemplate database, String company, long tokens) {
        database.update("INSERT INTO TokenUsageLogs (TokenID, TotalTokensUsed) SELECT TokenID, " + tokens
                + " FROM TokenMaster WHERE CompanyID = ?", company);
    }

    private static void summary(JdbcTemplate database, String company, long tokens) {
        database.update("INSERT INTO TokenUsageSummary (TokenID, TotalUsedTokens) SELECT TokenID, " + tokens
                + " FROM TokenMaster WHERE CompanyID = ?", company);
    }

    /** As it stands in the route, with the tables' plain names. */
    private static String statement() throws Exception {
        return statement("TokenMaster", "TokenUsageLogs", "TokenUsageSummary");
    }

    static String statement(String tokens, String logs, String summary) throws Exception {
        Matcher statement = STATEMENT.matcher(Files.readString(Path.of("routes/shared/reconcile.camel.yaml")));
        assertThat(statement.find()).isTrue();
        return statement.group(1).replace("{{tollgate.table.token-master}}", tokens)
                .replace("{{tollgate.table.usage-logs}}", logs)
                .replace("{{tollgate.table.usage-summary}}", summary);
    }
}
