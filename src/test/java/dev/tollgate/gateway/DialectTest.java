package dev.tollgate.gateway;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A refusal in every dialect: status, shape, and what stops or paces the retries of that API's own clients. */
class DialectTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "/extract          | 401 | 401 | {\"status\":\"error\",\"message\":\"no\",\"data\":null,\"requestId\":\"r1\"}  | -",
        "/keepa/product    | 401 | 400 | \"tokensLeft\":0,\"refillIn\":0,\"refillRate\":0,\"tokenFlowReduction\":0.0  | -",
        "/keepa/product    | 403 | 402 | \"error\":{\"type\":\"paymentRequired\",\"message\":\"no\",\"details\":\"\"} | -",
        "/keepa            | 414 | 400 | \"type\":\"invalidParameter\"                                               | -",
        "/xai/v1/models    | 401 | 401 | {\"code\":\"unauthenticated\",\"error\":\"no\"}                             | false",
        "/xai/v1/models    | 403 | 403 | {\"code\":\"permission-denied\",\"error\":\"no\"}                           | false",
        "/xai/v1/messages  | 401 | 401 | {\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"no\"}} | false",
        "/xai/v1/messagesX | 401 | 401 | {\"code\":\"unauthenticated\",\"error\":\"no\"}                             | false",
        "/gemini/v1beta/x  | 401 | 401 | {\"error\":{\"code\":401,\"message\":\"no\",\"status\":\"UNAUTHENTICATED\"}} | -",
        "/gemini/v1beta/x  | 403 | 403 | \"status\":\"PERMISSION_DENIED\"                                            | -",
        "/sp-api/listings  | 403 | 403 | {\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\",\"details\":\"no\"}]} | -",
        "/auth/o2/token    | 400 | 400 | {\"error\":\"invalid_request\",\"error_description\":\"no\"                 | -",
        "/keepaX           | 401 | 401 | \"status\":\"error\"                                                        | -",
    })
    void noIsSaidInTheWordsOfThePath(String path, int refused, int status, String body, String shouldRetry) throws Exception {
        MockHttpServletResponse response = write(path, Refusal.of(refused, "no"), null);
        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getContentAsString()).contains(body);
        assertThat(response.getHeader("X-Should-Retry")).isEqualTo(shouldRetry);
    }

    @ParameterizedTest
    @CsvSource({"/extract", "/keepa/token", "/xai/v1/x", "/gemini/x", "/sp-api/x", "/auth/o2/token"})
    void laterIs429WithTheWait(String path) throws Exception {
        MockHttpServletResponse response = write(path, Refusal.until(429, "later", Duration.ofSeconds(42)), null);
        assertThat(response.getStatus()).isEqualTo(429);
        assertThat(response.getHeader("Retry-After")).isEqualTo("42");
        assertThat(response.getHeader("X-Should-Retry")).isNull();
        if (path.startsWith("/keepa")) {
            assertThat(response.getContentAsString()).contains("\"refillIn\":42000,\"refillRate\":1");
        }
    }

    @Test
    void keepasJavaClientInflatesErrorsToo() throws Exception {
        MockHttpServletResponse response = write("/keepa/token", Refusal.of(401, "no"), "gzip");
        assertThat(response.getHeader("Content-Encoding")).isEqualTo("gzip");
        byte[] body = new GZIPInputStream(new ByteArrayInputStream(response.getContentAsByteArray())).readAllBytes();
        assertThat(new String(body, UTF_8)).contains("\"refillRate\":0");
    }

    private static MockHttpServletResponse write(String path, Refusal no, String accepted) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        if (accepted != null) {
            request.addHeader("Accept-Encoding", accepted);
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        response.setHeader("X-Request-Id", "r1");
        Dialect.of(request).write(request, response, no);
        return response;
    }
}
