package dev.tollgate.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.util.Map;

import dev.tollgate.TollgateApplication;
import dev.tollgate.e2e.Gateway.Answer;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** The sandbox as it ships: a person connects a seller through the simulated pages, and a program asks for it. */
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT)
@ActiveProfiles("sandbox")
class SandboxSellerTest {

    private static int port;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
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

        assertThat(gateway.request("POST", "/sandbox/sp-api/control?nonsense=1", "text/plain", new byte[0]).status()).isEqualTo(400);
    }
}
