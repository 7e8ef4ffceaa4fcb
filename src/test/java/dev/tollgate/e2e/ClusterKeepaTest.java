package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.keepa.PriceList;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One Keepa balance, shared by three gateways while they are killed, paused and cut off; a hundred tokens arrive each second. The long
 * scenarios run on demand.
 */
@Timeout(400)
class ClusterKeepaTest {

    private static final int RATE = 6000;
    private static final double PER_SECOND = RATE / 60.0;
    private static final Plan PLAN = Plan.ofRate(RATE, 0, 1000);
    private static final int START = 100;

    /** What a caller was told, and when. */
    private record Told(int node, int status, long millis) {
    }

    @TempDir
    private Path folder;

    private PostgresServer postgres;
    private KeepaStub stub;
    private KeepaSimulator keepa;
    private ThreeNodes nodes;
    /** What the meter showed when the callers began. */
    private long there;
    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @BeforeEach
    void database() {
        postgres = new PostgresServer(folder);
        stub = new KeepaStub();
    }

    @AfterEach
    void end() throws IOException {
        callers.shutdownNow();
        nodes.close();
        stub.close();
        postgres.close();
    }

    @Test
    void threeNodesWithWrongClocksSpendOneBalanceAndKeepaRefusesNothing() {
        start(1);
        Instant begun = Instant.now();
        List<CompletableFuture<Void>> all = call(8, 20);
        await().until(() -> nodes.status(0).path("keepa").path("waitingElsewhere").path("node1").asInt() > 0);
        JsonNode explained = nodes.gateway(0).get("/status/explain?api=keepa&estimate=5000").json();
        assertThat(explained.findValue("waitingElsewhere")).as(explained.toString()).isNotNull();
        awaitAll(all);
        double ratio = report("3 x 8 callers, clocks -2/0/+2 s", 1, begun);
        assertThat(told).extracting(Told::status).containsOnly(200).hasSize(3 * 8 * 20);
        assertThat(keepa.refused()).isZero();
        assertThat(ratio).isGreaterThan(0.95);
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            JsonNode status = nodes.status(n).path("keepa");
            assertThat(status.path("shared").asBoolean()).isTrue();
            int node = n;
            await().untilAsserted(() -> assertThat(nodes.status(node).path("keepa").path("consumed").asLong()).isEqualTo(keepa.charged()));
        }
    }

    @LongScenario
    void ninetySixCallersOfThreeNodesSpendWhatOneNodeWould(int seed) {
        start(seed);
        Instant begun = Instant.now();
        awaitAll(call(32, 12));
        double ratio = report("3 x 32 callers, clocks -2/0/+2 s", seed, begun);
        assertThat(told).extracting(Told::status).containsOnly(200).hasSize(3 * 32 * 12);
        assertThat(keepa.refused()).isZero();
        assertThat(ratio).isGreaterThanOrEqualTo(0.99);
    }

    @LongScenario
    void aKillAPauseAndAHungDatabaseCostLittle(int seed) throws Exception {
        start(seed);
        Instant begun = Instant.now();
        List<CompletableFuture<Void>> all = call(32, Integer.MAX_VALUE); // until it is over, so that somebody always waits
        ThreeNodes.pass(Duration.ofSeconds(8));
        nodes.kill(0);
        ThreeNodes.pass(Duration.ofSeconds(5));
        nodes.pauseFor(1, Duration.ofSeconds(40));
        ThreeNodes.pass(Duration.ofSeconds(5));
        assertThat(keepa.refused()).as("before the database hung").isZero();
        long before = keepa.charged();
        postgres.hang();
        ThreeNodes.pass(Duration.ofSeconds(10));
        long meanwhile = keepa.charged() - before;
        postgres.goOn();
        ThreeNodes.pass(Duration.ofSeconds(10));
        over.set(true);
        awaitAll(all);
        double ratio = report("killed, paused 40 s, database hung 10 s (" + meanwhile + " tokens meanwhile)", seed, begun);
        assertThat(keepa.refused()).isLessThanOrEqualTo(ThreeNodes.NODES);
        assertThat(told).filteredOn(one -> one.node() != 0).extracting(Told::status).containsOnly(200);
        assertThat(ratio).isGreaterThanOrEqualTo(0.95);
    }

    @LongScenario
    void aDearCallIsServedInTimeAmongCheapOnesOfOtherNodes(int seed) {
        start(seed, KeepaTariff.real());
        List<Long> waits = new ArrayList<>();
        AtomicInteger dear = new AtomicInteger(6);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int c = 0; c < 32; c++) {
            int caller = c;
            all.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; dear.get() > 0; i++) {
                    ask(1 + caller % 2, "/keepa/product?asin=A,B,C,D,E" + caller + "x" + i);
                }
            }, callers));
        }
        await().until(() -> nodes.status(1).path("keepa").path("waiting").asInt() > 10);
        for (; dear.get() > 0; dear.decrementAndGet()) {
            long from = System.nanoTime();
            ask(0, "/keepa/product?asin=" + ("D" + dear.get() + ",").repeat(150));
            waits.add((System.nanoTime() - from) / 1_000_000);
        }
        awaitAll(all);
        long fair = (long) (1000 * (150 + 32 * 5) / PER_SECOND);
        ScenarioTable.row("Keepa: 150 tokens among 32 callers of 5", seed, keepa.refused(), lost(), twice(), Duration.ofMillis(Collections.max(waits)),
                "waits %s ms, fair %d ms".formatted(waits, fair));
        assertThat(keepa.refused()).isZero();
        assertThat(waits).allSatisfy(wait -> assertThat(wait).isLessThan(2 * fair));
    }

    private void start(long seed) {
        start(seed, call -> Math.max(1, PriceList.quote(call).price().expected()
                * (100 + Math.floorMod((int) (call.params().hashCode() * 31 + seed), 67)) / 100));
    }

    private void start(long seed, KeepaTariff tariff) {
        keepa = new KeepaSimulator(PLAN, START, Clock.systemUTC(), tariff);
        Random travel = new Random(seed);
        KeepaStub.Script script = KeepaStub.of(keepa);
        stub.reset(call -> {
            Thread.sleep(travel.nextInt(30)); // the network's own time, not a wait for anything
            try {
                return script.reply(call);
            }
            finally {
                Thread.sleep(travel.nextInt(30)); // and back
            }
        });
        nodes = new ThreeNodes(folder, postgres, List.of(-2_000L, 0L, 2_000L), Map.of("tollgate.keepa.base-url", stub.url(),
                "tollgate.keepa.refill-rate", String.valueOf(RATE), "tollgate.keepa.tick", "1s", "tollgate.keepa.max-wait", "10m",
                "tollgate.keepa.calls-per-second", "1000"), Map.of("KEEPA_API_KEY", "keepa-key-of-three-1"));
        keepa.drift(-keepa.token().tokensLeft()); // what came while they started
        there = keepa.token().tokensLeft();
        assertThat(nodes.gateway(0).request("POST", "/admin/keepa/anchor", "application/json", new byte[0]).status()).isEqualTo(200);
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            int node = n;
            await().until(() -> nodes.status(node).path("keepa").path("balance").asLong() <= keepa.token().tokensLeft());
        }
    }

    /** So many callers at each node, each of whom calls so many times. */
    private List<CompletableFuture<Void>> call(int each, int times) {
        return IntStream.range(0, ThreeNodes.NODES * each).mapToObj(caller -> CompletableFuture.runAsync(() -> {
            for (int i = 0; i < times && !over.get(); i++) {
                if (!ask(caller % ThreeNodes.NODES, KeepaPolicyTest.mixed(caller * 1000 + i))) {
                    return; // its node is gone
                }
            }
        }, callers)).toList();
    }

    /** Whether there was an answer. */
    private boolean ask(int node, String target) {
        long from = System.nanoTime();
        try {
            int status = nodes.gateway(node).get(target).status();
            told.add(new Told(node, status, (System.nanoTime() - from) / 1_000_000));
            return true;
        }
        catch (RuntimeException gone) {
            cut.incrementAndGet(); // as a caller of a killed process sees it
            return false;
        }
    }

    private static void awaitAll(List<CompletableFuture<Void>> all) {
        all.forEach(CompletableFuture::join);
    }

    /** Prints a line of the table. The result is what was spent, of what could have been. */
    private double report(String scenario, long seed, Instant begun) {
        double bound = (keepa.charged() - there) / PER_SECOND;
        double took = Duration.between(begun, Instant.now()).toMillis() / 1000.0;
        ScenarioTable.row("Keepa: " + scenario, (int) seed, keepa.refused(), lost(), twice(), Duration.ofMillis(told.stream().mapToLong(Told::millis).max()
                .orElse(0)), String.format(Locale.ROOT, "%.3f of the bound, calls %d, cut off %d", bound / took, told.size(), cut.get()));
        return bound / took;
    }

    private long lost() {
        return told.stream().filter(one -> one.status() != 200).count();
    }

    private long twice() {
        return Math.max(0, keepa.served() - told.size() - cut.get());
    }
}
