package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One gateway that asks for keys, with 512 MB of heap, for all attacks of a class. Each is a test; after each the gateway
 * lives, holds no bytes of bodies, and its memory is what it was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Besieged {

    static final String ADMIN = "the-admin-key-of-this-test-0123456789";

    @TempDir
    static Path folder;

    GatewayProcess process;
    Gateway gateway;
    String key;
    private long before;

    Map<String, String> settings() throws IOException {
        return new HashMap<>(Map.of("tollgate.keys.failures", "1000000"));
    }

    /** APIs that the attacker's key opens. */
    List<String> apis() {
        return List.of("gemini", "xai", "keepa", "sp-api", "jobs", "status");
    }

    @BeforeAll
    void start() throws IOException {
        process = GatewayProcess.mortal(folder, settings(), Map.of("TOLLGATE_ADMIN_KEY", ADMIN, "XAI_API_KEY", "xai-of-this-test",
                "KEEPA_API_KEY", "keepa-of-this-test", "LWA_CLIENT_ID", "amzn1.client", "LWA_CLIENT_SECRET", "amzn1.secret-of-this-test"));
        gateway = process.gateway();
        key = call("POST", "/admin/keys", ADMIN, "{\"name\":\"attacker\",\"apis\":[\"%s\"]}".formatted(String.join("\",\"", apis())))
                .json().path("key").asText();
        call("GET", "/actuator/prometheus", ADMIN, null);
        warmUp();
        before = process.liveBytes();
    }

    /** As many connections as Tomcat keeps buffers for, and some requests: what stays of them is no attack's. */
    void warmUp() {
        try (Flood flood = new Flood(process.port())) {
            for (int i = 0; i < 1000; i++) {
                flood.send("GET / HTTP/1.1\r\nHost: ", 0);
            }
            healthy("1,000 connections");
        }
        for (int i = 0; i < 20; i++) {
            gateway.get("/");
            call("POST", "/judge", key, "{}");
            call("POST", "/auth/o2/token", null, "grant_type=refresh_token&refresh_token=x");
        }
    }

    Answer call(String method, String path, String credential, String body) {
        var request = HttpRequest.newBuilder(gateway.uri(path)).method(method, body == null
                ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (credential != null) {
            request.header("Authorization", "Bearer " + credential);
        }
        return gateway.send(request);
    }

    /** Health answers in a second, if perhaps not at the first try of a machine that has other work. */
    void healthy(String during) {
        long[] best = {Long.MAX_VALUE};
        await(during).atMost(Duration.ofSeconds(60)).until(() -> {
            long begun = System.nanoTime();
            int status = gateway.get("/actuator/health").status();
            best[0] = (System.nanoTime() - begun) / 1_000_000;
            return status == 200 && best[0] < 1000;
        });
        System.out.printf("%s: health after %d ms%n", during, best[0]);
    }

    /** Health has answered, and in a second, so long after the last byte of an attack. */
    void healthyWithin(Duration time, String after) {
        long begun = System.nanoTime();
        healthy(after);
        Duration healthy = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("%s: healthy %d ms after the last byte%n", after, healthy.toMillis());
        assertThat(healthy).isLessThan(time.plusSeconds(1));
    }

    double metric(String name) {
        return Scrape.of(call("GET", "/actuator/prometheus", ADMIN, null).text()).value(name);
    }

    @AfterEach
    void livesAndHoldsNothing() {
        assertThat(process.isAlive()).as(process.console()).isTrue();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(metric("tollgate_bodies_memory_bytes")).isZero());
        await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
            long now = process.liveBytes();
            System.out.printf("memory %.1f MB before, %.1f MB after%n", before / 1e6, now / 1e6);
            assertThat(now).isLessThan(before * 12 / 10);
        });
    }

    @AfterAll
    void stop() {
        process.close();
    }
}
