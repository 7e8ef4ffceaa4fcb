package dev.tollgate.database;

import java.util.stream.Stream;
import javax.sql.DataSource;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataIntegrityViolationException;

import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The first start on a database that another program has filled for years. */
class AdoptionTest {

    static Stream<Arguments> deployments() {
        return Stream.of(Engine.values()).flatMap(engine -> Stream.of(
                Arguments.of(engine, "docUpload", "appLogs"),
                Arguments.of(engine, "docUpload", ""),
                Arguments.of(engine, "", "")));
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void everyRowAndEveryColumnStays(Engine engine, String schema, String logSchema) {
        DataSource database = adopted(engine, schema, logSchema);
        Ledger ledger = new Ledger(database);
        Tables tables = new Tables(schema, logSchema);

        assertThat(ledger.rows("SELECT * FROM " + tables.tokenMaster() + " ORDER BY TokenID",
                "CompanyID", "ApiKey", "TotalTokenLimit", "Status", "SalesPerson")).containsExactly(
                "CompanyID=NT047 ApiKey=plain-key TotalTokenLimit=2000000000 Status=Expired SalesPerson=Ann",
                "CompanyID=NT047 ApiKey=second-key TotalTokenLimit=100000 Status=Active SalesPerson=null");
        assertThat(ledger.rows("SELECT * FROM " + tables.usageLogs(), "TotalTokensUsed", "RequestID", "CallID"))
                .hasSize(3).containsOnly("TotalTokensUsed=2000000000 RequestID=null CallID=null");
        assertThat(ledger.rows("SELECT * FROM " + tables.usageSummary(), "TotalUsedTokens", "Threshold"))
                .as("the second token's, which was missing, is made from its log")
                .containsExactly("TotalUsedTokens=2000000000 Threshold=3000", "TotalUsedTokens=2000000000 Threshold=3000");
        assertThat(ledger.rows("SELECT * FROM " + tables.applicationLogs(), "Message", "LineNumber", "RequestID"))
                .containsExactly("Message=old error LineNumber=null RequestID=null");
        assertThat(ledger.number("SELECT COUNT(*) FROM " + tables.retryAttempts())).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void theViewsAreReplacedBesideTheTablesAndUnderTheirPlainNames(Engine engine, String schema, String logSchema) {
        DataSource database = adopted(engine, schema, logSchema);
        Ledger ledger = new Ledger(database);
        Tables tables = new Tables(schema, logSchema);

        for (String prefix : new String[] {"", tables.schemaPrefix()}) {
            assertThat(ledger.rows("SELECT * FROM " + prefix + "vw_TokenStatus ORDER BY TokenID",
                    "TotalUsedTokens", "HealthStatus", "Health")).containsExactly(
                    "TotalUsedTokens=2000000000 HealthStatus=EXCEEDED Health=Expired",
                    "TotalUsedTokens=2000000000 HealthStatus=EXCEEDED Health=Exceeded");
            assertThat(ledger.rows("SELECT * FROM " + prefix + "vw_UsageSummary", "CompanyID", "TotalTokensUsed"))
                    .containsExactly("CompanyID=NT047 TotalTokensUsed=6000000000");
        }
        for (String prefix : new String[] {"", tables.logSchemaPrefix()}) {
            assertThat(ledger.rows("SELECT * FROM " + prefix + "vw_RecentErrors", "Message")).containsExactly("Message=old error");
            assertThat(ledger.rows("SELECT * FROM " + prefix + "vw_FailedRetries", "CompanyID", "Attempts", "LastError"))
                    .containsExactly("CompanyID=NT047 Attempts=3 LastError=third");
        }
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void anAdoptedDatabaseKeepsOneRowACall(Engine engine, String schema, String logSchema) {
        DataSource database = adopted(engine, schema, logSchema);
        Ledger ledger = new Ledger(database, schema, logSchema);
        int token = ledger.token("C1", "Active", 100);
        ledger.usage(token, "request-1", "call-1");
        ledger.usage(token, null, "call-2");

        assertThatThrownBy(() -> ledger.usage(token, null, "call-1")).isInstanceOf(DataIntegrityViolationException.class);
        assertThatThrownBy(() -> ledger.usage(token, "request-1", "call-3")).isInstanceOf(DataIntegrityViolationException.class);
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void adoptingAgainChangesNothing(Engine engine, String schema, String logSchema) {
        DataSource database = adopted(engine, schema, logSchema);
        Ledger ledger = new Ledger(database, schema, logSchema);
        ledger.retry("C1", null, 1, "new", true, "request-1");

        assertThat(TestDatabases.leftToDo(database, schema, logSchema)).isZero();
        ledger.sql.execute("DROP TABLE IF EXISTS \"flyway_schema_history\"");
        TestDatabases.migrate(database, schema, logSchema);

        assertThat(ledger.number("SELECT COUNT(*) FROM vw_TokenStatus")).isEqualTo(2);
        assertThat(ledger.number("SELECT COUNT(*) FROM vw_FailedRetries")).isEqualTo(2);
    }

    private static DataSource adopted(Engine engine, String schema, String logSchema) {
        DataSource database = engine.empty();
        LegacyDatabase.create(database, engine, schema, logSchema);
        TestDatabases.migrate(database, schema, logSchema);
        return database;
    }
}
