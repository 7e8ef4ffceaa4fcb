package dev.tollgate.oauth;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.Codings;
import dev.tollgate.StubServer;
import dev.tollgate.logging.Redactor;
import dev.tollgate.upstream.TestClients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class HttpTokenEndpointTest {

    private static final Duration SHORT = Duration.ofMillis(500);

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private StubServer server;

    @AfterEach
    void stop() {
        over.countDown();
        server.close();
    }

    private TokenEndpoint serving(StubServer.Handler handler) {
        return serving(handler, Duration.ofSeconds(60));
    }

    private TokenEndpoint serving(StubServer.Handler handler, Duration timeout) {
        server = new StubServer("token-endpoint", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().getFirst("User-Agent") + " " + body);
            handler.answer(exchange);
        });
        return new HttpTokenEndpoint(TestClients.usual().tokenClient(), URI.create(server.url() + "/auth/o2/token"), timeout, "Tollgate/1 (Language=Java)");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Test
    void tokensTravelWithTheirBars() throws Exception {
        TokenEndpoint endpoint = serving(exchange -> answer(exchange, 200, "{}"));

        TokenEndpoint.Reply reply = endpoint.post(Map.of("refresh_token", "Atzr|a+b/c=&d"));

        assertThat(reply).isEqualTo(new TokenEndpoint.Reply(200, "{}"));
        assertThat(requests).containsExactly("POST application/x-www-form-urlencoded;charset=UTF-8 Tollgate/1 (Language=Java) "
                + "refresh_token=Atzr%7Ca%2Bb%2Fc%3D%26d");
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 307, 401, 429, 500, 503})
    void nothingIsFollowedOrRepeatedInSecret(int status) throws Exception {
        TokenEndpoint endpoint = serving(exchange -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.getResponseHeaders().add("Retry-After", "0");
            answer(exchange, status, "");
        });

        assertThat(endpoint.post(Map.of("a", "b")).status()).isEqualTo(status);
        assertThat(requests).hasSize(1);
    }

    @Test
    void anAnswerThatDoesNotComeIsGivenUp() {
        TokenEndpoint endpoint = serving(exchange -> over.await(), SHORT);

        assertThatThrownBy(() -> endpoint.post(Map.of("a", "b"))).isInstanceOf(IOException.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void anAnswerThatBeginsAndDoesNotEndIsGivenUp() {
        TokenEndpoint endpoint = serving(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            over.await();
        }, SHORT);

        assertThatThrownBy(() -> endpoint.post(Map.of("a", "b"))).isInstanceOf(IOException.class);
    }

    @Test
    void anAnswerThatDripsIsGivenUp() {
        TokenEndpoint endpoint = serving(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (!over.await(50, TimeUnit.MILLISECONDS)) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            }
        }, SHORT);

        assertThatThrownBy(() -> endpoint.post(Map.of("a", "b"))).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void anEndlessAnswerIsNotReadToItsEnd() {
        TokenEndpoint endpoint = serving(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[8192]);
            }
        });

        assertThatThrownBy(() -> endpoint.post(Map.of("a", "b"))).hasMessageContaining("longer than 65536 bytes");
    }

    static Stream<Arguments> codings() {
        return Stream.of(arguments("gzip", (UnaryOperator<byte[]>) Codings::gzip), arguments("deflate", (UnaryOperator<byte[]>) Codings::deflate),
                arguments("deflate", (UnaryOperator<byte[]>) Codings::rawDeflate), arguments("br", (UnaryOperator<byte[]>) Codings::brotli), arguments("zstd", (UnaryOperator<byte[]>) Codings::zstd),
                arguments("", (UnaryOperator<byte[]>) Codings::gzip), arguments("", UnaryOperator.<byte[]>identity()));
    }

    /** Of zstd the tests can write small blocks only. */
    static Stream<Arguments> bombs() {
        return codings().filter(coding -> !coding.get()[0].equals("zstd"));
    }

    @ParameterizedTest(name = "coding {0}")
    @MethodSource("codings")
    void tokensArriveHoweverTheyAreCompressed(String coding, UnaryOperator<byte[]> coded) throws Exception {
        Redactor.register("Atzr|known-0123456789abcdef", Instant.now().plusSeconds(60));
        String tokens = "{\"access_token\":\"Atza|new-0123456789abcdef\",\"refresh_token\":\"Atzr|known-0123456789abcdef\"}";
        TokenEndpoint endpoint = serving(exchange -> answer(exchange, 200, coding, coded.apply(bytes(tokens))));

        assertThat(endpoint.post(Map.of("a", "b"))).isEqualTo(new TokenEndpoint.Reply(200, tokens));
    }

    @ParameterizedTest(name = "coding {0}")
    @MethodSource("codings")
    void anErrorThatQuotesASecretComesWithoutItHoweverItIsCompressed(String coding, UnaryOperator<byte[]> coded) throws Exception {
        Redactor.register("the-secret-of-this-client");
        String error = "{\"error\":\"invalid_client\",\"error_description\":\"%s is wrong for Atzr|unknown-0123456789abcdef\"}"
                .formatted("the-secret-of-this-client");
        TokenEndpoint endpoint = serving(exchange -> answer(exchange, 401, coding, coded.apply(bytes(error))));

        TokenEndpoint.Reply reply = endpoint.post(Map.of("client_secret", "the-secret-of-this-client"));

        assertThat(reply.body()).contains("invalid_client").doesNotContain("the-secret-of-this-client", "unknown-0123456789abcdef");
    }

    @ParameterizedTest
    @ValueSource(strings = {"compress", "gzip, gzip, gzip, gzip"})
    void anAnswerInACodingThatIsNotReadIsAFailure(String coding) {
        TokenEndpoint endpoint = serving(exchange -> answer(exchange, 200, coding, bytes("{}")));

        assertThatThrownBy(() -> endpoint.post(Map.of("a", "b"))).isInstanceOf(IOException.class);
    }

    @ParameterizedTest(name = "coding {0}")
    @MethodSource("bombs")
    void anAnswerIsBoundedByWhatItComesToNotByWhatIsSent(String coding, UnaryOperator<byte[]> coded) {
        byte[] bomb = coded.apply(new byte[16 << 20]);
        TokenEndpoint endpoint = serving(exchange -> answer(exchange, 200, coding, bomb));

        assertThatThrownBy(() -> endpoint.post(Map.of("a", "b"))).hasMessageContaining("65536 bytes");
    }

    @Test
    void headersWithoutAnEndAreGivenUp() {
        TokenEndpoint endpoint = serving(exchange -> {
            exchange.getResponseHeaders().add("X-Long", "a".repeat(70_000));
            answer(exchange, 200, "{}");
        });

        assertThatThrownBy(() -> endpoint.post(Map.of("a", "b"))).isInstanceOf(IOException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String coding, byte[] body) throws IOException {
        if (!coding.isEmpty()) {
            exchange.getResponseHeaders().add("Content-Encoding", coding);
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Test
    void aBrokenConnectionIsAnErrorAndNotRepeated() {
        TokenEndpoint endpoint = serving(HttpExchange::close);

        assertThatThrownBy(() -> endpoint.post(Map.of("a", "b"))).isInstanceOf(IOException.class);
        assertThat(requests).hasSize(1);
    }
}
