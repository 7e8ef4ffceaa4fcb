package dev.tollgate.keepa;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Plan;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.kit.BucketSettings;
import dev.tollgate.kit.KitContext;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;

/** The policy's route as it ships, with Camel's own delayer and throttler, against the simulator at a tick of 100 ms. */
class KeepaRouteTest {

    /** Every word of Keepa's is young enough. */
    private static final Predicate NO_DOUBT = exchange -> false;

    private static final Plan PLAN = Plan.ofRate(3000, 0, 100);

    @TempDir
    Path data;

    private Clock clock = Clock.systemUTC();
    private KitContext camel;
    private KeepaSimulator keepa;
    private KeepaBalance balance;

    @AfterEach
    void stop() {
        camel.close();
    }

    @Test
    void callersWaitInTheRouteAndNoneIsRefusedUpstream() throws Exception {
        start(20, Duration.ofSeconds(100));

        CompletableFuture<?>[] callers = IntStream.range(0, 30).mapToObj(i -> CompletableFuture.runAsync(() ->
                assertThat(call("/product", "asin=B1,B2,B3,B4,B5").getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE))
                        .isEqualTo(200))).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(callers).join();

        assertThat(keepa.served()).isEqualTo(30);
        assertThat(keepa.refused()).isZero();
        assertThat(balance.status().consumed()).isEqualTo(keepa.charged());
    }

    @Test
    void aRefusalUpstreamIsInvisibleAndTheRequestIsSentAgainAsItWas() throws Exception {
        start(20, Duration.ofSeconds(100));
        keepa.drift(-60);

        Exchange reply = call("/product/", "key=k&asin=B1&");

        assertThat(reply.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(200);
        assertThat(keepa.refused()).isEqualTo(1);
        assertThat(EnvelopeReader.read(reply.getMessage().getBody(byte[].class))).isPresent();
    }

    @Test
    void aCallThatWouldWaitTooLongIsRefusedWithTheTrueWait() throws Exception {
        clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        start(-1000, Duration.ofMillis(50));

        Exchange denied = call("/product", "asin=B1");

        assertThat(denied.getException()).isInstanceOfSatisfying(Refusal.class, no -> {
            assertThat(no.getStatus()).isEqualTo(429);
            assertThat(no.getRetryAfter()).isBetween(Duration.ofSeconds(20), Duration.ofMillis(20_100));
            assertThat(no.getRetryAfterSeconds()).isEqualTo(21);
        });
        assertThat(keepa.served() + keepa.refused()).isZero();
    }

    private void start(long tokens, Duration maxWait) throws Exception {
        camel = new KitContext(data, clock);
        camel.context().getRegistry().bind("keepaPrices", new KeepaPrices());
        camel.context().getRegistry().bind("keepaMeter", new KeepaMeter());
        camel.context().getRegistry().bind("keepaDoubt", NO_DOUBT);
        camel.context().getPropertiesComponent().setInitialProperties(settings(maxWait));
        camel.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:keepa-call").process(KeepaRouteTest.this::upstream);
            }
        });
        camel.load("policy.camel.yaml", Files.readString(Path.of("routes/keepa/policy.camel.yaml")));
        keepa = new KeepaSimulator(PLAN, tokens, clock);
        camel.buckets().declare("keepa", new BucketSettings(3000, Duration.ofMinutes(1), Duration.ofMillis(100), 180_000, 0,
                maxWait, 100, Duration.ofMinutes(3), true, true));
        balance = new KeepaBalance(() -> camel.buckets().declared("keepa"), clock);
        balance.heard(keepa.token(), clock.instant().plusMillis(1));
    }

    private static Properties settings(Duration maxWait) {
        Properties settings = new Properties();
        settings.putAll(Map.of("tollgate.keepa.refill-rate", "3000", "tollgate.keepa.tick", "100ms",
                "tollgate.keepa.capacity", "0", "tollgate.keepa.max-deficit", "0",
                "tollgate.keepa.max-wait", maxWait.toMillis() + "ms", "tollgate.keepa.max-waiting", "100",
                "tollgate.keepa.lease", "3m", "tollgate.keepa.calls-per-second", "50"));
        return settings;
    }

    private void upstream(Exchange exchange) {
        SimulatedReply reply = keepa.reply("GET", exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class),
                exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class), null);
        exchange.getMessage().setHeaders(new HashMap<>(Map.of(Exchange.HTTP_RESPONSE_CODE, reply.status())));
        exchange.getMessage().setBody(reply.body());
    }

    private Exchange call(String path, String query) {
        return camel.context().createFluentProducerTemplate().to("direct:keepa-policy").withHeader(Exchange.HTTP_PATH, path)
                .withHeader(Exchange.HTTP_QUERY, query).withHeader("Accept-Encoding", "gzip").send();
    }
}
