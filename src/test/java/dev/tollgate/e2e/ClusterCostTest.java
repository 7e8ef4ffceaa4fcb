package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;

import static org.assertj.core.api.Assertions.assertThat;

/** What a call to Keepa costs on one node of three and on a gateway alone, in one run, with tokens enough for all. On demand. */
@Timeout(400)
@EnabledIfSystemProperty(named = "tollgate.cluster", matches = "long")
class ClusterCostTest {

    private static final int WARM = 600;
    private static final int CALLS = 1000;
    private static final int TOGETHER = 16;
    private static final int ROUNDS = 3;

    @TempDir
    private Path folder;

    @Test
    void aCallOfOneNodeOfThreeAndOfAGatewayAlone() throws IOException {
        KeepaSimulator keepa = new KeepaSimulator(Plan.ofRate(100_000, 0, 1000), 5_000_000, Clock.systemUTC(), KeepaTariff.real());
        ExecutorService callers = Executors.newFixedThreadPool(TOGETHER);
        try (PostgresServer postgres = new PostgresServer(folder); KeepaStub stub = new KeepaStub()) {
            stub.reset(keepa);
            Map<String, String> settings = Map.of("tollgate.keepa.base-url", stub.url(), "tollgate.keepa.refill-rate", "100000",
                    "tollgate.keepa.tick", "1s", "tollgate.keepa.calls-per-second", "100000");
            try (ThreeNodes nodes = new ThreeNodes(folder, postgres, List.of(0L, 0L, 0L), settings, Map.of("KEEPA_API_KEY", "keepa-key-of-three-1"));
                    GatewayProcess alone = nodes.alone(Map.of())) {
                one(alone, WARM);
                one(nodes.process(0), WARM);
                for (int round = 1; round <= ROUNDS; round++) {
                    measure("alone", alone, postgres, callers);
                    measure("one node of three", nodes.process(0), postgres, callers);
                }
            }
        }
        finally {
            callers.shutdownNow();
        }
        assertThat(keepa.refused()).isZero();
    }

    private static void measure(String which, GatewayProcess gateway, PostgresServer postgres, ExecutorService callers) {
        long steps = steps(postgres);
        long transactions = transactions(postgres);
        Duration cpu = cpu(gateway);
        long[] nanos = one(gateway, CALLS);
        long stepsOne = steps(postgres) - steps;
        long transactionsOne = transactions(postgres) - transactions;
        Duration cpuOne = cpu(gateway).minus(cpu);
        steps = steps(postgres);
        long begun = System.nanoTime();
        List<CompletableFuture<Void>> all = IntStream.range(0, TOGETHER).mapToObj(c -> CompletableFuture.runAsync(() -> one(gateway, CALLS / TOGETHER),
                callers)).toList();
        all.forEach(CompletableFuture::join);
        double took = (System.nanoTime() - begun) / 1e9;
        Arrays.sort(nanos);
        System.out.printf("keepa, cost | %s | p50 %.2f ms, p99 %.2f ms | cpu %.2f ms a call | steps %.2f, transactions %.2f a call | %d callers: %.0f calls/s,"
                + " steps %.2f a call%n", which, nanos[CALLS / 2] / 1e6, nanos[CALLS * 99 / 100] / 1e6, cpuOne.toNanos() / 1e6 / CALLS,
                stepsOne / (double) CALLS, transactionsOne / (double) CALLS, TOGETHER, CALLS / took, (steps(postgres) - steps) / (double) CALLS);
    }

    /** One caller's calls, one after the other: how long each took. */
    private static long[] one(GatewayProcess gateway, int calls) {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            long from = System.nanoTime();
            assertThat(gateway.gateway().get("/keepa/product?asin=B" + i).status()).isEqualTo(200);
            nanos.add(System.nanoTime() - from);
        }
        return nanos.stream().mapToLong(Long::longValue).toArray();
    }

    /** How often the shared bucket was changed. */
    private static long steps(PostgresServer postgres) {
        return postgres.sql().sql("SELECT COALESCE(MAX(Version), 0) FROM SharedBuckets WHERE BucketKey = 'keepa'").query(Long.class).single();
    }

    private static long transactions(PostgresServer postgres) {
        return postgres.sql().sql("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'postgres'").query(Long.class).single();
    }

    private static Duration cpu(GatewayProcess gateway) {
        return ProcessHandle.of(gateway.pid()).flatMap(handle -> handle.info().totalCpuDuration()).orElse(Duration.ZERO);
    }
}
