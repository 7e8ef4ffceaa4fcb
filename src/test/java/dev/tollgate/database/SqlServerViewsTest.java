package dev.tollgate.database;

import java.io.IOException;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables and views of the SQL Server scripts, without the guards around them, in H2's SQL Server mode: proof of the
 * queries, not of SQL Server.
 */
class SqlServerViewsTest {

    private static final Pattern TABLE = Pattern.compile("(?s)CREATE TABLE .*?\\n    \\);");
    private static final Pattern COLUMN = Pattern.compile("ALTER TABLE \\S+ ADD (?:RequestID|CallID) [^;\\n]*");
    private static final Pattern VIEW = Pattern.compile("(?s)\\nALTER VIEW .*?(?=\\nGO)");

    private Ledger ledger;

    @BeforeEach
    void runTheScripts() throws IOException {
        String url = "jdbc:h2:mem:;MODE=MSSQLServer;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
        ledger = new Ledger(new SingleConnectionDataSource(url, "sa", "", true));
        execute("R__1_tables.sql", TABLE, 9);
        execute("R__2_columns.sql", COLUMN, 4);
        execute("R__3_views.sql", VIEW, 4);
    }

    @Test
    void healthIsToldFromTheNumbers() {
        ledger.summary(ledger.token("nothing left", "Active", 1000), 1000, 0, 100);
        ledger.summary(ledger.token("below threshold", "Active", 1000), 901, 99, 100);
        ledger.token("no summary", "Active", 100000);

        assertThat(ledger.rows("SELECT * FROM vw_TokenStatus ORDER BY TokenID", "TotalUsedTokens", "HealthStatus", "Health"))
                .containsExactly("TotalUsedTokens=1000 HealthStatus=EXCEEDED Health=Exceeded",
                        "TotalUsedTokens=901 HealthStatus=WARNING Health=BelowThreshold",
                        "TotalUsedTokens=0 HealthStatus=OK Health=Healthy");
    }

    @Test
    void usageIsAddedUpByCompany() {
        int token = ledger.token("C1", "Active", 1000);
        ledger.usage(token, "North", "ann", 3_000_000_000L, "GETDATE()");
        ledger.usage(token, "South", "ann", 2_000_000_000L, "GETDATE()");

        assertThat(ledger.rows("SELECT * FROM vw_UsageSummary", "Branches", "Users", "TotalTokensUsed", "AvgTokensPerRequest"))
                .containsExactly("Branches=2 Users=1 TotalTokensUsed=5000000000 AvgTokensPerRequest=2500000000");
    }

    @Test
    void theNewestHundredErrorsAreShown() {
        for (int i = 101; i > 0; i--) {
            ledger.log("ERROR", "error " + i, "DATEADD(MINUTE, -" + i + ", GETDATE())");
        }

        assertThat(ledger.rows("SELECT * FROM vw_RecentErrors", "Message", "MinutesAgo")).hasSize(100)
                .startsWith("Message=error 1 MinutesAgo=1").endsWith("Message=error 100 MinutesAgo=100");
    }

    @Test
    void threeAttemptsAreOneFailedRequest() {
        for (int attempt = 1; attempt <= 3; attempt++) {
            ledger.retry("C1", 7, attempt, "error " + attempt, attempt < 3, "request-1");
            ledger.retry("C1", 7, attempt, "older " + attempt, true, null);
        }

        assertThat(ledger.rows("SELECT * FROM vw_FailedRetries ORDER BY RetryID", "RequestID", "Attempts", "LastError",
                "RetryablePercentage")).containsExactly("RequestID=request-1 Attempts=3 LastError=error 3 RetryablePercentage=66",
                "RequestID=null Attempts=3 LastError=older 3 RetryablePercentage=100");
    }

    private void execute(String file, Pattern statements, int count) throws IOException {
        String script = new ClassPathResource("sql/sqlserver/" + file).getContentAsString(UTF_8)
                .replaceAll("\\$\\{aliasOf\\w+}", "-- ").replaceAll("\\$\\{\\w+}", "");
        assertThat(statements.matcher(script).results().map(match -> match.group())
                .peek(statement -> ledger.sql.execute(statement.replace("ALTER VIEW", "CREATE VIEW")))).hasSize(count);
    }
}
