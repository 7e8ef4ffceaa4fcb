package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Callers wait in thousands at a bucket and at a limit of calls at once, in a heap of 512 MB: pages answer as always, and who
 * leaves is paid for nowhere. {@code -Dtollgate.waiters=10000} has ten thousand wait. On JDK 17 a caller who waits holds a thread:
 * there, those for whom there is none are denied at once.
 */
class KitWaitersIT {

    private static final int CALLERS = Integer.getInteger("tollgate.waiters", 2000);

    @TempDir
    Path folder;

    private final ApiStub api = new ApiStub();
    private final CountDownLatch reply = new CountDownLatch(1);
    private final List<Wire> callers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        reply.countDown();
        for (Wire caller : callers) {
            caller.close();
        }
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"queued", "limited"})
    @EnabledForJreRange(min = JRE.JAVA_21)
    void thousandsWaitWhilePagesAnswerAndWhoLeavesIsPaidForNowhere(String path) throws Exception {
        try (GatewayProcess process = GatewayProcess.mortal(folder, settings(), Map.of())) {
            while (callers.size() <= CALLERS) {
                callers.add(call(process, path, callers.isEmpty()));
            }
            await().atMost(Duration.ofMinutes(3)).until(() -> waiting(process, path) == CALLERS);
            livenessIsQuick(process, CALLERS + " waiting at " + path);

            List<Wire> gone = callers.subList(callers.size() / 2, callers.size());
            for (Wire caller : gone) {
                caller.close();
            }
            await().atMost(Duration.ofMinutes(3)).until(() -> waiting(process, path) == CALLERS - gone.size());
            reply.countDown();
            for (Wire caller : callers.subList(0, callers.size() - gone.size())) {
                assertThat(caller.reply().status()).isEqualTo(200);
            }

            assertThat(waiting(process, path)).isZero();
            assertThat(api.calls()).as("nothing is paid for those who left").hasSize(callers.size() - gone.size());
        }
    }

    @Test
    void onTheOldestJdkWhoFindsNoThreadToWaitWithIsDeniedAndAllElseIsServed() throws Exception {
        Optional<Path> jdk17 = InstalledJdks.home(17);
        assumeTrue(jdk17.isPresent(), "no JDK 17 found: JAVA17_HOME names none, nor is one beside the JDK of this test");
        try (GatewayProcess process = GatewayProcess.mortal(jdk17.get(), GatewayProcess.QUICK, folder, settings(), Map.of())) {
            for (int caller = 0; caller < 300; caller++) {
                callers.add(call(process, "queued", caller == 0));
            }
            await().until(() -> waiting(process, "queued") == 299);
            List<Wire> crowd = new ArrayList<>();
            for (int caller = 0; caller < 1200; caller++) {
                crowd.add(call(process, "limited", false));
            }
            callers.addAll(crowd);
            await().until(() -> denied(process) == 1200 - waiting(process, "limited") - 1);

            livenessIsQuick(process, "1,500 callers on JDK 17");
            int waiting = waiting(process, "limited");
            assertThat(waiting).isBetween(100, 600);
            reply.countDown();
            Map<Integer, Integer> statuses = new HashMap<>();
            for (Wire caller : crowd) {
                Wire.Reply answer = caller.reply();
                statuses.merge(answer.status(), 1, Integer::sum);
                if (answer.status() == 429) {
                    assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
                }
            }
            assertThat(statuses).isEqualTo(Map.of(200, waiting + 1, 429, 1199 - waiting));
        }
    }

    private Map<String, String> settings() throws IOException {
        api.reset((call, number) -> {
            reply.await();
            return new ApiStub.Reply(200, "{}", Map.of("x-remaining", "20000"));
        });
        Path routes = folder.resolve("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        String call = "http-call-action: {url: \"%s\", answerTimeout: 1h}".formatted(api.url());
        Files.writeString(routes.resolve("waiters.camel.yaml"), OwnRoute.of("queued", "token-bucket-action: {name: queued, tokens: 100000,"
                + " per: 1000h, maxWait: 2000h, cost: \"${header.units}\", remaining: \"header:x-remaining\"}", call)
                + OwnRoute.of("limited", "concurrency-action: {name: limited, atOnce: 1, maxWait: 1000h, maxWaiting: 20000}", call));
        return Map.of("tollgate.routes-dir", routes.toString());
    }

    /** @param first takes all tokens, of which its reply says that there are enough */
    private Wire call(GatewayProcess process, String path, boolean first) throws IOException {
        Wire wire = Wire.open(process.port(), "GET", "/" + path, null, "units: " + (first ? 100_000 : 1));
        if (first) {
            await().until(() -> api.calls().size() == 1);
        }
        return wire;
    }

    private static int waiting(GatewayProcess process, String path) {
        return process.gateway().get("/status").json().at(path.equals("queued") ? "/kit/buckets/queued/waiting"
                : "/kit/concurrencies/limited/waiting").asInt();
    }

    private static int denied(GatewayProcess process) {
        return process.gateway().get("/status").json().at("/apis/limited/denied/concurrency:limited").asInt();
    }

    /** What else the machine does may spoil a measurement, but not every one for minutes; callers who stand in the way would. */
    private static void livenessIsQuick(GatewayProcess process, String when) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            long[] millis = LongStream.range(0, 50).map(number -> {
                long begun = System.nanoTime();
                assertThat(process.gateway().get("/actuator/health/liveness").status()).isEqualTo(200);
                return (System.nanoTime() - begun) / 1_000_000;
            }).sorted().toArray();
            System.out.printf("%s, liveness: median %d ms, 95 %% within %d ms, longest %d ms%n", when, millis[25], millis[47], millis[49]);
            assertThat(millis[47]).isLessThan(100);
        });
    }
}
