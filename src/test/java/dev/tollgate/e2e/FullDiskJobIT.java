package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A real disk of 32 MB below data/jobs that fills up under a backfill, and is freed. Skipped where nothing can be mounted. */
class FullDiskJobIT {

    private static final int DISK = 32 << 20;

    @TempDir
    Path folder;

    private final KeepaSimulator keepa = new KeepaSimulator(Plan.ofRate(6000, 0, 60_000), 100_000, Clock.systemUTC());
    private final KeepaStub stub = new KeepaStub();
    private Path mounted;
    private GatewayProcess process;

    @AfterEach
    void close() throws Exception {
        if (process != null) {
            process.close();
        }
        stub.close();
        if (mounted != null) {
            run("umount", mounted.toString());
        }
    }

    @Test
    void aFullDiskHoldsTheJobUpAndNothingIsPaidTwice() throws Exception {
        mount();
        stub.reset(call -> call.path().equals("/product") ? largeProducts(call) : KeepaStub.of(keepa).reply(call));
        process = GatewayProcess.start(folder, Map.of("tollgate.keepa.base-url", stub.url(), "tollgate.keepa.api-key", "full-disk-test-key",
                "tollgate.keepa.refill-rate", "6000"));
        Path ballast = mounted.resolve("ballast");
        Files.write(ballast, new byte[DISK - (3 << 20)]);

        String job = order();
        await().until(() -> message(job).contains("Nothing is bought until there is room"));
        assertThat(state(job)).isEqualTo("waiting");
        assertThat(stub.calls()).isEmpty();

        Files.write(ballast, new byte[DISK - (12 << 20)]); // as much as usual products need, less than these
        await().until(() -> message(job).contains("100 that are paid for wait in memory"));
        assertThat(message(job)).contains("disk of tollgate.data-dir", "No space left on device");
        assertThat(stub.calls()).hasSize(1);

        Files.delete(ballast);
        await().until(() -> state(job).equals("done"));

        assertThat(stub.calls()).hasSize(1);
        assertThat(process.gateway().get(job + "/results").text().lines()).hasSize(100);
    }

    private SimulatedReply largeProducts(KeepaStub.Call call) {
        String title = "x".repeat(150_000);
        String products = Arrays.stream(call.query().replaceAll(".*asin=", "").split(","))
                .map(asin -> "{\"asin\":\"" + asin + "\",\"title\":\"" + title + "\"}").collect(Collectors.joining(","));
        return new SimulatedReply(200, Map.of("Content-Type", "application/json"), ("{\"tokensLeft\":1000,\"refillIn\":60000,\"refillRate\":6000,"
                + "\"tokenFlowReduction\":0.0,\"tokensConsumed\":100,\"products\":[" + products + "]}").getBytes(StandardCharsets.US_ASCII));
    }

    private String order() {
        String asins = IntStream.range(0, 100).mapToObj("\"B%09d\""::formatted).collect(Collectors.joining(","));
        return process.gateway().request("POST", "/jobs/keepa-backfill", "application/json", ("{\"asins\":[" + asins + "]}").getBytes())
                .header("Location");
    }

    private JsonNode job(String path) {
        return process.gateway().get(path).json();
    }

    private String message(String path) {
        return job(path).path("message").asText();
    }

    private String state(String path) {
        return job(path).path("state").asText();
    }

    private void mount() throws Exception {
        Path jobs = Files.createDirectories(folder.resolve("data/jobs"));
        boolean done = false;
        try {
            done = run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "tmpfs", jobs.toString()) == 0;
        }
        catch (IOException e) {
            Assumptions.abort("There is no mount here: " + e.getMessage());
        }
        Assumptions.assumeTrue(done, "Only root can mount");
        mounted = jobs;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }
}
