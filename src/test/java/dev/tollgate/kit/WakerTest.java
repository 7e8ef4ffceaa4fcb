package dev.tollgate.kit;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.gateway.Caller;

import static org.assertj.core.api.Assertions.assertThat;

/** The two threads that wake whoever waits at a bucket go no step further than that, in a job either, whose calls follow each other. */
@Timeout(120)
class WakerTest {

    private static final int LANES = 20;
    private static final int CALLS = 10;

    private static final String ROUTE = """
            - route:
                id: lanes
                from:
                  uri: direct:lanes
                  steps:
                    - kamelet:
                        name: token-bucket-action
                        parameters: {name: lanes, tokens: "200", per: 1s, refill: steady, capacity: "1"}
                        steps:
                          - process: {ref: inside}
                    - process: {ref: behind}
            """;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    /** A millisecond passes whenever somebody looks: often just after a call was not admitted, and before it is told how long to wait. */
    private final InstantSource passing = () -> Instant.ofEpochMilli(now.incrementAndGet());

    @TempDir
    private Path data;
    private final Queue<String> onWakers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void whatIsAdmittedAtTheVeryMomentInWhichItIsLookedAtGoesOnElsewhere() throws Exception {
        lanes(() -> false);
        assertThat(made).hasValue(LANES * CALLS);
        assertThat(onWakers).isEmpty();
    }

    @Test
    void whoIsGoneWhenItIsWokenGoesOnElsewhere() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        lanes(() -> looks.incrementAndGet() % 7 == 0);
        assertThat(made.get()).isPositive();
        assertThat(onWakers).isEmpty();
    }

    private void lanes(Caller caller) throws Exception {
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try (KitContext kit = new KitContext(data, passing.withZone(ZoneOffset.UTC))) {
            kit.context().getRegistry().bind("inside", (Processor) exchange -> {
                made.incrementAndGet();
                note("inside");
            });
            kit.context().getRegistry().bind("behind", (Processor) exchange -> note("behind"));
            kit.load("lanes.camel.yaml", ROUTE);
            FluentProducerTemplate template = kit.context().createFluentProducerTemplate();
            List<Future<?>> all = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                all.add(lanes.submit(() -> {
                    for (int call = 0; call < CALLS; call++) {
                        Exchange exchange = kit.context().getEndpoint("direct:lanes").createExchange();
                        exchange.setProperty(Caller.PROPERTY, caller);
                        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                            @Override
                            public void onDone(Exchange over) {
                                note("end");
                            }
                        });
                        template.withExchange(exchange).to("direct:lanes").send();
                    }
                }));
            }
            for (Future<?> lane : all) {
                lane.get();
            }
        }
        finally {
            lanes.shutdownNow();
        }
    }

    private void note(String step) {
        if (Thread.currentThread().getName().startsWith("delays-")) {
            onWakers.add(step);
        }
    }
}
