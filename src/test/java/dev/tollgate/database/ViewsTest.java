package dev.tollgate.database;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;

/** What operators read in the four views. */
class ViewsTest {

    private static final String REQUEST = "SELECT * FROM vw_FailedRetries ORDER BY RetryID";

    @ParameterizedTest
    @EnumSource
    void columnsAreThoseThatReadersExpect(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());

        assertThat(ledger.columns("vw_TokenStatus")).containsExactly("tokenid", "companyid", "companyname", "provider", "status",
                "totalusedtokens", "totalremainingtokens", "threshold", "healthstatus", "createdat", "lastupdated", "health");
        assertThat(ledger.columns("vw_UsageSummary")).containsExactly("companyid", "companyname", "branches", "users",
                "totalrequests", "totaltokensused", "avgtokensperrequest", "lastused", "daysactive");
        assertThat(ledger.columns("vw_RecentErrors")).containsExactly("logid", "timestamp", "loglevel", "logger", "message",
                "module", "functionname", "linenumber", "minutesago", "exception", "requestid");
        assertThat(ledger.columns("vw_FailedRetries")).containsExactly("requestid", "companyid", "tokenid", "attempts",
                "lasterror", "isretryable", "lastattempt", "retryid", "maxattempts", "totalattempts", "retryablepercentage");
    }

    @ParameterizedTest
    @EnumSource
    void healthFollowsFromStatusLimitAndThreshold(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        ledger.summary(ledger.token("plenty left", "Active", 1000), 400, 600, 100);
        ledger.summary(ledger.token("at threshold", "Active", 1000), 900, 100, 100);
        ledger.summary(ledger.token("below threshold", "Active", 1000), 901, 99, 100);
        ledger.summary(ledger.token("nothing left", "Active", 1000), 1000, 0, 100);
        ledger.summary(ledger.token("past the limit", "Active", 1000), 1200, -200, 100);
        ledger.summary(ledger.token("marked below", "BelowThreshold", 1000), 0, 1000, 100);
        ledger.summary(ledger.token("marked exceeded", "Exceeded", 1000), 0, 1000, 100);
        ledger.summary(ledger.token("expired and used up", "Expired", 1000), 1000, 0, 100);
        ledger.summary(ledger.token("disabled", "disabled", 1000), 0, 1000, 100);
        ledger.summary(ledger.token("limit raised since", "Active", 5000), 1000, 0, 100);
        ledger.token("no summary", "Active", 100000);

        assertThat(ledger.rows("SELECT * FROM vw_TokenStatus ORDER BY TokenID",
                "CompanyID", "TotalUsedTokens", "TotalRemainingTokens", "HealthStatus", "Health")).containsExactly(
                "CompanyID=plenty left TotalUsedTokens=400 TotalRemainingTokens=600 HealthStatus=OK Health=Healthy",
                "CompanyID=at threshold TotalUsedTokens=900 TotalRemainingTokens=100 HealthStatus=OK Health=Healthy",
                "CompanyID=below threshold TotalUsedTokens=901 TotalRemainingTokens=99 HealthStatus=WARNING Health=BelowThreshold",
                "CompanyID=nothing left TotalUsedTokens=1000 TotalRemainingTokens=0 HealthStatus=EXCEEDED Health=Exceeded",
                "CompanyID=past the limit TotalUsedTokens=1200 TotalRemainingTokens=-200 HealthStatus=EXCEEDED Health=Exceeded",
                "CompanyID=marked below TotalUsedTokens=0 TotalRemainingTokens=1000 HealthStatus=WARNING Health=BelowThreshold",
                "CompanyID=marked exceeded TotalUsedTokens=0 TotalRemainingTokens=1000 HealthStatus=EXCEEDED Health=Exceeded",
                "CompanyID=expired and used up TotalUsedTokens=1000 TotalRemainingTokens=0 HealthStatus=EXCEEDED Health=Expired",
                "CompanyID=disabled TotalUsedTokens=0 TotalRemainingTokens=1000 HealthStatus=OK Health=Disabled",
                "CompanyID=limit raised since TotalUsedTokens=1000 TotalRemainingTokens=4000 HealthStatus=OK Health=Healthy",
                "CompanyID=no summary TotalUsedTokens=0 TotalRemainingTokens=100000 HealthStatus=OK Health=Healthy");
        assertThat(ledger.rows("SELECT * FROM vw_TokenStatus WHERE CompanyID = 'no summary'", "Threshold", "LastUpdated"))
                .containsExactly("Threshold=3000 LastUpdated=null");
    }

    @ParameterizedTest
    @EnumSource
    void usageAddsUpOverACompanysTokensBeyondTheRangeOfAnInt(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        int first = ledger.token("C1", "Active", 100000);
        int second = ledger.token("C1", "Expired", 100000);
        ledger.token("idle", "Active", 100000);
        int day = 24 * 60;
        ledger.usage(first, "North", "ann", 2_000_000_000, engine.minutesAgo(0));
        ledger.usage(first, "South", "ann", 2_000_000_000, engine.minutesAgo(2 * day));
        ledger.usage(second, "South", "bob", 2_000_000_000, engine.minutesAgo(2 * day));
        ledger.usage(second, "South", "bob", 0, engine.minutesAgo(4 * day));

        assertThat(ledger.rows("SELECT * FROM vw_UsageSummary ORDER BY CompanyID", "CompanyID", "CompanyName", "Branches", "Users",
                "TotalRequests", "TotalTokensUsed", "AvgTokensPerRequest", "DaysActive")).containsExactly(
                "CompanyID=C1 CompanyName=C1 Ltd Branches=2 Users=2 TotalRequests=4 TotalTokensUsed=6000000000"
                        + " AvgTokensPerRequest=1500000000 DaysActive=3",
                "CompanyID=idle CompanyName=idle Ltd Branches=0 Users=0 TotalRequests=0 TotalTokensUsed=0"
                        + " AvgTokensPerRequest=0 DaysActive=0");
        assertThat(ledger.number("SELECT COUNT(*) FROM vw_UsageSummary WHERE LastUsed = (SELECT MAX(LoggedAt) FROM TokenUsageLogs)"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void recentErrorsAreTheNewestHundredNewestFirst(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        ledger.log("INFO", "no error", engine.minutesAgo(0));
        for (int i = 101; i > 0; i--) {
            ledger.log(i == 2 ? "CRITICAL" : "ERROR", "error " + i, engine.minutesAgo(10 * i));
        }

        assertThat(ledger.rows("SELECT * FROM vw_RecentErrors ORDER BY MinutesAgo", "Message", "MinutesAgo")).hasSize(100)
                .startsWith("Message=error 1 MinutesAgo=10", "Message=error 2 MinutesAgo=20")
                .endsWith("Message=error 100 MinutesAgo=1000");
    }

    @ParameterizedTest
    @EnumSource
    void aRequestWithThreeAttemptsIsOneFailedRequest(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        ledger.retry("C1", 7, 1, "503 first", true, "request-1");
        ledger.retry("C2", 8, 1, "timeout", true, "request-2");
        ledger.retry("C1", 7, 2, "503 second", true, "request-1");
        ledger.retry("C1", 9, 3, "bad document", false, "request-1");

        assertThat(ledger.rows(REQUEST, "RequestID", "CompanyID", "TokenID", "Attempts", "LastError", "RetryablePercentage"))
                .containsExactly(
                        "RequestID=request-2 CompanyID=C2 TokenID=8 Attempts=1 LastError=timeout RetryablePercentage=100",
                        "RequestID=request-1 CompanyID=C1 TokenID=9 Attempts=3 LastError=bad document RetryablePercentage=66");
        assertThat(ledger.rows(REQUEST, "IsRetryable", "MaxAttempts", "TotalAttempts"))
                .containsExactly("IsRetryable=true MaxAttempts=1 TotalAttempts=1", "IsRetryable=false MaxAttempts=3 TotalAttempts=3");
    }

    @ParameterizedTest
    @EnumSource
    void olderAttemptsWithoutRequestIdAreToldApartByTheirNumbers(Engine engine) {
        Ledger ledger = new Ledger(engine.migrated());
        for (int attempt = 1; attempt <= 3; attempt++) {
            ledger.retry("C1", 7, attempt, "first request " + attempt, true, null);
            ledger.retry("C2", null, attempt, "other company " + attempt, true, null);
        }
        ledger.retry("C1", 7, 1, "second request 1", true, null);
        ledger.retry("C1", 7, 1, "third request 1", true, null);

        assertThat(ledger.rows(REQUEST, "CompanyID", "Attempts", "LastError")).containsExactly(
                "CompanyID=C1 Attempts=3 LastError=first request 3",
                "CompanyID=C2 Attempts=3 LastError=other company 3",
                "CompanyID=C1 Attempts=1 LastError=second request 1",
                "CompanyID=C1 Attempts=1 LastError=third request 1");
    }
}
