package dev.tollgate.e2e;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.e2e.GeminiStub.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A wait that the upstream asks for is no longer than {@code tollgate.retry.max-delay}, here 50 ms: of the waits of an
 * hour below, one that was kept in full would outlast the caller. How long each wait is, is tested with the route.
 */
class RetryInfoTest extends GatewayTest {

    static Stream<Arguments> waits() {
        return Stream.of(
                arguments("info-1s", new Reply(429, retryInfo(429, "1s"), null)),
                arguments("info-1h", new Reply(429, retryInfo(429, "3600s"), null)),
                arguments("info-503", new Reply(503, retryInfo(503, "3600.5s"), null)),
                arguments("header-429", new Reply(429, GeminiStub.error(429, "RESOURCE_EXHAUSTED", ""), "3600")),
                arguments("header-503", new Reply(503, GeminiStub.error(503, "UNAVAILABLE", ""), "3600")),
                arguments("header-date", new Reply(503, GeminiStub.error(503, "UNAVAILABLE", ""), "Wed, 21 Oct 2099 07:28:00 GMT")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    void aWaitThatWasAskedForEndsAtTheCap(String name, Reply busy) {
        company("WAIT-" + name, "key", "Active");
        gemini.script((call, number) -> number < 3 ? busy : GeminiStub.ok(10, 5));

        assertThat(gateway.extract("WAIT-" + name, name + "-served").status()).isEqualTo(200);
        assertThat(gemini.hits()).isEqualTo(3);
        await().untilAsserted(() -> assertThat(attempts(name + "-served")).isEqualTo("1 true,2 true"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    void anUpstreamThatGoesOnAskingIsGivenUp(String name, Reply busy) {
        company("WAITS-" + name, "key", "Active");
        gemini.script((call, number) -> busy);

        assertThat(gateway.extract("WAITS-" + name, name + "-lost").status()).isEqualTo(502);
        assertThat(gemini.hits()).isEqualTo(4);
        await().untilAsserted(() -> assertThat(attempts(name + "-lost")).isEqualTo("1 true,2 true,3 true,4 true"));
    }

    private String attempts(String request) {
        return String.join(",", database.sql("SELECT Attempt, IsRetryable FROM RetryAttempts WHERE RequestID = ? ORDER BY Attempt")
                .param(request).query((row, n) -> row.getInt(1) + " " + row.getBoolean(2)).list());
    }

    private static String retryInfo(int status, String delay) {
        return GeminiStub.error(status, "RESOURCE_EXHAUSTED",
                "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"" + delay + "\"}");
    }
}
