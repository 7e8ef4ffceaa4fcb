package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SpApiSimulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A job that is ordered at one of three gateways is everybody's: its owner is killed, the next one paused for longer than it may be
 * silent, and each line is there once. The long scenario runs on demand.
 */
@Timeout(600)
class ClusterJobsTest {

    /** Amazon allows five checks a second. */
    private static final int NIGHTLY = 500;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BATCH = 100;

    @TempDir
    private Path folder;

    private PostgresServer postgres;
    private KeepaStub stub;
    private ThreeNodes nodes;
    /** By ASIN, how often Keepa was paid for it. */
    private final Map<String, AtomicInteger> paid = new ConcurrentHashMap<>();
    /** What Keepa's replies wait for while a test pauses who asked, and how many are ready to be sent. */
    private volatile CountDownLatch replies = new CountDownLatch(0);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong lastPaid = new AtomicLong(System.nanoTime());
    private final AtomicLong longestGap = new AtomicLong();

    @BeforeEach
    void database() {
        postgres = new PostgresServer(folder);
        stub = new KeepaStub();
        KeepaStub.Script keepa = KeepaStub.of(new KeepaSimulator(Plan.ofRate(60_000, 0, 1000), 1_000_000, Clock.systemUTC()));
        stub.reset(call -> {
            if (call.path().endsWith("/product")) {
                asked(call.query());
                Thread.sleep(400); // what Keepa takes for a batch, in which a test kills
                underWay.incrementAndGet();
                replies.await();
                underWay.decrementAndGet();
            }
            return keepa.reply(call);
        });
    }

    private void asked(String query) {
        long now = System.nanoTime();
        longestGap.accumulateAndGet(now - lastPaid.getAndSet(now), Math::max);
        Arrays.stream(query.replaceAll(".*[?&]asin=|^asin=", "").replaceAll("&.*", "").split(","))
                .forEach(asin -> paid.computeIfAbsent(asin, first -> new AtomicInteger()).incrementAndGet());
    }

    @AfterEach
    void end() throws IOException {
        nodes.close();
        stub.close();
        postgres.close();
    }

    @Test
    void aJobIsOfAllNodesAndOutlivesTheKillOfItsOwnerAndThePauseOfTheNext() throws Exception {
        start(Map.of("tollgate.cluster.dead-after", "6s"));
        List<String> asins = asins(800);
        List<CompletableFuture<Answer>> orders = IntStream.range(0, 12).mapToObj(n -> CompletableFuture.supplyAsync(() -> order(n % ThreeNodes.NODES,
                asins, "one-order"))).toList();
        Set<String> ids = orders.stream().map(CompletableFuture::join).map(answer -> answer.json().path("jobId").asText()).collect(Collectors.toSet());
        assertThat(ids).as("one key is one job, wherever it is sent to").hasSize(1);
        String path = "/jobs/" + ids.iterator().next();

        int[] owners = killAndPause(path, 200, Duration.ZERO);
        ended(path, owners[2]);

        nodes.goOn(owners[1]);
        await().until(() -> nodes.process(owners[1]).console().contains("Node node" + owners[1] + " no longer has job"));
        assertThat(twice()).as("one batch for the kill, one for the pause").isLessThanOrEqualTo(2 * BATCH);
        nodes.start(owners[0]);
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            JsonNode job = nodes.gateway(n).get(path).json();
            assertThat(job.path("state").asText()).isEqualTo("done");
            assertThat(job.path("done").asInt()).isEqualTo(800);
            assertThat(results(n, path)).containsExactlyInAnyOrderElementsOf(asins);
            assertThat(nodes.gateway(n).get("/jobs").json().findValuesAsText("jobId")).containsExactlyElementsOf(ids);
        }
        assertThat(order(owners[0], asins, "one-order").header("X-Tollgate-Repeated")).isEqualTo("idempotency-key");

        String other = "/jobs/" + order(owners[0], asins(900), "another").json().path("jobId").asText();
        await().until(() -> nodes.gateway(owners[1]).get(other).json().path("done").asInt() > 0);
        Gateway cancels = nodes.gateway(owners[2]);
        assertThat(cancels.send(HttpRequest.newBuilder(cancels.uri(other)).DELETE()).json().path("state").asText()).isEqualTo("cancelled");
        assertThat(nodes.gateway(owners[0]).get(other).json().path("state").asText()).isEqualTo("cancelled");
        await().until(() -> postgres.sql().sql("SELECT COUNT(*) FROM SharedJobParts").query(Integer.class).single() == 0);
    }

    @LongScenario
    void fiveThousandProductsWithTheOwnerKilledAndTheNextPausedForNinetySeconds(int seed) throws Exception {
        start(Map.of());
        List<String> asins = asins(5_000);
        String path = "/jobs/" + order(0, asins, "long").json().path("jobId").asText();
        int[] owners = killAndPause(path, 1_500, Duration.ofSeconds(90));
        ended(path, owners[2]);
        nodes.goOn(owners[1]);
        await().until(() -> nodes.process(owners[1]).console().contains("no longer has job"));
        List<String> lines = results(owners[1], path);
        int distinct = new TreeSet<>(lines).size();
        ScenarioTable.row("jobs: 5,000 ASINs, owner killed, next paused 90 s", seed, 0, asins.size() - distinct, lines.size() - distinct,
                Duration.ofNanos(longestGap.get()), "batches paid again for the kill and the pause: " + (twice() + BATCH - 1) / BATCH);
        assertThat(lines).containsExactlyInAnyOrderElementsOf(asins);
        assertThat(twice()).isLessThanOrEqualTo(2 * BATCH);
    }

    @LongScenario
    void aNightlyCheckIsOneJobThoughANodeIsKilledAtThatSecond(int seed) throws Exception {
        AmazonServer amazon = new AmazonServer(Clock.systemUTC());
        Map<String, AtomicInteger> checked = new ConcurrentHashMap<>();
        amazon.script((call, number) -> {
            if (!call.isToken()) {
                checked.computeIfAbsent(call.query().replaceAll(".*asin=([^&]*).*", "$1"), first -> new AtomicInteger()).incrementAndGet();
            }
            return null;
        });
        Path list = folder.resolve("nightly.txt");
        Files.write(list, asins(NIGHTLY));
        ZonedDateTime night = ZonedDateTime.now().plusSeconds(150).truncatedTo(ChronoUnit.SECONDS);
        Map<String, String> settings = new TreeMap<>(Map.of("tollgate.sp-api.base-url", amazon.url(), "tollgate.sp-api.lwa-url",
                amazon.url() + "/auth/o2/token", "tollgate.sp-api.client-id", SpApiSimulator.CLIENT_ID, "tollgate.sp-api.client-secret",
                SpApiSimulator.CLIENT_SECRET, "tollgate.sp-api.application-rate", "1000", "tollgate.sp-api.rates.getListingsRestrictions.calls", "20",
                "tollgate.sp-api.rates.getListingsRestrictions.burst", "20", "tollgate.sp-api.nightly.file", list.toString()));
        settings.putAll(Map.of("tollgate.sp-api.nightly.seller", "A1NIGHT", "tollgate.sp-api.nightly.marketplaces", "ATVPDKIKX0DER",
                "tollgate.sp-api.nightly.cron", DateTimeFormatter.ofPattern("s m H d M ?", Locale.ROOT).format(night)));
        start(settings);
        assertThat(nodes.gateway(0).request("POST", "/admin/sellers", "application/json", ("{\"sellerId\":\"A1NIGHT\",\"marketplaceIds\":"
                + "[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|sandbox.A1NIGHT.first\"}").getBytes()).status()).isLessThan(300);
        int killed = seed % ThreeNodes.NODES;
        int left = (killed + 1) % ThreeNodes.NODES;
        Duration until = Duration.between(Instant.now(), night).plusMillis(20L * (seed - 2));
        assertThat(until).as("all nodes are up before that second").isPositive();
        Thread.sleep(until.toMillis()); // the second is the scenario
        nodes.kill(killed);

        await().until(() -> nightly(left).size() == 1);
        String path = "/jobs/" + nightly(left).get(0);
        ended(path, left);
        Set<String> distinct = new TreeSet<>(results(left, path));
        int again = checked.values().stream().mapToInt(times -> times.get() - 1).sum();
        ScenarioTable.row("jobs: nightly check on three nodes at the second of a kill", seed, nightly(left).size() - 1, NIGHTLY - distinct.size(),
                results(left, path).size() - distinct.size(), Duration.ZERO, again + " products asked twice, of those that were under way");
        assertThat(nightly(left)).as("one job").hasSize(1);
        assertThat(distinct).hasSize(NIGHTLY);
    }

    private List<String> nightly(int node) {
        return nodes.gateway(node).get("/jobs").json().findValuesAsText("jobId").stream().filter(id -> id.startsWith("nightly-")).toList();
    }

    /**
     * Kills the owner of a job once so much is done, pauses the next one with a batch under way, and lets the third take over.
     *
     * @param pause from its begin until this returns, at least
     * @return the first owner, which is dead, the second, which is paused, and the third
     */
    private int[] killAndPause(String path, int done, Duration pause) throws InterruptedException {
        await().until(() -> nodes.gateway(1).get(path).json().path("done").asInt() >= done);
        assertThat(nodes.gateway(2).get(path).json().path("state").asText()).isIn("running", "waiting");
        int first = owner(path);
        nodes.kill(first);
        await().until(() -> owner(path) != first);
        int second = owner(path);
        CountDownLatch reply = new CountDownLatch(1);
        replies = reply;
        await().until(() -> underWay.get() > 0);
        nodes.pause(second); // its batch is paid and the reply on its way
        Instant paused = Instant.now();
        reply.countDown();
        await().until(() -> owner(path) != second);
        int third = owner(path);
        assertThat(Set.of(first, second, third)).hasSize(3);
        Thread.sleep(Math.max(0, pause.minus(Duration.between(paused, Instant.now())).toMillis())); // the pause is the scenario
        return new int[] {first, second, third};
    }

    /** The node that has the job, or the last part of it that anybody has. */
    private int owner(String path) {
        List<String> owners = postgres.sql().sql("SELECT NodeID FROM SharedJobParts WHERE JobID = ? AND NodeID IS NOT NULL")
                .param(path.substring("/jobs/".length())).query(String.class).list();
        return owners.isEmpty() ? -1 : Integer.parseInt(owners.get(0).substring("node".length()));
    }

    private void ended(String path, int node) {
        await().until(() -> nodes.gateway(node).get(path).json().path("state").asText().equals("done"));
    }

    /** Products that were paid for more than once, each time but the first. */
    private int twice() {
        return paid.values().stream().mapToInt(times -> times.get() - 1).sum();
    }

    private List<String> results(int node, String path) throws IOException {
        List<String> asins = new ArrayList<>();
        for (String line : nodes.gateway(node).get(path + "/results").text().split("\n")) {
            asins.add(JSON.readTree(line).path("asin").asText());
        }
        return asins;
    }

    private Answer order(int node, List<String> asins, String key) {
        Gateway gateway = nodes.gateway(node);
        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/keepa-backfill")).header("Content-Type", "application/json")
                .header("Idempotency-Key", key).POST(BodyPublishers.ofString("{\"asins\":[\"" + String.join("\",\"", asins) + "\"]}")));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer;
    }

    private static List<String> asins(int count) {
        return IntStream.range(0, count).mapToObj("B%09d"::formatted).toList();
    }

    private void start(Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(Map.of("tollgate.keepa.base-url", stub.url(), "tollgate.keepa.refill-rate", "60000",
                "tollgate.keepa.tick", "1s", "tollgate.keepa.calls-per-second", "1000"));
        settings.putAll(more);
        nodes = new ThreeNodes(folder, postgres, List.of(-2_000L, 0L, 2_000L), settings, Map.of("KEEPA_API_KEY", "keepa-key-of-three-1"));
    }
}
