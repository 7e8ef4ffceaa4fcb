package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.sandbox.SpApiSimulator;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An access token is asked for once a life by three gateways, and a consent that was begun at one of them ends at another. The long
 * scenario runs on demand.
 */
@Timeout(500)
class ClusterSellersTest {

    private static final AtomicInteger SCENARIOS = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static PostgresServer postgres;
    private static AmazonServer amazon;
    private static ThreeNodes nodes;

    private final List<Thread> callers = new ArrayList<>();
    /** By seller, when a token was asked for. */
    private final Map<String, ConcurrentLinkedQueue<Instant>> asked = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> expired = new ConcurrentLinkedQueue<>();
    private final Map<Integer, AtomicInteger> told = new ConcurrentHashMap<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private volatile boolean over;
    /** Which sellers this scenario is about: how their names begin. */
    private final String sellers = "A1X" + SCENARIOS.incrementAndGet() + "S";
    private int connected;
    private volatile Duration tokenTakes = Duration.ZERO;

    @BeforeAll
    static void start() {
        postgres = new PostgresServer(folder);
        amazon = new AmazonServer(Clock.systemUTC());
        Map<String, String> settings = new TreeMap<>(Map.of("tollgate.sp-api.base-url", amazon.url(), "tollgate.sp-api.lwa-url",
                amazon.url() + "/auth/o2/token", "tollgate.sp-api.consent-url", amazon.url() + "/apps/authorize/consent",
                "tollgate.sp-api.redirect-uri", AmazonServer.CALLBACK, "tollgate.sp-api.client-id", SpApiSimulator.CLIENT_ID,
                "tollgate.sp-api.client-secret", SpApiSimulator.CLIENT_SECRET, "tollgate.sp-api.application-id", "amzn1.sp.solution.test",
                "tollgate.sp-api.application-rate", "100000", "tollgate.sp-api.rates.getAccount.calls", "100000",
                "tollgate.sp-api.rates.getAccount.burst", "100000"));
        nodes = new ThreeNodes(folder, postgres, List.of(-3_000L, 0L, 3_000L), settings, Map.of());
    }

    @AfterAll
    static void end() {
        nodes.close();
        postgres.close();
    }

    @BeforeEach
    void upstream() {
        amazon.script((call, number) -> {
            if (call.isToken()) {
                Thread.sleep(tokenTakes.toMillis()); // Amazon's own time, not a wait for anything
                String seller = call.body().replaceAll(".*sandbox\\.(\\w+)\\..*", "$1");
                if (seller.startsWith(sellers)) {
                    asked.computeIfAbsent(seller, first -> new ConcurrentLinkedQueue<>()).add(Instant.now());
                }
                return null;
            }
            String token = call.headers().get("x-amz-access-token");
            Instant begun = Instant.ofEpochMilli(Long.parseLong(call.query().substring("begun=".length())));
            if (!amazon.servedAt(begun, token)) {
                expired.add(call.path() + " by a call that began when its token had ended");
            }
            return new Reply(200, Map.of("Content-Type", "application/json"), "{}");
        });
    }

    @AfterEach
    void noCallers() throws InterruptedException {
        over = true;
        for (Thread caller : callers) {
            caller.join();
        }
        for (int n = 0; n < connected; n++) { // or their tokens would be renewed in the next scenario
            assertThat(nodes.gateway(0).request("DELETE", "/admin/sellers/" + sellers + n, "application/json", new byte[0]).status()).isLessThan(300);
        }
    }

    @Test
    void threeNodesAskForATokenOnceALife() {
        call(8, 6);
        await().atMost(Duration.ofMinutes(2)).until(() -> asked.size() == 8 && asked.values().stream().allMatch(times -> times.size() >= 4));
        over = true;

        assertThat(early(6)).as("asked for before the last one had ended").isEmpty();
        assertThat(expired).isEmpty();
        assertThat(told.keySet()).containsOnly(200);
    }

    @Test
    void aConsentThatWasBegunAtOneNodeEndsAtAnotherAndOnlyOnce() {
        Browser browser = new Browser(nodes.gateway(0), amazon);
        String callback = browser.click("approve", "A1WANDERER");

        assertThat(open(2, callback, "other=1").text()).contains("another browser");
        Gateway.Answer page = open(1, callback, browser.cookie());
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        assertThat(page.text()).contains("Seller A1WANDERER is connected");
        assertThat(open(2, callback, browser.cookie()).text()).contains("used before");
        assertThat(amazon.tokenCalls()).filteredOn(call -> call.body().contains("authorization_code")).as("the code is exchanged once").hasSize(1);
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            assertThat(nodes.gateway(n).get("/sellers").text()).contains("A1WANDERER");
        }
    }

    @LongScenario
    void fiftySellersForFiveMinutesWithAKillAndAPause(int seed) throws Exception {
        Instant begun = Instant.now();
        tokenTakes = Duration.ofMillis(300);
        call(50, 20);
        await().atMost(Duration.ofMinutes(2)).until(() -> Duration.between(begun, Instant.now()).toSeconds() > 50);
        int killed = refreshing();
        nodes.kill(killed);
        nodes.start(killed);
        int paused = refreshing();
        nodes.pauseFor(paused, Duration.ofSeconds(40));
        await().atMost(Duration.ofMinutes(5)).until(() -> Duration.between(begun, Instant.now()).toSeconds() > 300);
        over = true;
        ScenarioTable.row("sellers: 50, five minutes, kill, pause 40 s", seed, Math.max(0, early(20).size() - 2), expired.size(), 0,
                Duration.ofMillis(longest.get()), "token requests %d, of them %d again for what was killed or paused, answers %s, cut off %d, refused %s".formatted(
                        asked.values().stream().mapToInt(ConcurrentLinkedQueue::size).sum(), early(20).size(), told, cut.get(), refused));
        assertThat(expired).isEmpty();
        assertThat(early(20)).as("but for what the killed and the paused one were just asking").hasSizeLessThanOrEqualTo(2);
    }

    /** A node that is asking for a token now. */
    private int refreshing() {
        return await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofMinutes(1)).until(() -> postgres.sql().sql("SELECT ClaimedBy FROM SharedTokens"
                + " WHERE ClaimedUntil > EXTRACT(EPOCH FROM clock_timestamp()) * 1000").query(String.class).list(), asking -> !asking.isEmpty()).stream()
                .map(node -> Integer.parseInt(node.substring("node".length()))).findFirst().orElseThrow();
    }

    /**
     * Token requests of nodes that asked for the same life, and sellers of whom more was asked for than lives had passed. A request may
     * be long on its way on a machine that runs the other tests, up to half a life.
     */
    private List<String> early(int life) {
        long millis = TimeUnit.SECONDS.toMillis(life);
        List<String> early = new ArrayList<>();
        asked.forEach((seller, times) -> {
            List<Instant> all = List.copyOf(times);
            long lives = (all.size() - 1) * (millis - millis / 60); // each ends a sixtieth before its end
            for (int i = 1; i < all.size(); i++) {
                long apart = Duration.between(all.get(i - 1), all.get(i)).toMillis();
                if (apart < millis / 2) {
                    early.add(seller + " after " + apart + " ms");
                    lives -= millis - millis / 60; // told already
                }
            }
            long passed = Duration.between(all.get(0), all.get(all.size() - 1)).toMillis();
            if (passed < lives - millis / 2) {
                early.add(seller + ": " + all.size() + " times within " + passed + " ms");
            }
        });
        return early;
    }

    private void call(int many, int life) {
        amazon.control("expires_in", String.valueOf(life));
        for (connected = 0; connected < many; connected++) {
            assertThat(nodes.gateway(0).request("POST", "/admin/sellers", "application/json", ("{\"sellerId\":\"%1$s\",\"marketplaceIds\":"
                    + "[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|sandbox.%1$s.first\"}").formatted(sellers + connected).getBytes()).status()).isLessThan(300);
        }
        for (int n = 0; n < 2 * ThreeNodes.NODES; n++) {
            int node = n % ThreeNodes.NODES;
            Thread caller = new Thread(() -> {
                for (int next = 0; !over; next++) {
                    account(node, sellers + next % many);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            });
            callers.add(caller);
            caller.start();
        }
    }

    private void account(int node, String seller) {
        long begun = System.nanoTime();
        try {
            Gateway gateway = nodes.gateway(node);
            Gateway.Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/sellers/v1/account?begun=" + Instant.now().toEpochMilli()))
                    .header("X-Seller-Id", seller));
            longest.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), Math::max);
            told.computeIfAbsent(answer.status(), first -> new AtomicInteger()).incrementAndGet();
            if (answer.status() != 200) {
                refused.add("node" + node + ": " + answer.text());
            }
        }
        catch (RuntimeException gone) {
            cut.incrementAndGet(); // as a caller of a killed process sees it
        }
    }

    private Gateway.Answer open(int node, String path, String cookie) {
        Gateway gateway = nodes.gateway(node);
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Cookie", cookie));
    }
}
