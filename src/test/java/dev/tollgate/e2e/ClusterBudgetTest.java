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
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A company's limit holds for three gateways together while they are killed and the database goes away. The long scenarios run on
 * demand.
 */
@Timeout(400)
class ClusterBudgetTest {

    private static final String GENERATE = "/gemini/v1beta/models/gemini-2.5-flash:generateContent";
    private static final byte[] QUESTION = "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}".getBytes();
    private static final int CALL = 700;

    @TempDir
    private static Path folder;

    private static PostgresServer postgres;
    private static GeminiStub gemini;
    /** Of all scenarios, each of which leaves them as it has found them. */
    private static ThreeNodes nodes;

    /** Whom a scenario is about, and its token. */
    private String company;
    private long token;
    private final List<Thread> callers = new ArrayList<>();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private final ConcurrentLinkedQueue<String> odd = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> told = new ConcurrentHashMap<>();
    private volatile boolean over;
    private CountDownLatch spent;

    @BeforeAll
    static void start() {
        postgres = new PostgresServer(folder);
        gemini = new GeminiStub();
        // a killed node is back within it on a slow machine, too: what stands in its journal comes on top of the limit otherwise
        nodes = new ThreeNodes(folder, postgres, List.of(-3_000L, 0L, 3_000L), Map.of("tollgate.gemini.base-url", gemini.url(),
                "tollgate.cluster.dead-after", "40s"), Map.of());
    }

    @AfterAll
    static void end() {
        nodes.close();
        gemini.close();
        postgres.close();
    }

    @BeforeEach
    void upstream() {
        gemini.reset();
        gemini.script((call, number) -> {
            Thread.sleep(100); // the upstream's own time, not a wait for anything
            return GeminiStub.ok(500, 200);
        });
    }

    @AfterEach
    void noCallers() throws InterruptedException {
        over = true;
        for (Thread caller : callers) {
            caller.join();
        }
    }

    @Test
    void theLimitHoldsWhileANodeIsKilledAndNothingStaysHeld() throws Exception {
        kill(30_000, 8);
    }

    @LongScenario
    void aHundredThousandTokensForThreeTimesSixtyFourCallers(int seed) throws Exception {
        kill(100_000, 64);
        report("limit 100,000, kill", 100_000, seed);
    }

    private void kill(long limit, int callersOfANode) throws Exception {
        company(limit);
        List<Integer> before = consoles().stream().map(String::length).toList();
        begin(callersOfANode);
        await().until(() -> used() > limit / 3);
        nodes.kill(0);
        nodes.start(0);
        boolean allSpent = spent.await(60, TimeUnit.SECONDS);
        assertThat(allSpent).as("all are told that it is spent: %s", allSpent ? "" : state()).isTrue();
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(held()).isZero());

        assertThat(odd).isEmpty();
        long onTop = onTop(before);
        assertThat(used()).as("one call more than the limit, and %d: %s", onTop, state()).isGreaterThanOrEqualTo(limit).isLessThanOrEqualTo(limit + (1 + onTop) * CALL);
        assertThat(logged()).isEqualTo(used());
        assertThat(gemini.reported() - used()).as("but for those that were cut off").isBetween(0L, (long) CALL * cut.get());
        assertThat(used()).isGreaterThanOrEqualTo((long) CALL * served.get());
    }

    /**
     * Calls that may come on top of the limit by what the nodes themselves said, which none does on a machine that keeps up: those that
     * others let go, of a node that was not back in time; and one of each further node where the database was away.
     */
    private long onTop(List<Integer> before) {
        List<String> since = new ArrayList<>();
        for (int n = 1; n < ThreeNodes.NODES; n++) {
            since.add(consoles().get(n).substring(before.get(n)));
        }
        String said = String.join("", since) + consoles().get(0); // of a new process
        long letGo = Pattern.compile("was cut off with node node0; up to \\d+ tokens of token " + token + " ").matcher(String.join("", since)).results().count();
        return letGo + (said.contains("The database that the nodes share is away") ? ThreeNodes.NODES - 1 : 0);
    }

    private static List<String> consoles() {
        return IntStream.range(0, ThreeNodes.NODES).mapToObj(n -> nodes.process(n).console()).toList();
    }

    @Test
    void aNodeThatStaysDeadHoldsNothingAfterItsTime() {
        company(1_000_000);
        CountDownLatch held = new CountDownLatch(1);
        gemini.script((call, number) -> {
            held.await();
            return GeminiStub.ok(500, 200);
        });
        begin(4);
        await().until(() -> held() == 12 * 3_000);
        nodes.kill(0);
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(held()).isEqualTo(8 * 3_000));
        assertThat(nodes.process(1).console() + nodes.process(2).console())
                .contains("was cut off with node node0; up to 3000 tokens of token " + token);
        nodes.start(0);
        over = true;
        held.countDown();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(held()).isZero());
    }

    @Test
    void whileTheDatabaseIsAwayNodesLiveOnTheirShares() throws Exception {
        away(100_000, 2, 12, Duration.ZERO);
    }

    @LongScenario
    void aMinuteWithoutADatabase(int seed) throws Exception {
        away(100_000, 64, 0, Duration.ofMinutes(1)); // what they hold in flight leaves next to no share
        report("database away for a minute", 100_000, seed);
    }

    private void away(long limit, int callersOfANode, int atLeast, Duration longer) throws Exception {
        company(limit);
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

    private void company(long limit) {
        company = "ACME" + postgres.sql().sql("SELECT COUNT(*) FROM TokenMaster").query(Long.class).single();
        postgres.sql().sql("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                + " VALUES (?, 'Acme', 'provider-key-1', 'Gemini', ?, 'Active')").params(company, limit).update();
        token = postgres.sql().sql("SELECT TokenID FROM TokenMaster WHERE CompanyID = ?").param(company).query(Long.class).single();
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
                    .header("X-Company-Id", company).POST(HttpRequest.BodyPublishers.ofByteArray(QUESTION)));
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
        return sum("TotalUsedTokens), 0) FROM TokenUsageSummary WHERE TokenID = ?");
    }

    private long logged() {
        return sum("TotalTokensUsed), 0) FROM TokenUsageLogs WHERE TokenID = ?");
    }

    private long held() {
        return sum("Tokens), 0) FROM SharedHolds WHERE HoldID NOT LIKE 'share:%' AND TokenID = ?");
    }

    private long sum(String what) {
        return postgres.sql().sql("SELECT COALESCE(SUM(" + what).param(token).query(Long.class).single();
    }

    private String state() {
        List<String> ledgers = new ArrayList<>();
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            ledgers.add(nodes.status(n).path("ledger").toString());
        }
        return told + ", used " + used() + ", held " + postgres.sql().sql("SELECT HoldID, Tokens, NodeID FROM SharedHolds").query().listOfRows() + ", " + ledgers;
    }

    private void report(String scenario, long limit, int seed) {
        ScenarioTable.row("budget: " + scenario, seed, Math.max(0, used() - limit - CALL), odd.size(), Math.max(0, used() - gemini.reported()),
                Duration.ofMillis(longest.get()), "used %d, upstream %d, answers %d, cut off %d".formatted(used(), gemini.reported(), served.get(), cut.get()));
    }
}
