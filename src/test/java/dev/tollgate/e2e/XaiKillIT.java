package dev.tollgate.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged gateway, killed while it asks xAI, and started again on the same day. */
@Timeout(600)
class XaiKillIT {

    private static final int LIMIT = 1_000;
    private static final int QUESTIONS = 2_000;

    /** Fewer than the limit, so that the day is not spent however late the kill comes. */
    private static final int BEFORE_THE_KILL = LIMIT - 100;

    @TempDir
    Path folder;

    private final XaiStub xai = new XaiStub();
    private final Map<Integer, Boolean> paid = new ConcurrentHashMap<>();
    private final String zone = Noon.zone();
    private GatewayProcess process;
    private Gateway gateway;

    @Test
    void neitherTheLimitNorAnAnswerIsLostWithTheProcess() throws Exception {
        start();
        Thread killer = new Thread(() -> {
            await().pollInterval(Duration.ofMillis(5)).until(() -> xai.hits() > LIMIT / 3);
            process.kill();
        });
        killer.start();
        ask(IntStream.range(0, BEFORE_THE_KILL), this::askUntilKilled);
        killer.join();
        int beforeTheKill = xai.hits();

        start();
        assertThat(status().path("callsToday").asInt()).as("each call was counted before it left")
                .isGreaterThanOrEqualTo(beforeTheKill).isLessThanOrEqualTo(LIMIT);
        Map<Integer, Boolean> kept = Map.copyOf(paid);
        assertThat(kept).isNotEmpty();
        kept.forEach((n, verdict) -> {
            JsonNode answer = judge(n).json();
            assertThat(answer.path("source").asText()).as("question %d was answered before the kill", n).isEqualTo("cache");
            assertThat(answer.path("verdict").asBoolean()).isEqualTo(verdict);
        });
        Set<Integer> statuses = ConcurrentHashMap.newKeySet();
        ask(IntStream.range(BEFORE_THE_KILL, QUESTIONS), n -> statuses.add(judge(n).status()));

        System.out.printf("killed after %d calls, %d answers had reached their callers; %d calls in all on a day of %d%n",
                beforeTheKill, kept.size(), xai.hits(), LIMIT);
        assertThat(statuses).containsOnly(200);
        assertThat(status().path("callsToday").asInt()).isEqualTo(LIMIT);
        assertThat(xai.hits()).isGreaterThan(beforeTheKill).isLessThanOrEqualTo(LIMIT);
    }

    @AfterEach
    void end() {
        process.close();
        xai.close();
    }

    private void askUntilKilled(int n) {
        try {
            Answer answer = judge(n);
            if (answer.json().path("source").asText().equals("api")) {
                paid.put(n, answer.json().path("verdict").asBoolean());
            }
        }
        catch (RuntimeException gone) {
            // as a caller of a killed process sees it
        }
    }

    /** Some prices are dear, so that both verdicts are there. */
    private Answer judge(int n) {
        return gateway.request("POST", "/judge", "application/json",
                "{\"title\":\"Title %d\",\"category\":\"c\",\"season\":\"s\",\"price\":%d}".formatted(n, n % 1000).getBytes());
    }

    private JsonNode status() {
        return gateway.get("/status").json().path("xai");
    }

    private static void ask(IntStream questions, IntConsumer caller) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(100);
        questions.forEach(n -> threads.execute(() -> caller.accept(n)));
        threads.shutdown();
        assertThat(threads.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
    }

    private void start() {
        process = GatewayProcess.start(folder, Map.of("tollgate.xai.base-url", xai.url(), "tollgate.xai.daily-limit",
                String.valueOf(LIMIT), "tollgate.xai.zone", zone), Map.of("XAI_API_KEY", "xai-key-of-a-process-1"));
        gateway = process.gateway();
    }
}
