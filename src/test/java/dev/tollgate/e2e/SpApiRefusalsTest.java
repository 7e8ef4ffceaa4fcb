package dev.tollgate.e2e;

import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Whoever refuses a call below {@code /sp-api}, the web server, a filter or a route, does so in Amazon's shape. */
class SpApiRefusalsTest extends KeyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/sp-api/orders/v0/orders";

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("no key", "GET " + PATH, "X-Seller-Id: A1", "", 401, "Unauthorized"),
                arguments("unknown key", "GET " + PATH, "x-amz-access-token: Atza|wrong", "", 401, "Unauthorized"),
                arguments("another API's key", "GET " + PATH, "Authorization: Bearer NARROW", "", 403, "Unauthorized"),
                arguments("no seller", "GET " + PATH, "Authorization: Bearer KEY", "", 503, "ServiceUnavailable"), // there is no credential of Amazon's here
                arguments("dots", "GET /sp-api/orders/%2e%2e/orders", "Authorization: Bearer KEY", "", 400, "InvalidInput"),
                arguments("control character", "GET /sp-api/orders/%0a", "Authorization: Bearer KEY", "", 400, "InvalidInput"),
                arguments("no UTF-8", "GET /sp-api/orders/%ff", "Authorization: Bearer KEY", "", 400, "InvalidInput"),
                arguments("brace", "GET /sp-api/orders/{id}", "Authorization: Bearer KEY", "", 400, "InvalidInput"),
                arguments("backslash", "GET /sp-api/orders/a\\b", "Authorization: Bearer KEY", "", 400, "InvalidInput"),
                arguments("long address", "GET " + PATH + "?x=" + "a".repeat(15_600), "Authorization: Bearer KEY", "", 414, "InvalidInput"),
                arguments("long header", "GET " + PATH, "X-Long: " + "a".repeat(1 << 17), "", 431, "InvalidInput"),
                arguments("many headers", "GET " + PATH, "X-A: b\r\n".repeat(200).strip(), "", 431, "InvalidInput"),
                arguments("Camel's header", "GET " + PATH, "Authorization: Bearer KEY\r\nCamelHttpUri: http://x/", "", 400, "InvalidInput"),
                arguments("unknown coding", "POST " + PATH, "Authorization: Bearer KEY\r\nContent-Encoding: lzma\r\nContent-Length: 2", "{}", 415, "UnsupportedMediaType"),
                arguments("no gzip", "POST " + PATH, "Authorization: Bearer KEY\r\nContent-Encoding: gzip\r\nContent-Length: 2", "{}", 400, "InvalidInput"),
                arguments("large body", "POST " + PATH, "Authorization: Bearer KEY\r\nContent-Length: 99999999999", "{", 413, "RequestTooLarge"),
                arguments("large piece", "POST " + PATH, "Authorization: Bearer KEY\r\nTransfer-Encoding: chunked", "FFFFFFFFF\r\n{", 400, "InvalidInput"),
                arguments("two lengths", "POST " + PATH, "Authorization: Bearer KEY\r\nContent-Length: 2\r\nContent-Length: 3", "{}", 400, "InvalidInput"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void everyRefusalHasAmazonsShape(String what, String line, String headers, String body, int status, String code) throws Exception {
        String filled = headers.replace("KEY", keyFor("\"sp-api\"", null)).replace("NARROW", keyFor("\"status\"", null));
        RawHttp.Reply reply = new RawHttp(port).send(line + " HTTP/1.1\r\nHost: localhost:" + port + "\r\n" + filled + "\r\n\r\n" + body);

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        JsonNode error = JSON.readTree(reply.text().substring(reply.text().indexOf("\r\n\r\n") + 4)).path("errors").path(0);
        assertThat(error.path("code").asText()).as(reply.text()).isEqualTo(code);
        assertThat(error.path("message").asText()).isNotEmpty();
        assertThat(error.has("details")).isTrue();
        assertThat(reply.text().toLowerCase()).contains("content-type: application/json");
    }
}
