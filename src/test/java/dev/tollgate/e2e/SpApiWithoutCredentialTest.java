package dev.tollgate.e2e;

import java.net.http.HttpRequest;

import org.junit.jupiter.api.Test;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** A gateway whose Amazon credentials nobody has set: it starts, and says what is missing. */
class SpApiWithoutCredentialTest extends GatewayTest {

    @Test
    void aCallIsToldWhichSettingIsMissing() {
        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/sellers/v1/account")).header("X-Seller-Id", "A1"));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("errors").path(0).path("code").asText()).isEqualTo("ServiceUnavailable");
        assertThat(answer.json().path("errors").path(0).path("message").asText()).contains("LWA_CLIENT_ID, LWA_CLIENT_SECRET");
    }

    @Test
    void aPersonWhoConnectsIsToldToo() {
        Answer page = gateway.get("/connect");
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.text()).contains("LWA_CLIENT_ID, LWA_CLIENT_SECRET, SPAPI_APPLICATION_ID");

        Answer answer = gateway.request("POST", "/connect", "application/json", new byte[0]);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.message()).contains("SPAPI_APPLICATION_ID");
    }

    @Test
    void theOthersWork() {
        assertThat(gateway.get("/sellers").text()).isEqualTo("[]");
        assertThat(gateway.get("/status").status()).isEqualTo(200);
    }
}
