package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.time.Clock;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.jobs.FullDisk;
import dev.tollgate.jobs.JobDisk;
import dev.tollgate.sandbox.SpApiSimulator;

/**
 * The gateway in front of {@link AmazonServer}. Each test has sellers of its own; getAccount is the operation without a limit
 * worth the name. What classes set here in common lets them share one gateway.
 */
@Import(SellerTest.Time.class)
// Renewal ahead has a test of its own; elsewhere it would add token calls to those that are counted.
@TestPropertySource(properties = "tollgate.sp-api.renewal-cron=0 0 0 1 1 ? 2090")
abstract class SellerTest extends GatewayTest {

    static final FastClock clock = new FastClock();
    static final AmazonServer amazon = new AmazonServer(clock);
    static final FullDisk disk = new FullDisk();

    @TestConfiguration(proxyBeanMethods = false)
    static class Time {

        @Bean
        Clock leapClock() {
            return clock;
        }

        @Bean
        @Primary
        JobDisk jobDisk() {
            return disk;
        }
    }

    @DynamicPropertySource
    static void amazonSettings(DynamicPropertyRegistry registry) {
        registry.add("tollgate.sp-api.base-url", amazon::url);
        registry.add("tollgate.sp-api.lwa-url", () -> amazon.url() + "/auth/o2/token");
        registry.add("tollgate.sp-api.consent-url", () -> amazon.url() + "/apps/authorize/consent");
        registry.add("tollgate.sp-api.redirect-uri", () -> AmazonServer.CALLBACK);
        registry.add("tollgate.sp-api.client-id", () -> SpApiSimulator.CLIENT_ID);
        registry.add("tollgate.sp-api.client-secret", () -> SpApiSimulator.CLIENT_SECRET);
        registry.add("tollgate.sp-api.application-id", () -> "amzn1.sp.solution.test");
        registry.add("tollgate.sp-api.token-timeout", () -> "60s");
        registry.add("tollgate.sp-api.max-wait", () -> "4s");
        registry.add("tollgate.sp-api.application-rate", () -> "100000");
        registry.add("tollgate.sp-api.rates.getAccount.calls", () -> "100000");
        registry.add("tollgate.sp-api.rates.getAccount.burst", () -> "100000");
    }

    @BeforeEach
    void quietAmazon() {
        disk.reset();
        amazon.reset();
        amazon.control("fail", "503,0"); // what another test wanted and nobody met
        amazon.control("expires_in", "3600");
    }

    Browser browser() {
        return new Browser(gateway, amazon);
    }

    /** The seller's entry in {@code /sellers}; missing when there is none. */
    JsonNode seller(String id) {
        return StreamSupport.stream(gateway.get("/sellers").json().spliterator(), false)
                .filter(one -> one.path("sellerId").asText().equals(id)).findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** getListingsRestrictions of one product. */
    Answer restrictions(String seller, String asin) {
        return gateway.send(restrictionsOf(seller, asin));
    }

    HttpRequest.Builder restrictionsOf(String seller, String asin) {
        return HttpRequest.newBuilder(gateway.uri("/sp-api/listings/2021-08-01/restrictions?asin=" + asin + "&sellerId=" + seller
                + "&marketplaceIds=ATVPDKIKX0DER")).header("X-Seller-Id", seller);
    }
}
