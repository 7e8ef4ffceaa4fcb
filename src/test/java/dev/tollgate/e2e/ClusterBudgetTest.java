package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A company's limit holds for three gateways together while they are killed and the database goes away. The long scenarios run on
 * demand, three times each, and print a line of a table: {@code -Dtollgate.cluster=long}.
 */
@Timeout(400)
class ClusterBudgetTest {

    private static final String GENERATE = "/gemini/v1beta/models/gemini-2.5-flash:generateContent";
    private static final byte[] QUESTION = "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}".getBytes();
    private static final int CALL = 700;

    @TempDir
    private Path folder;

    private PostgresServer postgres;
    private GeminiStub gemini;
    private ThreeNodes nodes;
    private final List<Thread> callers = new ArrayList<>();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private final ConcurrentLinkedQueue<String> odd = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> told = new ConcurrentHashMap<>();
    private volatile boolean over;
    private CountDownLatch spent;

    @BeforeEach
    void start() {
        postgres = new PostgresServer(folder);
        gemini = new GeminiStub();
        gemini.script((call, number) -> {
            Thread.sleep(100); // the upstream's own time, not a wait for anything
            return GeminiStub.ok(500, 200);
        });
    }

    @AfterEach
    void end() throws InterruptedException {
        over = true;
        for (Thread caller : callers) {
            caller.join();
        }
        nodes.close();
        gemini.close();
        postgres.close();
    }

    @Test
    void theLimitHoldsWhileANodeIsKilledAndNothingStaysHeld() throws Exception {
        kill(30_000, 8);
    }

    @RepeatedTest(3)
    @EnabledIfSystemProperty(named = "tollgate.cluster", matches = "long")
    void aHundredThousandTokensForThreeTimesSixtyFourCallers(RepetitionInfo run) throws Exception {
        kill(100_000, 64);
        report("limit 100,000, kills", 100_000, run);
    }

    private void kill(long limit, int callersOfANode) throws Exception {
        company(limit, "20s");
        begin(callersOfANode);
        await().until(() -> used() > limit / 3);
        nodes.kill(0);
        nodes.start(0);
        boolean allSpent = spent.await(60, TimeUnit.SECONDS);
        assertThat(allSpent).as("all are told that it is spent: %s", allSpent ? "" : state()).isTrue();
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(held()).isZero());

        assertThat(odd).isEmpty();
        assertThat(used()).isGreaterThanOrEqualTo(limit).isLessThanOrEqualTo(limit + CALL);
        assertThat(logged()).isEqualTo(used());
        assertThat(gemini.reported() - used()).as("but for those that were cut off").isBetween(0L, (long) CALL * cut.get());
        assertThat(used()).isGreaterThanOrEqualTo((long) CALL * served.get());
    }

    @Test
    void aNodeThatStaysDeadHoldsNothingAfterItsTime() {
        company(1_000_000, "5s");
        CountDownLatch held = new CountDownLatch(1);
        gemini.script((call, number) -> {
            held.await();
            return GeminiStub.ok(500, 200);
        });
        begin(4);
        await().until(() -> held() == 12 * 3_000);
        nodes.kill(0);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(held()).isEqualTo(8 * 3_000));
        assertThat(nodes.process(1).console() + nodes.process(2).console())
                .contains("was cut off with node node0; up to 3000 tokens of token");
        over = true;
        held.countDown();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(held()).isZero());
    }

    @Test
    void whileTheDatabaseIsAwayNodesLiveOnTheirShares() throws Exception {
        away(100_000, 2, 12, Duration.ZERO);
    }

    @RepeatedTest(3)
    @EnabledIfSystemProperty(named = "tollgate.cluster", matches = "long")
    void aMinuteWithoutADatabase(RepetitionInfo run) throws Exception {
        away(100_000, 64, 0, Duration.ofMinutes(1)); // what they hold in flight leaves next to no share
        report("database away for a minute", 100_000, run);
    }

    private void away(long limit, int callersOfANode, int atLeast, Duration longer) throws Exception {
        company(limit, "60s");
        begin(callersOfANode);
        await().until(() -> used() > limit / 4);
        told.clear();
        long hits = gemini.hits();
        long from = System.nanoTime();
        postgres.kill();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(gemini.hits()).as("%s", told).isGreaterThanOrEqualTo((int) hits + atLeast));
        await().atMost(Duration.ofMinutes(2)).until(() -> System.nanoTime() - from > longer.toNanos());
        assertThat(gemini.reported()).isLessThanOrEqualTo(limit + 3L * CALL);
        postgres.start();
        boolean allSpent = spent.await(60, TimeUnit.SECONDS);
        assertThat(allSpent).as("all are told that it is spent: %s", allSpent ? "" : state()).isTrue();
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(held()).isZero());

        assertThat(odd).isEmpty();
        assertThat(used()).isGreaterThanOrEqualTo(limit).isLessThanOrEqualTo(limit + 3L * CALL);
        assertThat(logged()).isEqualTo(used());
        assertThat(gemini.reported()).isEqualTo(used());
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            assertThat(nodes.status(n).path("ledger").path("spooled").asLong(-1)).isZero();
        }
    }

    private void company(long limit, String deadAfter) {
        postgres.sql().sql("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                + " VALUES ('ACME', 'Acme', 'provider-key-1', 'Gemini', ?, 'Active')").param(limit).update();
        nodes = new ThreeNodes(folder, postgres, List.of(-3_000L, 0L, 3_000L), Map.of("tollgate.gemini.base-url", gemini.url(),
                "tollgate.cluster.dead-after", deadAfter), Map.of());
    }

    /** Callers who ask again and again, until they hear that nothing is left. */
    private void begin(int ofANode) {
        spent = new CountDownLatch(ThreeNodes.NODES * ofANode);
        for (int n = 0; n < ThreeNodes.NODES * ofANode; n++) {
            int node = n % ThreeNodes.NODES;
            Thread caller = new Thread(() -> {
                while (!over && !isSpent(node)) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100)); // not as long as Retry-After says
                }
                spent.countDown();
            });
            callers.add(caller);
            caller.start();
        }
    }

    private boolean isSpent(int node) {
        long begun = System.nanoTime();
        try {
            Gateway gateway = nodes.gateway(node);
            Gateway.Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri(GENERATE)).header("Content-Type", "application/json")
                    .header("X-Company-Id", "ACME").POST(HttpRequest.BodyPublishers.ofByteArray(QUESTION)));
            longest.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), Math::max);
            if (answer.status() == 200) {
                served.incrementAndGet();
            }
            told.merge(answer.status() + (answer.status() == 200 ? "" : " " + answer.text()), 1, Integer::sum);
            if (!List.of(200, 403, 429, 503).contains(answer.status())) {
                odd.add(answer.status() + " " + answer.text());
            }
            return answer.status() == 403;
        }
        catch (RuntimeException gone) {
            cut.incrementAndGet(); // as a caller of a killed process sees it
            return false;
        }
    }

    private long used() {
        return postgres.sql().sql("SELECT COALESCE(SUM(TotalUsedTokens), 0) FROM TokenUsageSummary").query(Long.class).single();
    }

    private long logged() {
        return postgres.sql().sql("SELECT COALESCE(SUM(TotalTokensUsed), 0) FROM TokenUsageLogs").query(Long.class).single();
    }

    private long held() {
        return postgres.sql().sql("SELECT COALESCE(SUM(Tokens), 0) FROM SharedHolds WHERE HoldID NOT LIKE 'share:%'").query(Long.class).single();
    }

    private String state() {
        List<String> ledgers = new ArrayList<>();
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            ledgers.add(nodes.status(n).path("ledger").toString());
        }
        return told + ", used " + used() + ", held " + postgres.sql().sql("SELECT HoldID, Tokens, NodeID FROM SharedHolds").query().listOfRows() + ", " + ledgers;
    }

    private void report(String scenario, long limit, RepetitionInfo run) {
        System.out.printf("budget | %s | run %d | exceeded by %d | used %d | upstream %d | answers %d | cut %d | longest %d ms%n", scenario,
                run.getCurrentRepetition(), Math.max(0, used() - limit), used(), gemini.reported(), served.get(), cut.get(), longest.get());
    }
}
