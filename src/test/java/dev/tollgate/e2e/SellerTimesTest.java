package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What goes by the clock: tokens are renewed ahead of their end, a list is checked every night, nobody waits for ever. */
// Its clocks would go on renewing tokens at the Amazon of other tests, whose token calls are counted.
@DirtiesContext
class SellerTimesTest extends SellerTest {

    @DynamicPropertySource
    static void everySecond(DynamicPropertyRegistry registry) {
        registry.add("tollgate.sp-api.renewal-cron", () -> "0/1 * * * * ?");
        registry.add("tollgate.sp-api.response-timeout", () -> "4s");
        registry.add("tollgate.sp-api.nightly.file", () -> "${tollgate.data-dir}/nightly.txt");
        registry.add("tollgate.sp-api.nightly.seller", () -> "A1NIGHT");
        registry.add("tollgate.sp-api.nightly.condition-type", () -> "used_good");
        registry.add("tollgate.sp-api.nightly.cron", () -> "0/1 * * * * ?");
        // Quartz finds schedulers of one virtual machine by name, and other tests' gateways live in this one.
        registry.add("camel.component.quartz.properties[org.quartz.scheduler.instanceName]", () -> "seller-times-test");
        registry.add("camel.component.quartz.properties[org.quartz.threadPool.threadCount]", () -> "2");
    }

    @Value("${tollgate.data-dir}")
    private Path data;

    @Test
    void aTokenIsRenewedBeforeItsEndAndNoCallWaitsForOne() {
        browser().connect("A1RENEW");
        assertThat(restrictions("A1RENEW", "B000000009").status()).isEqualTo(200);
        Instant first = Instant.parse(seller("A1RENEW").path("accessTokenExpiresAt").asText());
        amazon.reset();

        clock.leap(Duration.ofMinutes(55));
        await().untilAsserted(() -> assertThat(Instant.parse(seller("A1RENEW").path("accessTokenExpiresAt").asText()))
                .isAfter(first.plus(Duration.ofMinutes(50))));
        assertThat(tokenCalls("A1RENEW")).isOne();

        assertThat(restrictions("A1RENEW", "B000000009").status()).isEqualTo(200);
        assertThat(tokenCalls("A1RENEW")).isOne();
        assertThat(gateway.get("/status").json().path("spApi").path("refreshes").asInt()).isGreaterThanOrEqualTo(2);
    }

    private static long tokenCalls(String seller) {
        return amazon.tokenCalls().stream().filter(call -> call.body().contains(seller)).count();
    }

    @Test
    void theClockOrdersTheListFile() throws IOException {
        browser().connect("A1NIGHT");
        Files.writeString(data.resolve("nightly.txt"), "B900000001\nB900000002\nno ASIN\n");

        await().until(() -> amazon.calls().size() >= 2);
        Files.delete(data.resolve("nightly.txt"));

        assertThat(amazon.calls()).allSatisfy(call -> assertThat(call.query())
                .matches("asin=B90000000[12]&sellerId=A1NIGHT&marketplaceIds=ATVPDKIKX0DER&conditionType=used_good"));
    }

    @Test
    void anUpstreamThatTakesTooLongIsATimeoutAndKeepsNobodyForEver() {
        browser().connect("A1SLOW");
        amazon.reset();
        CountDownLatch never = new CountDownLatch(1);
        amazon.script((call, number) -> {
            await().forever().until(() -> call.isToken() || never.getCount() == 0);
            return null;
        });

        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/feeds/2021-06-30/feeds")).header("X-Seller-Id", "A1SLOW")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        never.countDown();

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.json().path("errors").path(0).path("code").asText()).isEqualTo("InternalFailure");
        assertThat(amazon.calls()).as("what writes is not made twice").hasSize(1);
    }
}
