package dev.tollgate.database;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The first start on an empty database, and every start after it. */
class FreshDatabaseTest {

    private static final String DROP_HISTORY = "DROP TABLE IF EXISTS \"flyway_schema_history\"";

    @ParameterizedTest
    @EnumSource
    void everyTableHasItsColumns(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());

        assertThat(ledger.columns("TokenMaster").stream().filter(column -> engine != Engine.SQLSERVER || !column.equals("gatewaycompanykey")))
                .as("SQL Server cannot hide the column of its index").containsExactly("tokenid", "companyid", "companyname", "apikey", "provider",
                "totaltokenlimit", "status", "createdat");
        assertThat(ledger.columns("TokenUsageLogs")).containsExactly("usageid", "tokenid", "branch", "requestedby", "inputtokens",
                "outputtokens", "textprompttokens", "imageprompttokens", "textcandidatestokens", "totaltokensused", "requestcount",
                "loggedat", "requestid", "callid", "costinusdticks", "cachedtokens", "cachedaudiotokens", "thinkingtokens",
                "toolusetokens", "documentprompttokens", "audioprompttokens", "videoprompttokens", "imagecandidatestokens",
                "audiocandidatestokens", "isestimated");
        assertThat(ledger.columns("TokenUsageSummary")).containsExactly("summaryid", "tokenid", "totalusedtokens",
                "totalremainingtokens", "threshold", "lastupdated", "carriedover");
        assertThat(ledger.columns("SellerGrants")).containsExactly("grantid", "sellerid", "region", "marketplaces", "refreshtoken",
                "state", "connectedat", "lasterror", "lasterrorat");
        assertThat(ledger.columns("ApplicationLogs")).containsExactly("logid", "timestamp", "loglevel", "logger", "message",
                "exception", "module", "functionname", "linenumber", "requestid");
        assertThat(ledger.columns("RetryAttempts")).containsExactly("retryid", "tokenid", "companyid", "attempt", "errormessage",
                "isretryable", "timestamp", "requestid");
        assertThat(ledger.columns("GatewayKeys")).containsExactly("keyid", "keyhash", "lastfour", "keyname", "apis", "companyid",
                "sellerid", "createdat", "lastusedat", "revokedat");
        assertThat(ledger.columns("AdminAudit")).containsExactly("auditid", "changedat", "who", "action", "target", "detail",
                "requestid");
    }

    @ParameterizedTest
    @EnumSource
    void defaultsFillWhatAnInsertLeavesOut(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        ledger.sql.update("INSERT INTO TokenMaster (CompanyID, ApiKey, Provider) VALUES ('C1', 'k', 'Gemini')");
        int token = ledger.number("SELECT TokenID FROM TokenMaster");
        ledger.sql.update("INSERT INTO TokenUsageLogs (TokenID) VALUES (?)", token);
        ledger.sql.update("INSERT INTO TokenUsageSummary (TokenID) VALUES (?)", token);

        assertThat(ledger.rows("SELECT * FROM TokenMaster WHERE CreatedAt IS NOT NULL", "TotalTokenLimit", "Status"))
                .containsExactly("TotalTokenLimit=100000 Status=Active");
        assertThat(ledger.rows("SELECT * FROM TokenUsageLogs WHERE LoggedAt IS NOT NULL", "Branch", "RequestedBy", "InputTokens",
                "TotalTokensUsed", "RequestCount"))
                .containsExactly("Branch=Default RequestedBy=System InputTokens=0 TotalTokensUsed=0 RequestCount=1");
        assertThat(ledger.rows("SELECT * FROM TokenUsageSummary", "TotalUsedTokens", "Threshold"))
                .containsExactly("TotalUsedTokens=0 Threshold=3000");
    }

    @ParameterizedTest
    @EnumSource
    void aSecondStartFindsNothingToDo(Engine engine) {
        DataSource database = engine.migrated();
        new Ledger(database).token("C1", "Active", 100);

        assertThat(TestDatabases.leftToDo(database, "", "")).isZero();
        assertThat(new Ledger(database).number("SELECT COUNT(*) FROM TokenMaster")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void firstStartsAtOnceAllEndWell(Engine engine) throws Exception {
        DataSource database = engine.empty();
        ExecutorService nodes = Executors.newFixedThreadPool(3);
        try {
            for (Future<Integer> start : nodes.invokeAll(Collections.<Callable<Integer>>nCopies(3, () -> TestDatabases.migrate(database, "docUpload", "")))) {
                start.get();
            }
        } finally {
            nodes.shutdownNow();
        }
        Ledger ledger = new Ledger(database, "docUpload", "");
        ledger.usage(ledger.token("C1", "Active", 100), "request-1", "call-1");
        assertThat(ledger.rows("SELECT * FROM vw_UsageSummary", "CompanyID", "TotalRequests")).containsExactly("CompanyID=C1 TotalRequests=1");
        assertThat(TestDatabases.leftToDo(database, "docUpload", "")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aLostHistoryLosesNoRows(Engine engine) {
        DataSource database = engine.migrated();
        Ledger ledger = new Ledger(database);
        ledger.usage(ledger.token("C1", "Active", 100), "request-1", "call-1");
        ledger.sql.execute(DROP_HISTORY);

        TestDatabases.migrate(database, "", "");

        assertThat(ledger.rows("SELECT * FROM TokenUsageLogs", "RequestID", "CallID"))
                .containsExactly("RequestID=request-1 CallID=call-1");
        assertThat(ledger.rows("SELECT * FROM vw_TokenStatus", "CompanyID")).containsExactly("CompanyID=C1");
    }

    @ParameterizedTest
    @EnumSource
    void aSchemaSetLaterGetsItsOwnTablesAndBack(Engine engine) {
        DataSource database = engine.migrated();
        new Ledger(database).token("C1", "Active", 100);

        TestDatabases.migrate(database, "docUpload", "");
        new Ledger(database, "docUpload", "").token("C2", "Active", 100);
        List<String> withSchema = new Ledger(database).rows("SELECT * FROM vw_TokenStatus", "CompanyID");
        TestDatabases.migrate(database, "", "");

        assertThat(withSchema).containsExactly("CompanyID=C2");
        assertThat(new Ledger(database).rows("SELECT * FROM vw_TokenStatus", "CompanyID")).containsExactly("CompanyID=C1");
    }

    @ParameterizedTest
    @EnumSource
    void oneCallIsWrittenOnceWhileOlderRowsHaveNoId(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        int token = ledger.token("C1", "Active", 100);
        ledger.usage(token, null, null);
        ledger.usage(token, null, null);
        ledger.usage(token, "request-1", "call-1");

        assertThatThrownBy(() -> ledger.usage(token, "request-1", "call-2")).isInstanceOf(DataIntegrityViolationException.class);
        assertThatThrownBy(() -> ledger.usage(token, "request-2", "call-1")).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(ledger.number("SELECT COUNT(*) FROM TokenUsageLogs")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void usageNeedsItsTokenAndASummaryStandsAlone(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        int token = ledger.token("C1", "Active", 100);
        ledger.summary(token, 0, 100, 10);

        assertThatThrownBy(() -> ledger.usage(token + 1, null, null)).isInstanceOf(DataIntegrityViolationException.class);
        assertThatThrownBy(() -> ledger.summary(token, 0, 100, 10)).isInstanceOf(DataIntegrityViolationException.class);
    }
}
