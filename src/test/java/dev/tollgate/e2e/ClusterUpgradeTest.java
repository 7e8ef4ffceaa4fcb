package dev.tollgate.e2e;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.e2e.Askers.Told;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nodes of another release, by its jar, and of this one work beside each other while one after the other is replaced: the day's calls
 * are exact, a question is asked once, and Keepa refuses nothing. On demand: {@code -Dtollgate.other.jar=/path/to/tollgate.jar}.
 */
@Timeout(400)
@EnabledIfSystemProperty(named = "tollgate.other.jar", matches = ".+")
class ClusterUpgradeTest {

    private static final int LIMIT = 100;

    @TempDir
    private Path folder;

    @Test
    void nodesAreReplacedOneByOneWhileCallersAsk() throws Exception {
        KeepaSimulator keepa = new KeepaSimulator(Plan.ofRate(6000, 0, 1000), 100, Clock.systemUTC(), KeepaTariff.real());
        try (PostgresServer postgres = new PostgresServer(folder); CountingXai xai = new CountingXai(Duration.ofMillis(100)); KeepaStub stub = new KeepaStub()) {
            stub.reset(keepa);
            try (ThreeNodes nodes = ThreeNodes.ofJar(Path.of(System.getProperty("tollgate.other.jar")), folder, postgres, Map.of("tollgate.xai.base-url",
                    xai.url(), "tollgate.xai.zone", Noon.zone(), "tollgate.xai.daily-limit", String.valueOf(LIMIT), "tollgate.keepa.base-url", stub.url(),
                    "tollgate.keepa.refill-rate", "6000", "tollgate.keepa.tick", "1s"), Map.of("XAI_API_KEY", "xai-key-of-three-1", "KEEPA_API_KEY",
                            "keepa-key-of-three-1")); Askers askers = new Askers(nodes, 30)) {
                for (int replaced = 0; replaced <= ThreeNodes.NODES; replaced++) {
                    for (int n = 0; n < ThreeNodes.NODES; n++) {
                        int node = n;
                        await().untilAsserted(() -> assertThat(nodes.status(node).path("cluster").path("nodes")).extracting(other ->
                                other.path("state").asText()).containsExactly("up", "up", "up"));
                        assertThat(nodes.gateway(n).get("/keepa/product?asin=A,B,C,D,E").status()).isEqualTo(200);
                    }
                    // Questions of its own at each step, each at all nodes, and those of the step before once more.
                    int first = 20 * replaced;
                    Askers.await(askers.ask(0, 60, n -> first + n / ThreeNodes.NODES));
                    Askers.await(askers.ask(0, 60, n -> Math.max(0, first - 20) + n / ThreeNodes.NODES));
                    assertThat(xai.hits()).as("%d replaced", replaced).isEqualTo(20 * (replaced + 1));
                    if (replaced < ThreeNodes.NODES) {
                        nodes.upgrade(replaced);
                    }
                }
                CountDownLatch rest = askers.ask(1_000, 90, n -> n);
                Askers.await(rest);

                assertThat(xai.hits()).isEqualTo(LIMIT);
                assertThat(askers.told()).extracting(Told::status).containsOnly(200);
                assertThat(keepa.refused()).isZero();
            }
        }
    }
}
