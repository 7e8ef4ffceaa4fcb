package dev.tollgate.upstream;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.Codings;
import dev.tollgate.StubServer;
import dev.tollgate.logging.Redactor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a route sees of an upstream that does as it likes. */
class ReplyInspectorTest {

    private static final String KEY = "environment-key-0123456789";
    private static final String ISSUED = "xai-" + "unknown0123456789abcdef";

    private record Reply(int status, Map<String, List<String>> headers, byte[] body, int piece) {
    }

    private record Seen(int status, Map<String, String> headers, String body) {
    }

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile Reply reply;
    private final StubServer upstream = new StubServer("upstream", http -> {
        asked.add(String.valueOf(http.getRequestHeaders().getFirst("Accept-Encoding")));
        reply.headers().forEach((name, values) -> http.getResponseHeaders().put(name, values));
        http.sendResponseHeaders(reply.status(), isShort() ? reply.body().length : 0);
        for (int at = 0; at < reply.body().length; at += reply.piece()) {
            http.getResponseBody().write(reply.body(), at, Math.min(reply.piece(), reply.body().length - at));
            http.getResponseBody().flush();
        }
        http.getResponseBody().close();
    });
    private final CloseableHttpClient client = HttpClients.custom().disableContentCompression().disableAutomaticRetries()
            .disableRedirectHandling().disableCookieManagement().addExecInterceptorFirst("inspect", new ReplyInspector(false, !isShort())).build();

    /** Whether replies say how long they are and are held whole, so that they are read at once. */
    boolean isShort() {
        return false;
    }

    @BeforeAll
    static void know() {
        Redactor.register(KEY);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        upstream.close();
    }

    static Stream<Arguments> codings() {
        Map<String, UnaryOperator<byte[]>> codings = new TreeMap<>(Map.of("gzip", Codings::gzip, "x-gzip", Codings::gzip,
                "GZIP", Codings::gzip, "deflate", Codings::deflate, "Deflate", Codings::rawDeflate, "br", Codings::brotli,
                "zstd", Codings::zstd, "gzip, br", body -> Codings.brotli(Codings.gzip(body)),
                "br, identity, deflate", body -> Codings.deflate(Codings.brotli(body))));
        return codings.entrySet().stream().flatMap(coding -> Stream.of(200, 206, 400, 429, 500)
                .flatMap(status -> Stream.of(7, 100_000).map(piece -> Arguments.of(coding.getKey(), coding.getValue(), status, piece))));
    }

    @ParameterizedTest(name = "{0} {2} in pieces of {3}")
    @MethodSource("codings")
    void whateverItsCodingAReplyIsDecodedAndCut(String coding, UnaryOperator<byte[]> coded, int status, int piece) throws IOException {
        reply = new Reply(status, Map.of("Content-Encoding", List.of(coding), "Content-Type", List.of("application/json")),
                coded.apply(("{\"quoted\":\"key=" + KEY + "&n=1\"}").getBytes(UTF_8)), piece);

        Seen seen = ask("gzip, br, zstd");

        assertThat(seen.status()).isEqualTo(status);
        assertThat(seen.body()).isEqualTo("{\"quoted\":\"key=[cut]&n=1\"}");
        assertThat(seen.headers()).doesNotContainKeys("content-encoding", "content-length");
        assertThat(asked).containsExactly("gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"compress", "zstd, compress", "aes128gcm", "gzip, gzip, gzip, gzip", "x"})
    void whatCannotBeReadIsAFailureOfTheUpstream(String coding) {
        reply = new Reply(200, Map.of("Content-Encoding", List.of(coding)), Codings.zstd(KEY.getBytes(UTF_8)), 1000);

        assertThatThrownBy(() -> ask("zstd")).isInstanceOf(UnreadableReplyException.class).hasMessageContaining("ncod")
                .hasMessageNotContaining(KEY);
    }

    @Test
    void whatIsCompressedAndDoesNotSaySoIsNotPassedUnseen() throws IOException {
        byte[] plain = ("{\"key\":\"" + KEY + "\"}").getBytes(UTF_8);
        for (byte[] body : List.of(Codings.gzip(plain), Codings.deflate(plain), Codings.zstd(plain))) {
            reply = new Reply(200, Map.of("Content-Type", List.of("application/json")), body, 1000);
            assertThat(ask(null).body()).isEqualTo("{\"key\":\"[cut]\"}");
        }
    }

    @Test
    void aReplyThatEndsInsideItsCompressedDataIsAFailure() {
        byte[] plain = "{\"products\":[]}".repeat(1000).getBytes(UTF_8);
        Map.of("gzip", Codings.gzip(plain), "deflate", Codings.deflate(plain), "br", Codings.brotli(plain)).forEach((coding, body) -> {
            reply = new Reply(200, Map.of("Content-Encoding", List.of(coding)), Arrays.copyOf(body, body.length / 2), 1000);
            assertThatThrownBy(() -> ask(null)).as(coding).isInstanceOf(IOException.class);
        });
    }

    @Test
    void nothingIsNothingInWhateverCoding() throws IOException {
        for (String coding : List.of("gzip", "br", "deflate")) {
            reply = new Reply(200, Map.of("Content-Encoding", List.of(coding)), new byte[0], 1);
            assertThat(ask(null).body()).isEmpty();
        }
    }

    @Test
    void aRouteThatWantsAStreamPlainAsksForThat() throws IOException {
        reply = new Reply(200, Map.of(), "x".getBytes(UTF_8), 1);

        ask("identity");

        assertThat(asked).containsExactly("identity");
    }

    @Test
    void whatItsIssuerMarkedAsASecretIsCutOutOfErrorsAndStaysInWhatIsDelivered() throws IOException {
        byte[] body = ("{\"text\":\"" + ISSUED + "\"}").getBytes(UTF_8);
        reply = new Reply(200, Map.of(), body, 5);
        assertThat(ask(null).body()).contains(ISSUED);

        reply = new Reply(403, Map.of(), body, 5);
        assertThat(ask(null).body()).isEqualTo("{\"text\":\"[cut]\"}");
    }

    @Test
    void neitherHeadersOfTheGatewayNorOfTheBrowserNorSecretsComeThrough() throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : List.of("Set-Cookie", "Location", "X-Request-Id", "X-Seller-Id", "TollgateTarget", "X-Tollgate-Cache",
                "CamelHttpResponseCode", "camelHttpUri", "Content-Security-Policy", "Refresh", "X-Sandbox", "Server-Timing")) {
            headers.put(name, List.of("1"));
        }
        headers.put("Retry-After", List.of(KEY));
        headers.put("x-amzn-" + KEY, List.of("1"));
        headers.put("X-RateLimit-Limit", List.of("5", ISSUED));
        headers.put("ETag", List.of("e"));
        headers.put("Content-Type", List.of("application/json; of=\"" + KEY + "\""));
        reply = new Reply(429, headers, new byte[0], 1);

        Seen seen = ask(null);

        assertThat(seen.headers()).containsEntry("x-ratelimit-limit", "5").containsEntry("etag", "e")
                .containsEntry("content-type", "application/json");
        assertThat(seen.headers().keySet()).isSubsetOf("x-ratelimit-limit", "etag", "x-upstream-request-id", "content-type", "date", "connection", "transfer-encoding");
    }

    private Seen ask(String acceptEncoding) throws IOException {
        HttpGet request = new HttpGet(upstream.url() + "/");
        if (acceptEncoding != null) {
            request.setHeader("Accept-Encoding", acceptEncoding);
        }
        return client.execute(request, response -> {
            Map<String, String> headers = new TreeMap<>();
            Stream.of(response.getHeaders()).forEach(header -> headers.put(header.getName().toLowerCase(), header.getValue()));
            headers.remove(ReplyHeaders.CODED.toLowerCase());
            return new Seen(response.getCode(), headers, EntityUtils.toString(response.getEntity(), UTF_8));
        });
    }
}
