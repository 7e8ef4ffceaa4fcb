package dev.tollgate.e2e;

import java.net.http.HttpRequest;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** A gateway whose operator has no key for xAI. */
class XaiWithoutKeyTest extends GatewayTest {

    @DynamicPropertySource
    static void noKey(DynamicPropertyRegistry registry) {
        registry.add("XAI_API_KEY", () -> "");
    }

    @ParameterizedTest
    @CsvSource({"/judge, /message", "/learn, /message", "/xai/v1/chat/completions, /error"})
    void everyPathSaysWhichSettingIsMissing(String path, String where) {
        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri(path))
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().at(where).asText())
                .isEqualTo("xAI is not set up here: set XAI_API_KEY in the environment of the gateway.");
        assertThat(database.sql("SELECT COUNT(*) FROM TokenMaster WHERE Provider = 'xAI'").query(Long.class).single()).isZero();
    }
}
