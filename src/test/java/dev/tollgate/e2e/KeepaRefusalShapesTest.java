package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.keepa.Gzip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** Whatever is refused below {@code /keepa}, before any route or in one, is an envelope that Keepa's own clients can unzip and read. */
class KeepaRefusalShapesTest extends KeepaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REQUEST = "%s HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\n";

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("too long an address", 400, "GET /keepa/product?asin=" + "B".repeat(15_600), ""),
                Arguments.of("an address longer than all headers may be", 400, "GET /keepa/product?asin=" + "B".repeat(20_000), ""),
                Arguments.of("a path that is not ASCII", 400, "GET /keepa/pr\u00f6duct", ""),
                Arguments.of("a query that is not ASCII", 400, "GET /keepa/search?term=\u00e9", ""),
                Arguments.of("a blank in the query", 400, "GET /keepa/search?term=a b", ""),
                Arguments.of("no percent-encoding", 400, "GET /keepa/%zz", ""),
                Arguments.of("a backslash", 400, "GET /keepa/a\\b", ""),
                Arguments.of("an encoded slash", 400, "GET /keepa/a%2fb", ""),
                Arguments.of("dots", 400, "GET /keepa/../admin", ""),
                Arguments.of("too many headers", 400, "GET /keepa/product", "X-A: b\r\n".repeat(150)),
                Arguments.of("too long a header", 400, "GET /keepa/product", "X-A: " + "b".repeat(20_000) + "\r\n"),
                Arguments.of("a header without a name", 400, "GET /keepa/product", ": x\r\n"),
                Arguments.of("a body in a coding that nobody knows", 400, "POST /keepa/deal", "Content-Encoding: x\r\nContent-Length: 1\r\n"),
                Arguments.of("two lengths", 400, "POST /keepa/deal", "Content-Length: 1\r\nContent-Length: 2\r\n"),
                Arguments.of("too long a body", 400, "POST /keepa/deal", "Content-Length: 100000000\r\n"),
                Arguments.of("another method", 405, "PUT /keepa/product", "Content-Length: 0\r\n"),
                Arguments.of("another method that there is none of", 405, "BREW /keepa/product", ""),
                Arguments.of("no endpoint of Keepa's", 404, "GET /keepa/nothing", ""),
                Arguments.of("a page of another site", 402, "GET /keepa/product", "Origin: http://example.com\r\nSec-Fetch-Site: cross-site\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aRefusalIsAnEnvelope(String name, int status, String line, String headers) throws IOException {
        Map.Entry<String, byte[]> answer = send(REQUEST.formatted(line, port, "Accept-Encoding: gzip\r\nUser-Agent: KEEPA-JAVA Framework-1\r\n" + headers));

        assertThat(answer.getKey()).startsWith("HTTP/1.1 ").containsIgnoringCase("x-request-id: ").containsIgnoringCase("content-encoding: gzip");
        int got = Integer.parseInt(answer.getKey().split(" ")[1]);
        JsonNode envelope = JSON.readTree(Gzip.plain(answer.getValue()));
        assertThat(envelope.fieldNames()).toIterable().as(envelope.toString())
                .contains("timestamp", "tokensLeft", "refillIn", "refillRate", "tokenFlowReduction", "tokensConsumed", "processingTimeInMs", "error");
        assertThat(envelope.at("/error/message").asText()).isNotBlank();
        assertThat(got).as("a status that Keepa's clients know").isEqualTo(status);
        assertThat(stub.calls()).isEmpty();
    }

    @Test
    void whoDoesNotAskForGzipGetsPlainText() throws IOException {
        Map.Entry<String, byte[]> answer = send(REQUEST.formatted("GET /keepa/%zz", port, ""));

        assertThat(JSON.readTree(answer.getValue()).path("error").path("type").asText()).isEqualTo("invalidParameter");
    }

    private Map.Entry<String, byte[]> send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            try {
                socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            }
            catch (SocketException closed) {
                // it may have answered before all was sent
            }
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                assertThat(c).as("an answer, after: %s", head).isNotNegative();
                head.append((char) c);
            }
            int length = Stream.of(head.toString().split("\r\n")).filter(each -> each.toLowerCase().startsWith("content-length:"))
                    .mapToInt(each -> Integer.parseInt(each.substring(15).strip())).findFirst().orElse(0);
            return Map.entry(head.toString(), in.readNBytes(length));
        }
    }
}
