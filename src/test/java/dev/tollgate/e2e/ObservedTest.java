package dev.tollgate.e2e;

import java.time.Clock;

import dev.tollgate.budget.Plan;
import dev.tollgate.keepa.KeepaToll;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;

import org.junit.jupiter.api.BeforeEach;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The gateway in front of all four upstreams, for what it says about itself. One gateway serves all these tests. */
@AutoConfigureObservability(tracing = false)
abstract class ObservedTest extends SellerTest {

    static final KeepaStub keepa = new KeepaStub();
    static final XaiStub xai = new XaiStub();
    static final int XAI_LIMIT = 1000;

    @Autowired
    KeepaToll toll;

    @DynamicPropertySource
    static void otherUpstreams(DynamicPropertyRegistry registry) {
        registry.add("tollgate.keepa.base-url", keepa::url);
        registry.add("tollgate.keepa.api-key", () -> "keepa-key-of-the-observed-gateway");
        registry.add("tollgate.keepa.max-wait", () -> "10s");
        registry.add("tollgate.xai.base-url", xai::url);
        registry.add("tollgate.xai.daily-limit", () -> XAI_LIMIT);
        registry.add("XAI_API_KEY", () -> "xai-key-of-the-observed-gateway-1");
        registry.add("management.endpoint.health.cache.time-to-live", () -> "0ms");
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
        toll.heard(simulator.token(), clock.instant().plusMillis(1));
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
