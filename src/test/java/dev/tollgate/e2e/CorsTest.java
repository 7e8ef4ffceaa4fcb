package dev.tollgate.e2e;

import java.net.http.HttpRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** Pages of named origins call the APIs from a browser, those of others do not. */
@TestPropertySource(properties = "tollgate.cors-origins=https://app.example, http://localhost:5173")
class CorsTest extends XaiGatewayTest {

    @ParameterizedTest
    @CsvSource({"https://app.example, /xai/v1/chat/completions", "http://localhost:5173, /gemini/v1beta/models/m:generateContent",
        "HTTPS://APP.example, /judge"})
    void aNamedPageMayAsk(String origin, String path) {
        Answer may = preflight(origin, path);
        assertThat(may.status()).isEqualTo(200);
        assertThat(may.header("Access-Control-Allow-Origin")).isEqualTo(origin);
        assertThat(may.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(may.header("Access-Control-Allow-Headers")).contains("authorization");
        assertThat(may.header("Access-Control-Allow-Credentials")).isNull();
    }

    @Test
    void itsAnswersMayBeRead() {
        Answer answer = post("/xai/v1/chat/completions", "{\"model\":\"grok-4\",\"messages\":[]}", "Origin", "https://app.example",
                "Sec-Fetch-Site", "cross-site");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("Retry-After", "X-Request-Id");
        assertThat(post("/judge", "{", "Origin", "https://app.example").header("Access-Control-Allow-Origin")).as("errors, too")
                .isEqualTo("https://app.example");
    }

    @ParameterizedTest
    @CsvSource({"https://evil.example, /xai/v1/chat/completions", "https://app.example.evil, /judge", "http://app.example, /judge",
        "null, /judge", "https://app.example, /admin/keys", "https://app.example, /actuator/prometheus"})
    void nobodyElseMay(String origin, String path) {
        Answer no = preflight(origin, path);
        assertThat(no.header("Access-Control-Allow-Origin")).isNull();
        assertThat(no.status()).isGreaterThanOrEqualTo(400);
        assertThat(post(path, "{}", "Origin", origin).status()).isEqualTo(403);
        assertThat(xai.hits()).isZero();
    }

    private Answer preflight(String origin, String path) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin).header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization, content-type"));
    }
}
