package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * SIGKILL of the packaged gateway with 50 callers in line, 10 calls in flight and a backfill under way, then a start on
 * the same folder. Keepa is a simulator in this process, so that it knows what was really charged.
 */
class KeepaKillIT {

    private static final int ASINS = 600;
    private static final Duration LEASE = Duration.ofSeconds(15);

    /** 200 tokens every two minutes; until the kill everything happens before the first refill, on a slow machine, too. */
    private static final Plan PLAN = Plan.ofRate(100, 0, 120_000);

    @TempDir
    Path folder;

    private final KeepaSimulator keepa = new KeepaSimulator(PLAN, 420, Clock.systemUTC());
    private final KeepaStub stub = new KeepaStub();
    private final CountDownLatch never = new CountDownLatch(1);
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private volatile List<String> batchInFlight = List.of();
    private volatile boolean killed;
    private GatewayProcess process;

    @AfterEach
    void close() throws IOException {
        never.countDown();
        if (process != null) {
            process.close();
        }
        stub.close();
    }

    @Test
    void aKillForgetsNoTokenLeaksNoneAndPaysNoAsinTwice() throws Exception {
        stub.reset(this::reply);
        process = start(Map.of("tollgate.keepa.backfill-cron", "0/1 * * * * ?"));
        Path list = folder.resolve("data/backfill.txt");
        Path whole = Files.write(folder.resolve("backfill.txt"), IntStream.range(0, ASINS).mapToObj("B%09d"::formatted).toList());
        Files.move(whole, list, StandardCopyOption.ATOMIC_MOVE); // it is looked for every second
        await().until(() -> !batchInFlight.isEmpty());
        Files.delete(list);

        List<Wire> callers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            callers.add(open("/keepa/search?term=" + i));
        }
        await().until(() -> held.get() == 11);
        for (int i = 0; i < 50; i++) {
            callers.add(open("/keepa/bestsellers?category=" + i));
        }
        await().until(() -> status().path("waiting").asInt() == 50);
        long bound = 10 * 10 + batchInFlight.size();
        await("replies that are settled").until(() -> Math.abs(status().path("balance").asLong() - keepa.token().tokensLeft()) <= bound);
        long left = keepa.token().tokensLeft();
        long asks = stub.tokenCalls();
        killed = true;
        process.kill();
        Instant death = Instant.now();

        long written = new ObjectMapper().readTree(folder.resolve("data/kit/buckets/keepa.json").toFile()).path("balance").asLong() / 1000;

        keepa.drift(1000);
        process = start(Map.of());
        await().until(() -> stub.tokenCalls() > asks && status().path("balance").asLong() > 500); // it heard of the thousand
        long balance = status().path("balance").asLong();
        long truth = keepa.token().tokensLeft();
        System.out.printf("killed with 50 waiting, 10 and a batch in flight: on the disk %d, Keepa's meter %d; restarted: %d and %d; bound %d%n",
                written, left, balance, truth, bound);
        assertThat(written).isBetween(left - bound, left + bound);
        assertThat(balance).isBetween(truth - bound, truth + bound);

        String job = "/jobs/" + process.gateway().get("/jobs").json().path(0).path("jobId").asText();
        await().until(() -> json(job).path("state").asText().equals("done"));
        await().until(() -> Instant.now().isAfter(death.plus(LEASE).plusSeconds(1)));
        assertThat(process.gateway().get("/keepa/product?asin=B1").status()).isEqualTo(200);

        List<String> results = process.gateway().get(job + "/results").text().lines().map(KeepaKillIT::asin).toList();
        assertThat(results).hasSize(ASINS).doesNotHaveDuplicates();
        assertThat(json(job).path("done").asInt()).isEqualTo(ASINS);
        assertThat(asked).hasSize(ASINS + 1);
        assertThat(asked.entrySet().stream().filter(e -> e.getValue().get() > 1).map(Map.Entry::getKey).collect(Collectors.toSet()))
                .as("asked for twice").isSubsetOf(batchInFlight);
        assertThat(keepa.refused()).isLessThanOrEqualTo(1);
        noTokenIsReservedAnyMore();
    }

    /** A call for nearly everything that is left would wait for minutes if a token were still reserved for the dead. */
    private void noTokenIsReservedAnyMore() {
        long balance = status().path("balance").asLong();
        assertThat(balance).as("so many that 100 of them would be missed").isBetween(300L, 30_000L);
        double waited = waited();

        String asins = IntStream.range(0, (int) Math.min(balance - 20, 1500)).mapToObj(i -> "X" + i).collect(Collectors.joining(","));
        assertThat(process.gateway().get("/keepa/product?asin=" + asins).status()).isEqualTo(200);
        assertThat(waited() - waited).as("seconds in line; a refill comes every 120").isLessThan(5);
        assertThat(status().path("waiting").asInt()).isZero();
    }

    /** Seconds that callers stood in line, by the gateway's own clock. */
    private double waited() {
        return Scrape.of(process.gateway().get("/actuator/prometheus").text())
                .value("tollgate_keepa_wait_seconds_sum{class=\"interactive\"}");
    }

    /** Charges everything at once; the third batch and every search are answered when the gateway is long dead. */
    private SimulatedReply reply(KeepaStub.Call call) throws InterruptedException {
        SimulatedReply reply = keepa.reply(call.method(), call.path(), call.query(), call.body(), call.gzip());
        boolean hold = call.path().equals("/search");
        if (call.path().equals("/product") && reply.status() == 200 && !call.query().contains("X0")) {
            List<String> batch = List.of(call.query().replaceAll(".*asin=", "").split(","));
            batch.forEach(asin -> asked.computeIfAbsent(asin, name -> new AtomicInteger()).incrementAndGet());
            if (batches.incrementAndGet() == 3) {
                hold = true;
                batchInFlight = batch;
            }
        }
        if (hold && !killed) {
            held.incrementAndGet();
            never.await();
        }
        return reply;
    }

    private Wire open(String target) throws IOException {
        return Wire.open(process.port(), "GET", target, null);
    }

    private JsonNode status() {
        return json("/status").path("keepa");
    }

    private JsonNode json(String path) {
        return process.gateway().get(path).json();
    }

    private static String asin(String line) {
        try {
            return new ObjectMapper().readTree(line).path("asin").asText();
        }
        catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private GatewayProcess start(Map<String, String> further) {
        Map<String, String> settings = new HashMap<>(further);
        settings.put("tollgate.keepa.base-url", stub.url());
        settings.put("tollgate.keepa.api-key", "kill-test-key");
        settings.put("tollgate.keepa.refill-rate", "100");
        settings.put("tollgate.keepa.tick", "120s");
        settings.put("tollgate.keepa.max-wait", "1h");
        settings.put("tollgate.keepa.response-timeout", "14s");
        settings.put("tollgate.keepa.lease", LEASE.toSeconds() + "s");
        return GatewayProcess.start(folder, settings);
    }
}
