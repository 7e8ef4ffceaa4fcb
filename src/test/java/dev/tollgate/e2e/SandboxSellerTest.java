package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.FreePort;
import dev.tollgate.TollgateApplication;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sandbox as it ships: a person connects a seller through the simulated pages, a program asks for it, and a restriction
 * check goes through a list. {@code -Dtollgate.test.asins=200} makes the list as long as a real one, and the time that it
 * takes is judged then: 200 take 38 s where a call leaves every fifth of a second after a burst of ten.
 */
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT)
@ActiveProfiles("sandbox")
class SandboxSellerTest {

    private static final int ASINS = Integer.getInteger("tollgate.test.asins", 12);
    private static final int LONG = 100;

    private static int port;

    @Autowired
    private SpApiSimulator amazon;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        port = FreePort.find();
        String data = Files.createTempDirectory("tollgate-sandbox").toString();
        registry.add("server.port", () -> port);
        registry.add("tollgate.data-dir", () -> data);
    }

    @Test
    void aPersonConnectsAndAProgramAsks() {
        Gateway gateway = new Gateway(port);
        Answer start = gateway.get("/connect");
        assertThat(start.status()).isEqualTo(302);
        String cookie = start.header("Set-Cookie").split(";")[0];

        Answer consent = gateway.get(start.header("Location"));
        assertThat(consent.status()).isEqualTo(200);
        assertThat(consent.header("Content-Type")).startsWith("text/html");
        assertThat(consent.text()).contains("value=\"approve\">Approve</button>", "value=\"refuse\">Refuse</button>",
                "action=\"consent/decision\"");

        String state = consent.text().replaceFirst("(?s).*name=\"state\" value=\"([^\"]*)\".*", "$1");
        Answer decided = gateway.send(HttpRequest.newBuilder(gateway.uri("/sandbox/sp-api/apps/authorize/consent/decision"))
                .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(
                        AmazonServer.encode(Map.of("state", state, "redirect_uri", "", "seller", "A1SANDBOXSELLER", "decision", "approve")))));
        assertThat(decided.status()).isEqualTo(302);

        Answer done = gateway.send(HttpRequest.newBuilder(gateway.uri(decided.header("Location"))).header("Cookie", cookie));
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.text()).contains("Seller A1SANDBOXSELLER is connected");

        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/listings/2021-08-01/restrictions?asin=B000000000"
                + "&sellerId=A1SANDBOXSELLER&marketplaceIds=ATVPDKIKX0DER")).header("X-Seller-Id", "A1SANDBOXSELLER"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("restrictions").path(0).path("reasons").path(0).path("reasonCode").asText())
                .isEqualTo("APPROVAL_REQUIRED");
        restrictedData(gateway);

        check(gateway);

        assertThat(gateway.request("POST", "/sandbox/sp-api/control?nonsense=1", "text/plain", new byte[0]).status()).isEqualTo(400);
    }

    private static void restrictedData(Gateway gateway) {
        String address = "/orders/v0/orders/902-1234567-1234567/address";
        String order = "{\"restrictedResources\":[{\"method\":\"GET\",\"path\":\"/orders/v0/orders/{orderId}/address\"}]}";
        Answer created = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/tokens/2021-03-01/restrictedDataToken"))
                .header("X-Seller-Id", "A1SANDBOXSELLER").header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(order)));
        assertThat(created.status()).as(created.text()).isEqualTo(200);
        String token = created.json().path("restrictedDataToken").asText();
        assertThat(token).startsWith("tg_at_");

        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api" + address)).header("X-Seller-Id", "A1SANDBOXSELLER")).status()).isEqualTo(403);
        Answer with = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api" + address)).header("x-amz-access-token", token));
        assertThat(with.json().at("/payload/ShippingAddress/City").asText()).isEqualTo("Seattle");
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api" + address.replace("address", "buyerInfo")))
                .header("x-amz-access-token", token)).status()).as("another resource").isEqualTo(403);
    }

    /** At full speed, and not too fast once. */
    private void check(Gateway gateway) {
        String asins = IntStream.range(0, ASINS).mapToObj("\"B%09d\""::formatted).collect(Collectors.joining(","));
        long begun = System.nanoTime();
        Answer ordered = gateway.request("POST", "/jobs/restriction-check", "application/json", ("{\"sellerId\":\"A1SANDBOXSELLER\","
                + "\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"asins\":[" + asins + "]}").getBytes(StandardCharsets.UTF_8));
        assertThat(ordered.status()).isEqualTo(202);
        String job = ordered.header("Location");

        await().pollInterval(Duration.ofMillis(50)).until(() -> gateway.get(job).json().path("state").asText().equals("done"));

        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Duration permitted = Duration.ofMillis((ASINS - 10) * 200L);
        System.out.printf("%d ASINs in %d ms; Amazon permits %d ms; 429s: %d%n", ASINS, took.toMillis(), permitted.toMillis(), amazon.throttled());
        assertThat(gateway.get(job + "/results").text().lines()).hasSize(ASINS);
        assertThat(amazon.throttled()).isZero();
        if (ASINS >= LONG) {
            assertThat(took).isLessThan(permitted.multipliedBy(105).dividedBy(100));
        }
    }
}
