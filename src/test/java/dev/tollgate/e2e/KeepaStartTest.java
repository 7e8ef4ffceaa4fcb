package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import dev.tollgate.TollgateApplication;
import dev.tollgate.budget.Plan;
import dev.tollgate.e2e.Wire.Reply;
import dev.tollgate.keepa.KeepaBalance;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The first call after a start waits for the balance, not for a guess of it, and for a bounded time. */
class KeepaStartTest {

    private static final Plan PLAN = Plan.ofRate(6000, 0, 100);

    @TempDir
    Path data;

    private final FastClock clock = new FastClock();
    private final KeepaStub stub = new KeepaStub();
    private KeepaSimulator keepa;
    private ConfigurableApplicationContext running;
    private KeepaBalance balance;
    private Gateway gateway;
    private int port;

    @BeforeEach
    void timeStandsStill() {
        clock.speed(0);
    }

    @AfterEach
    void stop() throws IOException {
        running.close();
        stub.close();
    }

    private void start(long tokens, KeepaStub.Script script) {
        keepa = new KeepaSimulator(PLAN, tokens, clock);
        stub.reset(script);
        running = new SpringApplicationBuilder(TollgateApplication.class)
                .initializers(context -> ((GenericApplicationContext) context).registerBean("clock", Clock.class, () -> clock))
                .run("--server.port=0", "--tollgate.data-dir=" + data, "--tollgate.keepa.base-url=" + stub.url(),
                        "--tollgate.keepa.api-key=" + KeepaTest.KEY, "--tollgate.keepa.refill-rate=6000", "--tollgate.keepa.tick=100ms",
                        "--tollgate.keepa.anchor-patience=20s", "--spring.datasource.hikari.connection-timeout=60000");
        port = running.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        balance = running.getBean(KeepaBalance.class);
        gateway = new Gateway(port);
    }

    @Test
    void nothingLeavesBeforeTokenHasAnsweredAndThenTheTrueBalanceDecides() {
        CountDownLatch told = new CountDownLatch(1);
        start(20, call -> {
            if (call.path().equals("/token")) {
                told.await();
            }
            return KeepaStub.of(keepa).reply(call);
        });
        await().until(() -> stub.tokenCalls() == 1);
        Gateway.Answer red = gateway.get("/actuator/health/readiness");
        assertThat(red.status()).isEqualTo(503);
        assertThat(red.json().at("/components/keepaAnchored/details/waitsFor").asText()).startsWith("Keepa's /token, until 20");
        assertThat(gateway.get("/actuator/health/liveness").status()).isEqualTo(200);
        CompletableFuture<Reply> hundred = CompletableFuture.supplyAsync(() -> call(100));
        await().until(() -> balance.queue().waiting() == 1);
        clock.leap(Duration.ofSeconds(19)); // at Keepa as here 1,900 tokens come, and somebody else takes them
        keepa.drift(-1900);
        assertThat(stub.calls()).isEmpty();

        told.countDown();
        await().until(() -> gateway.get("/actuator/health/readiness").status() == 200);
        assertThat(balance.token().tokensLeft()).isEqualTo(20);
        assertThat(stub.calls()).isEmpty();
        clock.leap(Duration.ofMillis(800));

        assertThat(hundred.join().status()).isEqualTo(200);
        assertThat(keepa.token().tokensLeft()).as("no debt").isZero();
        assertThat(balance.token().tokensLeft()).isZero();
        clock.leap(Duration.ofSeconds(10));
        assertThat(call(1).status()).as("nobody waits for it again").isEqualTo(200);
        assertThat(stub.tokenCalls()).isEqualTo(1);
    }

    @Test
    void whereTokenFailsCallsGoWithoutItWhenTheTimeIsOver() {
        start(1000, call -> call.path().equals("/token") ? new SimulatedReply(503, Map.of(), new byte[0]) : KeepaStub.of(keepa).reply(call));
        await().until(() -> stub.tokenCalls() == 1);
        CompletableFuture<Reply> one = CompletableFuture.supplyAsync(() -> call(1));
        await().until(() -> balance.queue().waiting() == 1);
        clock.leap(Duration.ofMillis(1500));
        await().until(() -> stub.tokenCalls() == 2);
        clock.leap(Duration.ofSeconds(17));
        assertThat(stub.calls()).isEmpty();
        assertThat(gateway.get("/actuator/health/readiness").status()).isEqualTo(503);

        clock.leap(Duration.ofSeconds(2));

        assertThat(one.join().status()).isEqualTo(200);
        assertThat(gateway.get("/actuator/health/readiness").status()).isEqualTo(200);
        assertThat(stub.calls()).hasSize(1);
    }

    @Test
    void aKeyThatKeepaDoesNotKnowIsAnAnswer() {
        start(1000, call -> KeepaStub.of(keepa).reply(new KeepaStub.Call(call.method(), call.path() + "?key=" + KeepaSimulator.INVALID_KEY,
                call.headers(), call.body())));

        await().until(() -> gateway.get("/actuator/health/readiness").status() == 200);

        assertThat(call(1).status()).as("as Keepa says it itself").isEqualTo(400);
    }

    private Reply call(int asins) {
        return Wire.get(port, "/keepa/product?domain=1&asin="
                + IntStream.range(0, asins).mapToObj("B%09d"::formatted).collect(Collectors.joining(",")));
    }
}
