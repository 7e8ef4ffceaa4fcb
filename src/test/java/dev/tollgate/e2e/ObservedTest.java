package dev.tollgate.e2e;

import java.util.concurrent.atomic.AtomicReference;

import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextCustomizer;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.budget.Plan;
import dev.tollgate.keepa.KeepaBalance;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;

/** The gateway in front of all four upstreams, for what it says about itself. One gateway serves all these tests. */
@AutoConfigureObservability(tracing = false)
@Import(ObservedTest.Routes.class)
abstract class ObservedTest extends SellerTest {

    static final KeepaStub keepa = new KeepaStub();
    static final XaiStub xai = new XaiStub();
    static final int XAI_LIMIT = 1000;

    /** The routes that serve, as Camel runs them. */
    static final AtomicReference<CamelContext> served = new AtomicReference<>();

    @TestConfiguration(proxyBeanMethods = false)
    static class Routes {

        @Bean
        InMemorySpanExporter spans() {
            return InMemorySpanExporter.create();
        }

        @Bean
        CamelContextCustomizer remember() {
            return context -> {
                if (context.getName().startsWith("tollgate-")) {
                    served.set(context);
                }
            };
        }
    }

    @Autowired
    KeepaBalance balance;

    @DynamicPropertySource
    static void otherUpstreams(DynamicPropertyRegistry registry) {
        registry.add("tollgate.keepa.base-url", keepa::url);
        registry.add("tollgate.keepa.api-key", () -> "keepa-key-of-the-observed-gateway");
        registry.add("tollgate.keepa.max-wait", () -> "10s");
        registry.add("tollgate.xai.base-url", xai::url);
        registry.add("tollgate.xai.daily-limit", () -> XAI_LIMIT);
        registry.add("XAI_API_KEY", () -> "xai-key-of-the-observed-gateway-1");
        registry.add("tollgate.tracing.enabled", () -> "true");
        registry.add("tollgate.ledger.spool-max-size", () -> "4KB");
        registry.add("tollgate.ledger.probe-every", () -> "1d");
    }

    @BeforeEach
    void everybodyIsWell() {
        xai.reset();
        keepa(1000);
    }

    /** A Keepa whose meter shows so much, and a gateway that knows it. */
    KeepaSimulator keepa(long tokens) {
        KeepaSimulator simulator = new KeepaSimulator(Plan.ofRate(60, 0, 60_000), tokens, clock, KeepaTariff.real());
        keepa.reset(simulator);
        balance.heard(simulator.token(), clock.instant().plusMillis(1));
        return simulator;
    }

    Scrape scrape() {
        return Scrape.of(gateway.get("/actuator/prometheus").text());
    }

    Gateway.Answer judge(String title) {
        return gateway.request("POST", "/judge", "application/json",
                ("{\"title\":\"" + title + "\",\"category\":\"Textbook\",\"season\":\"Fall\",\"price\":12.5}").getBytes());
    }
}
