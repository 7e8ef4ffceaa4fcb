package dev.tollgate.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.ConnectionCallback;

import dev.tollgate.database.TestDatabases.Engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The scripts that an operator runs by hand. */
class MaintenanceScriptsTest {

    private static final int DAY = 24 * 60;

    @ParameterizedTest
    @EnumSource
    void archiveMovesOldUsageOnce(Engine engine) {
        DataSource database = engine.migrated();
        Ledger ledger = new Ledger(database);
        int token = ledger.token("C1", "Active", 1000);
        ledger.summary(token, 30, 970, 100);
        ledger.usage(token, "North", "ann", 10, engine.minutesAgo(91 * DAY));
        ledger.usage(token, "North", "ann", 20, engine.minutesAgo(89 * DAY));
        ledger.sql.update("INSERT INTO TokenUsageLogs (TotalTokensUsed, LoggedAt) VALUES (7, " + engine.minutesAgo(99 * DAY) + ")");

        run(engine, ledger, "archive.sql", "", "");
        run(engine, ledger, "archive.sql", "", "");

        assertThat(ledger.rows("SELECT * FROM TokenUsageLogsArchive ORDER BY UsageID", "TotalTokensUsed", "Branch")).as("of nobody, too")
                .containsExactly("TotalTokensUsed=10 Branch=North", "TotalTokensUsed=7 Branch=Default");
        assertThat(drift(ledger)).isZero();
        assertThat(ledger.rows("SELECT * FROM TokenUsageLogs", "TotalTokensUsed")).containsExactly("TotalTokensUsed=20");
        assertThat(ledger.rows("SELECT * FROM vw_TokenStatus", "TotalUsedTokens")).containsExactly("TotalUsedTokens=30");
    }

    @ParameterizedTest
    @EnumSource
    void anArchiveOfAnOlderReleaseGetsTheColumnsThatItLacks(Engine engine) {
        DataSource database = engine.migrated();
        TestDatabases.assumeNotBabelfish(engine, database, "After DROP COLUMN it finds no other table any more in the same connection");
        Ledger ledger = new Ledger(database);
        int token = ledger.token("C1", "Active", 1000);
        ledger.usage(token, "North", "ann", 10, engine.minutesAgo(91 * DAY));
        run(engine, ledger, "archive.sql", "", "");
        ledger.sql.execute("ALTER TABLE TokenUsageLogsArchive DROP COLUMN ThinkingTokens");
        ledger.usage(token, "North", "ann", 20, engine.minutesAgo(91 * DAY));
        ledger.sql.update("UPDATE TokenUsageLogs SET ThinkingTokens = 7");

        run(engine, ledger, "archive.sql", "", "");

        assertThat(ledger.rows("SELECT * FROM TokenUsageLogsArchive ORDER BY UsageID", "TotalTokensUsed", "ThinkingTokens"))
                .containsExactly("TotalTokensUsed=10 ThinkingTokens=null", "TotalTokensUsed=20 ThinkingTokens=7");
    }

    @ParameterizedTest
    @EnumSource
    void moreThanABatchIsMovedAndTheBooksAgree(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        int[] tokens = {ledger.token("C1", "Active", 1000), ledger.token("C2", "Active", 1000)};
        for (int token : tokens) {
            ledger.usage(token, "North", "ann", 1, engine.minutesAgo(91 * DAY));
            for (int doubled = 0; doubled < 13; doubled++) {
                ledger.sql.update("INSERT INTO TokenUsageLogs (TokenID, TotalTokensUsed, LoggedAt) SELECT TokenID, TotalTokensUsed, LoggedAt"
                        + " FROM TokenUsageLogs WHERE TokenID = ?", token);
            }
            ledger.summary(token, 1 << 13, 0, 100);
        }

        run(engine, ledger, "archive.sql", "", "");

        assertThat(ledger.number("SELECT COUNT(*) FROM TokenUsageLogs")).isZero();
        assertThat(ledger.number("SELECT COUNT(*) FROM TokenUsageLogsArchive")).isEqualTo(2 << 13);
        assertThat(drift(ledger)).isZero();
    }

    private static long drift(Ledger ledger) {
        return ledger.sql.queryForObject("SELECT COALESCE(SUM(ABS(s.TotalUsedTokens - s.CarriedOver - COALESCE(l.Logged, 0))), 0)"
                + " FROM TokenUsageSummary s LEFT JOIN (SELECT TokenID, SUM(TotalTokensUsed) AS Logged FROM TokenUsageLogs GROUP BY TokenID) l"
                + " ON l.TokenID = s.TokenID", Long.class);
    }

    @ParameterizedTest
    @EnumSource
    void purgeDeletesOldLogsAndRetriesOnly(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        ledger.log("INFO", "old", engine.minutesAgo(31 * DAY));
        ledger.log("INFO", "new", engine.minutesAgo(29 * DAY));
        ledger.retry("C1", null, 1, "old", true, null);
        ledger.sql.update("UPDATE RetryAttempts SET Timestamp = " + engine.minutesAgo(31 * DAY));
        ledger.retry("C1", null, 1, "new", true, null);

        run(engine, ledger, "purge.sql", "90", "30");

        assertThat(ledger.rows("SELECT * FROM ApplicationLogs", "Message")).containsExactly("Message=new");
        assertThat(ledger.rows("SELECT * FROM RetryAttempts", "ErrorMessage")).containsExactly("ErrorMessage=new");
    }

    @ParameterizedTest
    @EnumSource
    void resetGivesOneTokenItsMonthBack(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        int exceeded = ledger.token("C1", "exceeded ", 1000);
        int other = ledger.token("C2", "Exceeded", 1000);
        int disabled = ledger.token("C3", "Disabled", 1000);
        for (int token : new int[] {exceeded, other, disabled}) {
            ledger.summary(token, 1000, 0, 100);
            ledger.usage(token, "North", "ann", 1000, engine.minutesAgo(0));
        }

        run(engine, ledger, "reset.sql", "", "");
        assertThat(ledger.number("SELECT COUNT(*) FROM vw_TokenStatus WHERE HealthStatus = 'EXCEEDED'")).isEqualTo(3);
        run(engine, ledger, "reset.sql", "0", String.valueOf(exceeded));
        run(engine, ledger, "reset.sql", "0", String.valueOf(disabled));

        assertThat(ledger.rows("SELECT * FROM vw_TokenStatus ORDER BY TokenID", "Status", "TotalUsedTokens", "HealthStatus"))
                .containsExactly("Status=Active TotalUsedTokens=0 HealthStatus=OK",
                        "Status=Exceeded TotalUsedTokens=1000 HealthStatus=EXCEEDED",
                        "Status=Disabled TotalUsedTokens=0 HealthStatus=OK");
        assertThat(drift(ledger)).as("the rows of the old month stay").isZero();
        assertThat(ledger.rows("SELECT * FROM TokenUsageSummary ORDER BY TokenID", "TotalRemainingTokens"))
                .containsExactly("TotalRemainingTokens=1000", "TotalRemainingTokens=0", "TotalRemainingTokens=1000");
    }

    /** As an operator would: one number changed by hand, then the whole file in one session. */
    private static void run(Engine engine, Ledger ledger, String file, String number, String changedTo) {
        String path = "sql/" + engine.name().toLowerCase(Locale.ROOT) + "/maintenance/" + file;
        String script = text(path).replaceFirst("(?m)^((SET|DECLARE) .*= '?)" + number, "$1" + changedTo);
        ledger.sql.execute((ConnectionCallback<Void>) connection -> {
            // Where a procedure has semicolons inside, a statement ends where a blank line follows.
            String end = engine == Engine.SQLSERVER ? "(?m)^GO$" : engine == Engine.POSTGRESQL ? ";\\s*?\n(?=\n|\\z)" : ";\\s*?\n";
            try (Statement statement = connection.createStatement()) {
                for (String batch : script.split(end)) {
                    if (!batch.isBlank()) {
                        statement.execute(batch);
                    }
                }
            }
            return null;
        });
    }

    private static String text(String path) {
        try {
            return new ClassPathResource(path).getContentAsString(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
