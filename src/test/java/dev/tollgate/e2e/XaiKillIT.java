package dev.tollgate.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.e2e.Gateway.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged gateway, killed while it asks xAI, and started again on the same day. */
@Timeout(120)
class XaiKillIT {

    private static final int LIMIT = 1_000;
    private static final int QUESTIONS = 5_000;
    private static final Path JAR = Path.of(System.getProperty("tollgate.jar", "target/tollgate.jar")).toAbsolutePath();

    @TempDir
    Path folder;

    private final XaiStub xai = new XaiStub();
    private final Map<Integer, Boolean> paid = new ConcurrentHashMap<>();
    private Process process;
    private Gateway gateway;
    private int port;

    @Test
    void neitherTheLimitNorAnAnswerIsLostWithTheProcess() throws Exception {
        start();
        Thread killer = new Thread(() -> {
            await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(5)).until(() -> xai.hits() > LIMIT / 3);
            process.destroyForcibly();
        });
        killer.start();
        ask(IntStream.range(0, QUESTIONS / 2), this::askUntilKilled);
        killer.join();
        process.waitFor();
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
        ask(IntStream.range(QUESTIONS / 2, QUESTIONS), n -> statuses.add(judge(n).status()));

        System.out.printf("killed after %d calls, %d answers had reached their callers; %d calls in all on a day of %d%n",
                beforeTheKill, kept.size(), xai.hits(), LIMIT);
        assertThat(statuses).containsOnly(200);
        assertThat(status().path("callsToday").asInt()).isEqualTo(LIMIT);
        assertThat(xai.hits()).isGreaterThan(beforeTheKill).isLessThanOrEqualTo(LIMIT);
    }

    @AfterEach
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
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
        return gateway.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/judge"))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(
                        "{\"title\":\"Title %d\",\"category\":\"c\",\"season\":\"s\",\"price\":%d}".formatted(n, n % 1000))));
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

    private void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        gateway = new Gateway(port);
        Path console = Files.createTempFile(folder, "console", ".txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:TieredStopAtLevel=1",
                "-jar", JAR.toString(), "--server.port=" + port, "--tollgate.data-dir=" + folder.resolve("data"),
                "--tollgate.xai.base-url=" + xai.url(), "--tollgate.xai.daily-limit=" + LIMIT,
                "--tollgate.xai.zone=Pacific/Kiritimati")).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(console.toFile());
        builder.environment().put("XAI_API_KEY", "xai-key-of-a-process-1");
        process = builder.start();
        await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(50)).until(() -> {
            assertThat(process.isAlive()).as(Files.readString(console)).isTrue();
            return isReady();
        });
    }

    private boolean isReady() {
        try {
            return gateway.get("/actuator/health/readiness").status() == 200;
        }
        catch (RuntimeException notYet) {
            return false;
        }
    }
}
