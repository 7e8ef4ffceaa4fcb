package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a call to Keepa and to Gemini costs on one node of three and on a gateway alone, in turns in one run, with tokens enough for all.
 * On demand.
 */
@Timeout(400)
@Tag("long")
@EnabledIfSystemProperty(named = "tollgate.cluster", matches = "long")
class ClusterCostTest {

    private static final int WARM = 600;
    private static final int CALLS = 1000;
    private static final int TOGETHER = 16;
    private static final int ROUNDS = 3;
    private static final byte[] QUESTION = "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}".getBytes();

    @TempDir
    private Path folder;

    private PostgresServer postgres;
    private ExecutorService callers;
    /** By call and gateway, the middle of each round: p50 and p99 in ms, calls a second of many, statements a call. */
    private final Map<String, List<double[]>> figures = new TreeMap<>();

    @Test
    void aCallOfOneNodeOfThreeAndOfAGatewayAlone() throws IOException {
        KeepaSimulator keepa = new KeepaSimulator(Plan.ofRate(100_000, 0, 1000), 5_000_000, Clock.systemUTC(), KeepaTariff.real());
        callers = Executors.newFixedThreadPool(TOGETHER);
        try (PostgresServer server = new PostgresServer(folder, Map.of("shared_preload_libraries", "pg_stat_statements", "pg_stat_statements.track", "all"));
                KeepaStub stub = new KeepaStub(); GeminiStub gemini = new GeminiStub()) {
            postgres = server;
            postgres.sql().sql("CREATE EXTENSION pg_stat_statements").update();
            new Books(postgres.sql()).company("ACME", "provider-key-1");
            postgres.sql().sql("UPDATE TokenMaster SET TotalTokenLimit = 1000000000").update();
            stub.reset(keepa);
            Map<String, String> settings = Map.of("tollgate.keepa.base-url", stub.url(), "tollgate.keepa.refill-rate", "100000",
                    "tollgate.keepa.tick", "1s", "tollgate.keepa.calls-per-second", "100000", "tollgate.gemini.base-url", gemini.url());
            try (ThreeNodes nodes = new ThreeNodes(folder, postgres, List.of(0L, 0L, 0L), settings, Map.of("KEEPA_API_KEY", "keepa-key-of-three-1"));
                    GatewayProcess alone = nodes.alone(Map.of())) {
                for (GatewayProcess gateway : List.of(alone, nodes.process(0))) {
                    calls(gateway, ClusterCostTest::keepa, WARM);
                    calls(gateway, ClusterCostTest::gemini, WARM);
                }
                for (int round = 1; round <= ROUNDS; round++) {
                    measure("Keepa, alone", alone, ClusterCostTest::keepa);
                    measure("Keepa, one node of three", nodes.process(0), ClusterCostTest::keepa);
                    measure("Gemini, alone", alone, ClusterCostTest::gemini);
                    measure("Gemini, one node of three", nodes.process(0), ClusterCostTest::gemini);
                }
            }
        }
        finally {
            callers.shutdownNow();
        }
        figures.forEach((which, rounds) -> ScenarioTable.line("| %s | p50 %.2f ms, p99 %.2f ms | %d callers: %.0f calls/s | statements a call %.1f, of %d callers"
                + " %.1f |", which, middle(rounds, 0), middle(rounds, 1), TOGETHER, middle(rounds, 2), middle(rounds, 3), TOGETHER, middle(rounds, 4)));
        assertThat(keepa.refused()).isZero();
    }

    private static double middle(List<double[]> rounds, int figure) {
        return rounds.stream().mapToDouble(round -> round[figure]).sorted().skip(rounds.size() / 2).findFirst().orElseThrow();
    }

    private void measure(String which, GatewayProcess gateway, Consumer<GatewayProcess> call) {
        long before = statements();
        long[] nanos = calls(gateway, call, CALLS);
        double statementsOfOne = (statements() - before) / (double) CALLS;
        before = statements();
        long begun = System.nanoTime();
        List<CompletableFuture<Void>> all = IntStream.range(0, TOGETHER).mapToObj(c -> CompletableFuture.runAsync(() -> calls(gateway, call, CALLS / TOGETHER),
                callers)).toList();
        all.forEach(CompletableFuture::join);
        double took = (System.nanoTime() - begun) / 1e9;
        int times = CALLS / TOGETHER * TOGETHER;
        Arrays.sort(nanos);
        figures.computeIfAbsent(which, first -> new ArrayList<>()).add(new double[] {nanos[CALLS / 2] / 1e6, nanos[CALLS * 99 / 100] / 1e6, times / took,
                statementsOfOne, (statements() - before) / (double) times});
    }

    /** One caller's calls, one after the other: how long each took. */
    private static long[] calls(GatewayProcess gateway, Consumer<GatewayProcess> call, int times) {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long from = System.nanoTime();
            call.accept(gateway);
            nanos[i] = System.nanoTime() - from;
        }
        return nanos;
    }

    private static void keepa(GatewayProcess gateway) {
        assertThat(gateway.gateway().get("/keepa/product?asin=B001").status()).isEqualTo(200);
    }

    private static void gemini(GatewayProcess process) {
        Gateway gateway = process.gateway();
        Gateway.Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/gemini/v1beta/models/gemini-2.5-flash:generateContent"))
                .header("Content-Type", "application/json").header("X-Company-Id", "ACME").POST(HttpRequest.BodyPublishers.ofByteArray(QUESTION)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    /** All that the database was told to do, commits and heartbeats included. */
    private long statements() {
        return postgres.sql().sql("SELECT SUM(calls) FROM pg_stat_statements").query(Long.class).single();
    }
}
