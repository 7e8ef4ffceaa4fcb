package dev.tollgate.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code /admin/failures} reads the newest attempts only, and says of them what the view says that reads all. */
class NewestFailuresTest {

    private static final Pattern STATEMENT = Pattern.compile("(?s)SELECT l\\.Timestamp AS \"at\".*?FETCH NEXT 20 ROWS ONLY\\n");

    @ParameterizedTest
    @EnumSource
    void theNewestAreThoseOfTheView(Engine engine) throws Exception {
        Matcher statement = STATEMENT.matcher(Files.readString(Path.of("routes/admin/diagnostics.camel.yaml")));
        assertThat(statement.find()).isTrue();
        String newest = statement.group().replace("{{tollgate.table.retry-attempts}}", "RetryAttempts");
        Ledger ledger = new Ledger(engine.migrated());
        Random random = new Random(5);
        for (int i = 0; i < 400; i++) {
            ledger.sql.update("INSERT INTO RetryAttempts (TokenID, CompanyID, Attempt, ErrorMessage, IsRetryable, RequestID) VALUES (?, ?, ?, ?, ?, ?)",
                    random.nextInt(3) == 0 ? null : random.nextInt(4), "C" + random.nextInt(3), 1 + random.nextInt(4), "error " + i, random.nextBoolean(),
                    random.nextInt(3) == 0 ? null : "request " + i / 5);
        }

        assertThat(ledger.rows(newest, "requestId", "companyId", "tokenId", "attempts", "lastError", "retryable")).hasSize(20)
                .isEqualTo(ledger.rows("SELECT RequestID AS \"requestId\", CompanyID AS \"companyId\", TokenID AS \"tokenId\", Attempts AS \"attempts\","
                        + " LastError AS \"lastError\", IsRetryable AS \"retryable\" FROM vw_FailedRetries ORDER BY LastAttempt DESC, RetryID DESC"
                        + " OFFSET 0 ROWS FETCH NEXT 20 ROWS ONLY", "requestId", "companyId", "tokenId", "attempts", "lastError", "retryable"));
    }
}
