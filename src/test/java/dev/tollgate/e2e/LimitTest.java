package dev.tollgate.e2e;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Thirty callers at once on one token, until its limit is reached. 3000 tokens are reserved for each call in flight. */
class LimitTest extends GatewayTest {

    private static final int CALLERS = 30;

    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

    @AfterEach
    void sendCallersHome() {
        callers.shutdownNow();
    }

    @ParameterizedTest(name = "limit {0}, {1} a call")
    @CsvSource({
            // a reservation is larger than what is left, so that calls pass one by one
            "1000, 100, 1, 1000",
            // calls cost what was reserved for them
            "30000, 3000, 10, 30000",
            // calls cost three times as much: the ten in flight may end over the limit, nobody after them
            "30000, 9000, 10, 90000" })
    void callersInParallelEndAtTheLimit(long limit, long cost, int atOnce, long used) throws Exception {
        String company = "LIMIT-" + limit + "-" + cost;
        long token = company(company, "key-limit", "Active", limit);
        database.sql("INSERT INTO TokenUsageSummary (TokenID, TotalUsedTokens, TotalRemainingTokens, Threshold)"
                + " VALUES (?, 0, ?, ?)").params(token, limit, limit * 3 / 10).update();
        gemini.script((call, number) -> GeminiStub.ok(cost - 10, 10));
        var gate = gemini.closeGate();

        AtomicInteger held = new AtomicInteger();
        List<Future<Integer>> first = calls(company, held);
        await().until(() -> held.get() == CALLERS - atOnce && gemini.hits() == atOnce);
        gate.countDown();
        long served = served(first);
        for (long more = served; more > 0; served += more) {
            more = served(calls(company, held));
        }

        assertThat(gateway.extract(company).status()).as("spent, not held by calls under way").isEqualTo(403);
        assertThat(served).isEqualTo(used / cost).isEqualTo(gemini.hits());
        assertThat(gemini.reported()).isEqualTo(used);
        assertThat(database.sql("SELECT TotalUsedTokens, TotalRemainingTokens FROM TokenUsageSummary WHERE TokenID = ?")
                .param(token).query().singleRow().values()).containsExactly(used, limit - used);
        assertThat(database.sql("SELECT SUM(TotalTokensUsed) FROM TokenUsageLogs WHERE TokenID = ?").param(token)
                .query(Long.class).single()).isEqualTo(used);
        assertThat(database.sql("SELECT Status FROM TokenMaster WHERE TokenID = ?").param(token).query(String.class).single())
                .isEqualTo("Exceeded");
        await().untilAsserted(() -> assertThat(warnings(token, company, "is Exceeded")).isOne());
        await().untilAsserted(() -> assertThat(warnings(token, company, "is below its threshold")).isOne());
    }

    private List<Future<Integer>> calls(String company, AtomicInteger held) {
        return IntStream.range(0, CALLERS).mapToObj(i -> callers.submit(() -> {
            int status = gateway.extract(company).status();
            if (status == 429) {
                held.incrementAndGet();
            }
            return status;
        })).toList();
    }

    private static long served(List<Future<Integer>> calls) throws Exception {
        long served = 0;
        for (Future<Integer> call : calls) {
            assertThat(call.get()).isIn(200, 403, 429);
            served += call.get() == 200 ? 1 : 0;
        }
        return served;
    }

    /** Log lines of other tests' gateways in this process stand in the table as well, and their tokens have the same numbers. */
    private long warnings(long token, String company, String what) {
        return database.sql("SELECT COUNT(*) FROM ApplicationLogs WHERE LogLevel = 'WARN' AND Message LIKE ?")
                .param("Token " + token + " of company " + company + "%" + what + "%").query(Long.class).single();
    }
}
