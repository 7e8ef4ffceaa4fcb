package dev.tollgate.keepa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SimulatedReply;
import dev.tollgate.store.InMemoryStateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The policy's route as it ships, with Camel's own delayer and throttler, against the simulator at a tick of 100 ms. */
class KeepaStepsTest {

    private static final Plan PLAN = Plan.ofRate(3000, 0, 100);

    private final InstantSource clock = InstantSource.system();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private KeepaSimulator keepa;
    private KeepaToll toll;

    @AfterEach
    void stop() throws Exception {
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
        assertThat(toll.status().consumed()).isEqualTo(keepa.charged());
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
    void whoWouldWaitTooLongGetsKeepasOwnNo() throws Exception {
        start(-1000, Duration.ofMillis(50));

        Exchange denial = call("/product", "asin=B1");

        assertThat(denial.getMessage().getHeaders()).containsEntry(Exchange.HTTP_RESPONSE_CODE, 429)
                .containsEntry("Retry-After", 21L).containsEntry(Exchange.CONTENT_ENCODING, "gzip");
        Envelope envelope = EnvelopeReader.read(denial.getMessage().getBody(byte[].class)).orElseThrow();
        assertThat(envelope.refillIn()).isBetween(20_000, 20_100);
        assertThat(keepa.served() + keepa.refused()).isZero();
    }

    private void start(long tokens, Duration maxWait) throws Exception {
        keepa = new KeepaSimulator(PLAN, tokens, clock);
        AdmissionQueue line = new AdmissionQueue(new InMemoryStateStore<>(key -> BucketState.unheard(PLAN, tokens, clock.instant())),
                "keepa", new Terms(0, maxWait, Duration.ofMinutes(3)), 100, clock);
        toll = new KeepaToll(line, new CostEstimator(), clock);
        camel.getRegistry().bind("keepaSteps", new KeepaSteps(toll));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:keepa-call").process(KeepaStepsTest.this::upstream);
            }
        });
        camel.getPropertiesComponent().addInitialProperty("tollgate.keepa.calls-per-second", "50");
        PluginHelper.getRoutesLoader(camel).loadRoutes(List.of(ResourceHelper.resolveMandatoryResource(camel,
                "file:routes/keepa/policy.camel.yaml")));
        camel.start();
    }

    private void upstream(Exchange exchange) {
        SimulatedReply reply = keepa.reply("GET", exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class),
                exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class), null);
        exchange.getMessage().setHeaders(new HashMap<>(Map.of(Exchange.HTTP_RESPONSE_CODE, reply.status())));
        exchange.getMessage().setBody(reply.body());
    }

    private Exchange call(String path, String query) {
        return camel.createFluentProducerTemplate().to("direct:keepa-policy").withHeader(Exchange.HTTP_PATH, path)
                .withHeader(Exchange.HTTP_QUERY, query).withHeader("Accept-Encoding", "gzip").send();
    }
}
