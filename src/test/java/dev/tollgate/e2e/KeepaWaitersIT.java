package dev.tollgate.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Ten thousand callers in line over HTTP fit into 300 MB of heap. By default fewer wait and the sum is computed;
 * {@code -Dtollgate.waiters=10000} has them all wait (some 12,000 file descriptors in each of the two processes). The line
 * alone is in {@code TenThousandWaitersTest}. On JDK 17 each of them holds a thread, so fewer may wait: {@link Jdk17IT}.
 */
class KeepaWaitersIT {

    private static final int PROMISED = 10_000;
    private static final long HEAP = 300L << 20;
    private static final List<String> SMALL = List.of("-Xmx300m", "-XX:TieredStopAtLevel=1");

    /** So many wait before the first look, so that what is loaded once is not counted for each. */
    private static final int FIRST = 200;
    private static final int CALLERS = Integer.getInteger("tollgate.waiters", 2000);

    /** What Keepa says once it replies: tokens for everybody. */
    private static final String PLENTY = "{\"timestamp\":1,\"tokensLeft\":60000,\"refillIn\":1000,\"refillRate\":1000,\"tokensConsumed\":1,\"products\":[]}";

    @TempDir
    Path folder;

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void tenThousandCallersInLineFitInto300MegabytesOfHeap() throws Exception {
        CountDownLatch reply = new CountDownLatch(1);
        List<Wire> callers = new ArrayList<>();
        try (KeepaStub stub = new KeepaStub();
                GatewayProcess process = GatewayProcess.start(Path.of(System.getProperty("java.home")), SMALL, folder, settings(stub))) {
            stub.reset(call -> {
                reply.await();
                return new SimulatedReply(200, Map.of("Content-Type", "application/json"), PLENTY.getBytes(StandardCharsets.UTF_8));
            });
            long first = heapWith(FIRST, callers, process);
            long used = heapWith(CALLERS, callers, process);

            long each = (used - first) / (CALLERS - FIRST);
            long all = first + (PROMISED - FIRST) * each;
            System.out.printf("%d callers in line over HTTP: %d MB of heap, %.1f KB each, so %d take %d MB%n", CALLERS, used >> 20,
                    each / 1024.0, PROMISED, all >> 20);
            assertThat(all).isLessThan(HEAP);

            List<Wire> gone = callers.subList(callers.size() / 2, callers.size());
            for (Wire caller : gone) {
                caller.close();
            }
            await().atMost(Duration.ofMinutes(3)).until(() -> waiting(process) == CALLERS - gone.size());
            reply.countDown();
            for (Wire caller : callers.subList(0, callers.size() - gone.size())) {
                assertThat(caller.reply().status()).isEqualTo(200);
            }
            assertThat(waiting(process)).isZero();
            assertThat(stub.calls()).as("nothing is paid for those who left").hasSize(callers.size() - gone.size());
        }
        finally {
            reply.countDown();
            for (Wire caller : callers) {
                caller.close();
            }
        }
    }

    /** Settings of a gateway whose callers wait for as long as it takes. */
    static Map<String, String> settings(KeepaStub stub) {
        return Map.of("tollgate.keepa.base-url", stub.url(), "tollgate.keepa.api-key", "waiters-test-key",
                "tollgate.keepa.max-wait", "1000h", "tollgate.keepa.calls-per-second", "10000");
    }

    /** The heap in use when so many wait; one more is on its way to Keepa. */
    private static long heapWith(int count, List<Wire> callers, GatewayProcess process) throws Exception {
        queue(count, callers, process);
        return usedHeap(process);
    }

    /** Returns once so many wait behind the one whose call is on its way; adds to the callers. */
    static void queue(int count, List<Wire> callers, GatewayProcess process) throws Exception {
        while (callers.size() <= count) {
            callers.add(Wire.open(process.port(), "GET", "/keepa/product?asin=B" + callers.size(), null, "Accept-Encoding: gzip"));
        }
        await().atMost(Duration.ofMinutes(3)).until(() -> waiting(process) == count);
    }

    static int waiting(GatewayProcess process) {
        return process.gateway().get("/status").json().at("/keepa/waiting").asInt();
    }

    private static long usedHeap(GatewayProcess process) throws Exception {
        jcmd(process, "GC.run");
        Matcher used = Pattern.compile("used (\\d+)K").matcher(jcmd(process, "GC.heap_info"));
        assertThat(used.find()).isTrue();
        return Long.parseLong(used.group(1)) << 10;
    }

    private static String jcmd(GatewayProcess process, String command) throws Exception {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(process.pid()), command).redirectErrorStream(true).start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
