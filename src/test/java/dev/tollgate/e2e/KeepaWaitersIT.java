package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** What a caller in line costs over HTTP: mostly Tomcat's buffers. The line alone is in {@code TenThousandWaitersTest}. */
@EnabledForJreRange(min = JRE.JAVA_21)
class KeepaWaitersIT {

    private static final int CALLERS = 1000;

    @TempDir
    Path folder;

    @Test
    void aCallerInLineCostsSoMuchHeap() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        List<Wire> callers = new ArrayList<>();
        try (KeepaStub stub = new KeepaStub();
                GatewayProcess process = GatewayProcess.start(folder, Map.of("tollgate.keepa.base-url", stub.url(),
                        "tollgate.keepa.api-key", "waiters-test-key", "tollgate.keepa.max-wait", "1000h"))) {
            stub.reset(call -> {
                never.await();
                return null;
            });
            process.gateway().get("/status");
            long before = usedHeap(process);
            for (int i = 0; i <= CALLERS; i++) {
                callers.add(Wire.open(process.port(), "GET", "/keepa/product?asin=B" + i, null, "Accept-Encoding: gzip"));
            }
            await().atMost(Duration.ofMinutes(3)).until(() ->
                    process.gateway().get("/status").json().at("/keepa/waiting").asInt() == CALLERS);

            long each = (usedHeap(process) - before) / CALLERS;

            System.out.printf("a caller in line over HTTP: %d KB of heap each, so 300 MB hold %d%n", each >> 10, 300_000_000 / each);
            assertThat(each).isLessThan(200_000);
        }
        finally {
            never.countDown();
            for (Wire caller : callers) {
                caller.close();
            }
        }
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
