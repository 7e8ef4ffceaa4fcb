package dev.tollgate.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.gateway.PathSpellings;

import static org.assertj.core.api.Assertions.assertThat;

/** Spellings of protected paths on the wire, each from an address of its own: none is a way around what guards the path. */
@TestPropertySource(properties = "tollgate.keys.failures=2")
class OnePathOverHttpTest extends KeyTest {

    private static final String TOKEN = "/auth/o2/token";
    private static final String WRONG = "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"wrong\"}";
    private static final AtomicInteger ADDRESS = new AtomicInteger(256);

    @Test
    void wrongKeysCountAtTheTokenEndpointHoweverItsPathIsWritten() throws IOException {
        List<String> ways = new ArrayList<>(List.of(TOKEN, "/auth/o2/%74oken", "/auth/o2/%74%6F%6b%65n", "/auth/o2/token;a=1",
                "/auth;x/o2;y=z/token;", "/%61uth/%6f2/%74oken;a=%20", "http://127.0.0.1:" + port + TOKEN,
                "http://127.0.0.1:" + port + "/auth/o2/%74oken;a", TOKEN + "?x=%74oken"));
        Stream.iterate(1L, seed -> seed + 1).limit(150).map(seed -> PathSpellings.of(TOKEN, seed)).forEach(ways::add);
        int counted = 0;
        for (String way : ways) {
            InetAddress from = nextAddress();
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(send(from, "POST", way, null, WRONG));
            }
            boolean looked = answers.stream().anyMatch(answer -> answer.contains("invalid_grant"));
            if (looked) {
                counted++;
                assertThat(answers.get(2)).as(way).startsWith("HTTP/1.1 429");
                assertThat(send(from, "POST", TOKEN, null, WRONG)).as(way).startsWith("HTTP/1.1 429");
            }
            else {
                assertThat(answers).as(way).allMatch(answer -> status(answer) >= 400 && status(answer) < 500);
            }
        }
        assertThat(counted).as("ways in which the path itself can be written").isGreaterThanOrEqualTo(9);
    }

    @Test
    void noSpellingOpensAPathToAKeyThatMayNotUseIt() throws IOException {
        String narrow = keyFor("\"status\"", null);
        for (String path : List.of("/admin/keys", "/actuator/prometheus", "/extract", "/keepa/product", "/sp-api/x", "/jobs")) {
            for (long seed = 1; seed <= 60; seed++) {
                String way = PathSpellings.of(path, seed);
                if (way.contains("?")) {
                    continue; // another path, with a query
                }
                String answer = send(nextAddress(), "GET", way, narrow, "");
                assertThat(Set.of(400, 402, 403, 404, 405)).as(way + "\n" + answer).contains(status(answer));
            }
        }
        assertThat(gemini.hits()).isZero();
    }

    @Test
    void anEncodedSlashIsPartOfASellersSkuAndOfNothingElse() throws IOException {
        String key = keyFor("\"sp-api\"", null);
        assertThat(send(nextAddress(), "GET", "/sp-api/listings/2021-08-01/items/A1/SKU%2F1", key, ""))
                .startsWith("HTTP/1.1 503").contains("LWA_CLIENT_ID");
        for (String way : List.of("/sp-api%2Fx", "/sp-api/a/..%2F..%2Fadmin", "/keepa/a%2Fb", "/sp-api/%2e%2e%2fadmin/keys")) {
            assertThat(send(nextAddress(), "GET", way, key, "")).as(way).startsWith("HTTP/1.1 400");
        }
    }

    private static InetAddress nextAddress() throws IOException {
        int number = ADDRESS.getAndIncrement();
        return InetAddress.getByAddress(new byte[] {127, 1, (byte) (number >> 8), (byte) number});
    }

    private static int status(String answer) {
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    private String send(InetAddress from, String method, String target, String key, String body) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write((method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"
                    + (key == null ? "" : "Authorization: Bearer " + key + "\r\n") + "Connection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
