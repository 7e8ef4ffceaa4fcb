package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.TollgateApplication;
import dev.tollgate.budget.Plan;
import dev.tollgate.jobs.FullDisk;
import dev.tollgate.jobs.JobDisk;
import dev.tollgate.keepa.KeepaBalance;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;

import static org.awaitility.Awaitility.await;

/**
 * The whole gateway in front of {@link KeepaStub}, which refills ten times a second instead of once a minute; nothing
 * else differs from production. Both have one clock. Where a test lets it stand still, tokens come when the test says so,
 * and a slow machine changes nothing.
 */
@Import(KeepaTest.Time.class)
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class KeepaTest {

    static final String KEY = "test-keepa-key-0123456789";
    static final int RATE = 6000;

    /** Ten tokens every 100 ms. */
    static final Plan PLAN = Plan.ofRate(RATE, 0, 100);

    static final FastClock clock = new FastClock();
    static final KeepaStub stub = new KeepaStub();
    static final FullDisk disk = new FullDisk();
    static final Path data = temporary();

    @TestConfiguration(proxyBeanMethods = false)
    static class Time {

        @Bean
        Clock clock() {
            return clock;
        }

        @Bean
        @Primary
        JobDisk jobDisk() {
            return disk;
        }
    }

    @LocalServerPort
    int port;

    @Autowired
    KeepaBalance balance;

    KeepaSimulator keepa;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("tollgate.data-dir", data::toString);
        registry.add("tollgate.keepa.base-url", stub::url);
        registry.add("tollgate.keepa.api-key", () -> KEY);
        registry.add("tollgate.keepa.refill-rate", () -> RATE);
        registry.add("tollgate.keepa.tick", () -> "100ms");
        registry.add("tollgate.keepa.response-timeout", () -> "5s");
        registry.add("tollgate.keepa.calls-per-second", () -> 1000);
    }

    @BeforeEach
    void freshKeepa() {
        disk.reset();
        clock.speed(1);
        clock.leap(Duration.ofSeconds(2)); // past the pause that a refusal in the test before may have brought
        endJobs();
        keepa(1000);
        await().until(() -> balance.queue().waiting() == 0);
    }

    /** What a test before has ordered from this gateway does not stand in line with the callers of this one. */
    private void endJobs() {
        Gateway gateway = new Gateway(port);
        gateway.get("/jobs?limit=100").json().forEach(job -> {
            if (!List.of("done", "failed", "cancelled").contains(job.path("state").asText())) {
                gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/" + job.path("jobId").asText())).DELETE());
            }
        });
    }

    /** A Keepa whose meter shows so much, and a gateway that knows it. */
    KeepaSimulator keepa(long tokens) {
        return keepa(tokens, KeepaTariff.real());
    }

    KeepaSimulator keepa(long tokens, KeepaTariff tariff) {
        keepa = new KeepaSimulator(PLAN, tokens, clock, tariff);
        stub.reset(keepa);
        balance.heard(keepa.token(), clock.instant().plusMillis(1));
        return keepa;
    }

    /** The same, and from now on it refills only when told so. */
    KeepaSimulator standingKeepa(long tokens) {
        clock.speed(0);
        return keepa(tokens);
    }

    /** Lets ten tokens come, so many times. */
    static void refill(int times) {
        clock.leap(Duration.ofMillis(PLAN.tick() * times));
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tollgate-test");
        }
        catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
