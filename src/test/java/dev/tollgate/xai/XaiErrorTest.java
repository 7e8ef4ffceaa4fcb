package dev.tollgate.xai;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.QuotaDecision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class XaiErrorTest {

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "400; {\"code\":\"invalid-argument\",\"error\":\"Incorrect API key provided.\"}; invalid-argument; Incorrect API key provided.",
        "429; {\"code\":\"resource-exhausted\",\"error\":\"Too many requests\"}; resource-exhausted; Too many requests",
        "503; {\"error\":{\"message\":\"busy\",\"type\":\"server_error\",\"code\":\"overloaded\"}}; overloaded; busy",
        "503; {\"error\":{\"message\":\"busy\",\"type\":\"server_error\",\"code\":null}}; server_error; busy",
        "502; <html>; ``; ``",
        "502; ``; ``; ``",
        "502; []; ``; ``",
    })
    void bothShapesAreRead(int status, String body, String code, String message) {
        assertThat(XaiError.read(status, body.getBytes(StandardCharsets.UTF_8))).isEqualTo(new XaiError(status, code, message));
    }

    @Test
    void theReasonForCallersNamesNoTeam() {
        XaiError error = XaiError.read(403, "{\"code\":\"permission-denied\",\"error\":\"Your team 123\"}".getBytes());
        assertThat(error.reason()).isEqualTo("xAI answered 403 permission-denied");
    }

    @Test
    void theDenialHasTheShapeOfXaiAndTellsSdksNotToRetry() {
        Refusal spent = XaiDenial.spent(new QuotaDecision.Denied(1000, 1000, Instant.parse("2026-11-23T08:00:00Z"),
                "the daily limit of 1000 calls is reached"));
        assertThat(XaiDenial.of(spent, false, Dialect.XAI, "r1")).isEqualTo(new XaiDenial(403,
                Map.of("Content-Type", "application/json", "X-Should-Retry", "false"),
                "{\"code\":\"permission-denied\",\"error\":\"The gateway denied this call: the daily limit of 1000 calls is reached."
                        + " Calls today (actual/limit): 1000/1000. The next call can be made at 2026-11-23T08:00:00Z.\"}"));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new ConnectException("refused"), Departure.NEVER_LEFT),
                arguments(new UnknownHostException("api.x.ai"), Departure.NEVER_LEFT),
                arguments(new ConnectTimeoutException("connect"), Departure.NEVER_LEFT),
                arguments(new RuntimeException(new IOException(new ConnectException("refused"))), Departure.NEVER_LEFT),
                arguments(CallNotPermittedException.createCallNotPermittedException(CircuitBreaker.ofDefaults("x")),
                        Departure.NEVER_LEFT),
                arguments(new SocketTimeoutException("read"), Departure.MAY_HAVE_LEFT),
                arguments(new SocketException("Connection reset"), Departure.MAY_HAVE_LEFT),
                arguments(new IllegalStateException("xAI answered 500"), Departure.MAY_HAVE_LEFT),
                arguments(null, Departure.MAY_HAVE_LEFT));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("failures")
    void onlyWhatCertainlyNeverLeftMayBeGivenBack(Throwable failure, Departure departure) {
        assertThat(Departure.of(failure)).isEqualTo(departure);
    }
}
