package dev.tollgate.e2e;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Quartz renews access tokens ahead of their end, so that calls find a fresh one. */
class RenewalTest extends SellerTest {

    @DynamicPropertySource
    static void everySecond(DynamicPropertyRegistry registry) {
        registry.add("tollgate.sp-api.renewal-cron", () -> "0/1 * * * * ?");
        // Quartz finds schedulers of one virtual machine by name, and other tests' gateways live in this one.
        registry.add("camel.component.quartz.properties[org.quartz.scheduler.instanceName]", () -> "renewal-test");
        registry.add("camel.component.quartz.properties[org.quartz.threadPool.threadCount]", () -> "2");
    }

    @Test
    void aTokenIsRenewedBeforeItsEndAndNoCallWaitsForOne() {
        browser().connect("A1RENEW");
        assertThat(restrictions("A1RENEW", "B000000009").status()).isEqualTo(200);
        Instant first = Instant.parse(seller("A1RENEW").path("accessTokenExpiresAt").asText());
        amazon.reset();

        clock.leap(Duration.ofMinutes(55));
        await().untilAsserted(() -> assertThat(Instant.parse(seller("A1RENEW").path("accessTokenExpiresAt").asText()))
                .isAfter(first.plus(Duration.ofMinutes(50))));
        assertThat(amazon.tokenCalls()).hasSize(1);

        assertThat(restrictions("A1RENEW", "B000000009").status()).isEqualTo(200);
        assertThat(amazon.tokenCalls()).hasSize(1);
        assertThat(gateway.get("/status").json().path("spApi").path("refreshes").asInt()).isGreaterThanOrEqualTo(2);
    }
}
