package dev.tollgate.e2e;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged gateway with 512 MB of heap that ends when they are not enough: a key for jobs sends orders of 28 MB and as many
 * large ones as it may, and a start finds 56 MB of orders.
 */
class JobFloodIT {

    private static final String ADMIN = "the-admin-key-of-this-test-0123456789";
    private static final int ASINS_OF_28_MB = 2_150_000;

    /** Else the serial collector leaves gaps between living objects, which its histogram counts as if they lived. */
    private static final String COMPACT = "-XX:MarkSweepAlwaysCompactCount=1";

    @TempDir
    Path folder;

    private GatewayProcess process;

    @AfterEach
    void close() {
        if (process != null) {
            process.close();
        }
    }

    @Test
    void ordersOf28MegabytesAreRefusedAndLeaveNothingInMemory() throws Exception {
        process = start();
        String key = key();
        byte[] huge = order(0, ASINS_OF_28_MB);
        assertThat(huge.length).isGreaterThan(27_000_000);
        order(key, order(0, 10));
        long before = liveBytes();

        List<Answer> answers = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            List<CompletableFuture<Answer>> both = IntStream.range(0, 2).mapToObj(n -> CompletableFuture.supplyAsync(() -> order(key, huge))).toList();
            isHealthy();
            both.forEach(answer -> answers.add(answer.join()));
        }

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(413, 503));
        assertThat(answers).filteredOn(answer -> answer.status() == 413).isNotEmpty();
        long after = liveBytes();
        System.out.printf("8 orders of %d MB, two at a time: live heap %d KB before, %d KB after%n", huge.length >> 20, before >> 10, after >> 10);
        assertThat(after).isLessThan(before + before / 5);
        isHealthy();
    }

    @Test
    void asManyItemsAsThereMayBeFitAndAreGoneWithTheirJobs() throws Exception {
        process = start();
        String key = key();
        order(key, order(0, 10));
        long before = liveBytes();
        List<String> jobs = new ArrayList<>();
        Answer last = order(key, order(0, 100_000));
        for (int n = 1; last.status() == 202; n++) {
            jobs.add(last.header("Location"));
            isHealthy();
            last = order(key, order(n * 100_000, 100_000));
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.message()).contains("tollgate.jobs.max-open-items");
        assertThat(last.header("Retry-After")).isNotNull();
        assertThat(jobs).hasSize(9);
        long full = liveBytes();

        for (String job : jobs) {
            assertThat(call("DELETE", job, key, null).status()).isEqualTo(200);
        }

        long after = liveBytes();
        System.out.printf("900,000 items open: live heap %d KB before, %d KB with them, %d KB after%n", before >> 10, full >> 10, after >> 10);
        assertThat(full - before).as("bytes of 900,000 items").isLessThan(900_000L * 40);
        assertThat(after).isLessThan(before + before / 5);
    }

    @Test
    void aStartThatFinds56MegabytesOfOrdersIsOneLikeAnyOther() throws Exception {
        process = start();
        long empty = liveBytes();
        process.close();
        for (int i = 0; i < 2; i++) {
            Path order = Files.createDirectories(folder.resolve("data/jobs/old-" + i)).resolve("order.json");
            try (BufferedWriter out = Files.newBufferedWriter(order)) {
                out.write("{\"id\":\"old-" + i + "\",\"type\":\"keepa-backfill\",\"orderedAt\":1772366400.0,\"order\":");
                out.write(new String(order(0, ASINS_OF_28_MB), StandardCharsets.US_ASCII));
                out.write("}");
            }
        }

        process = start();

        isHealthy();
        assertThat(call("GET", "/jobs", ADMIN, null).json()).hasSize(2).allSatisfy(job -> {
            assertThat(job.path("state").asText()).isEqualTo("failed");
            assertThat(job.path("message").asText()).contains("tollgate.jobs.max-items");
            assertThat(job.path("total").asInt()).isEqualTo(ASINS_OF_28_MB);
        });
        long after = liveBytes();
        System.out.printf("start with 56 MB of orders: live heap %d KB, without them %d KB%n", after >> 10, empty >> 10);
        assertThat(after).isLessThan(empty + empty / 5);
        assertThat(process.console()).contains("old-0", "is given up");
    }

    private void isHealthy() {
        long begun = System.nanoTime();
        assertThat(process.gateway().get("/actuator/health/liveness").status()).isEqualTo(200);
        System.out.printf("health after %d ms%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }

    /** What is reachable, after a full collection. */
    private long liveBytes() throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(process.pid()), "GC.class_histogram").redirectErrorStream(true).start();
        List<String> lines = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        histogram.waitFor();
        String total = lines.stream().filter(line -> line.startsWith("Total")).findFirst().orElseThrow(() -> new AssertionError(lines));
        return Long.parseLong(total.trim().split("\\s+")[2]);
    }

    private String key() {
        return call("POST", "/admin/keys", ADMIN, "{\"name\":\"jobs\",\"apis\":[\"jobs\",\"keepa\"]}".getBytes()).json().path("key").asText();
    }

    private Answer order(String key, byte[] body) {
        return call("POST", "/jobs/keepa-backfill", key, body);
    }

    private Answer call(String method, String path, String key, byte[] body) {
        return process.gateway().send(HttpRequest.newBuilder(process.gateway().uri(path)).header("Authorization", "Bearer " + key)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)));
    }

    private static byte[] order(int from, int count) {
        return IntStream.range(from, from + count).mapToObj("\"B%09d\""::formatted).collect(Collectors.joining(",", "{\"asins\":[", "]}"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private GatewayProcess start() {
        return GatewayProcess.start(folder, Map.of(),
                Map.of("TOLLGATE_ADMIN_KEY", ADMIN, "JAVA_TOOL_OPTIONS", "-XX:+ExitOnOutOfMemoryError " + COMPACT));
    }
}
