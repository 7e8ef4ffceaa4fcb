package dev.tollgate.e2e;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.e2e.KeepaStub.Call;
import dev.tollgate.e2e.Wire.Reply;
import dev.tollgate.keepa.Envelope;
import dev.tollgate.keepa.Gzip;
import dev.tollgate.sandbox.SimulatedReply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Requests and replies of existing clients, byte for byte but for the key. */
class KeepaDropInTest extends KeepaTest {

    static Stream<Arguments> targets() {
        String asins = IntStream.range(0, 100).mapToObj(i -> "B%09d".formatted(i)).collect(Collectors.joining(","));
        return Stream.of(
                Arguments.of("/product?key=MINE&domain=1&asin=B1", "/product?key=OURS&domain=1&asin=B1"),
                Arguments.of("/product/?key=MINE&domain=1&asin=B1", "/product/?key=OURS&domain=1&asin=B1"),
                Arguments.of("/product?domain=1&asin=B1&key=MINE", "/product?domain=1&asin=B1&key=OURS"),
                Arguments.of("/product?domain=1&key=MINE&asin=B1", "/product?domain=1&key=OURS&asin=B1"),
                Arguments.of("/product?key=MINE&asin=B1&", "/product?key=OURS&asin=B1&"),
                Arguments.of("/product?key=MINE&", "/product?key=OURS&"),
                Arguments.of("/product?key=MINE&&asin=B1&&", "/product?key=OURS&&asin=B1&&"),
                Arguments.of("/product?key=ONE&asin=B1&key=TWO&k%65y=THREE", "/product?key=OURS&asin=B1"),
                Arguments.of("/product?k%65y=MINE&asin=B1", "/product?key=OURS&asin=B1"),
                Arguments.of("/product?key&asin=B1", "/product?key=OURS&asin=B1"),
                Arguments.of("/product?asin=B1", "/product?key=OURS&asin=B1"),
                Arguments.of("/product", "/product?key=OURS"),
                Arguments.of("/product/", "/product/?key=OURS"),
                Arguments.of("/product?key=MINE&asin=B2,B1,B2,B2", "/product?key=OURS&asin=B2,B1,B2,B2"),
                Arguments.of("/product?key=MINE&asin=B1&asin=B2", "/product?key=OURS&asin=B1&asin=B2"),
                Arguments.of("/product?key=MINE&asin=B1%2CB2&monkey=1&KEY=x", "/product?key=OURS&asin=B1%2CB2&monkey=1&KEY=x"),
                Arguments.of("/search/?key=MINE&term=50%25+off%20%C3%A9~*'()!&x=%zz%", "/search/?key=OURS&term=50%25+off%20%C3%A9~*'()!&x=%zz%"),
                Arguments.of("/deal?key=MINE&selection={\"page\":0,\"x\":[1|2]}", "/deal?key=OURS&selection={\"page\":0,\"x\":[1|2]}"),
                Arguments.of("/deal?key=MINE&selection=%7B%22page%22%3A0%7D", "/deal?key=OURS&selection=%7B%22page%22%3A0%7D"),
                Arguments.of("/query/?domain=1&key=MINE&selection=%7b%7d&=empty&a=&b", "/query/?domain=1&key=OURS&selection=%7b%7d&=empty&a=&b"),
                Arguments.of("/product?key=MINE&offers=20&asin=" + asins, "/product?key=OURS&offers=20&asin=" + asins),
                Arguments.of("/query?key=MINE&selection=" + "%5B0%5D".repeat(2000), "/query?key=OURS&selection=" + "%5B0%5D".repeat(2000)),
                Arguments.of("/bestsellers?key=MINE&domain=1&category=1", "/bestsellers?key=OURS&domain=1&category=1"),
                Arguments.of("/seller?key=MINE&seller=A1&storefront=1", "/seller?key=OURS&seller=A1&storefront=1"),
                Arguments.of("/category?key=MINE&category=0", "/category?key=OURS&category=0"),
                Arguments.of("/topseller?key=MINE", "/topseller?key=OURS"),
                Arguments.of("/lightningdeal?key=MINE&asin=B1", "/lightningdeal?key=OURS&asin=B1"),
                Arguments.of("/tracking?key=MINE&type=list&asins-only=1", "/tracking?key=OURS&type=list&asins-only=1"));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void pathAndQueryPassButForTheKey(String sent, String arrives) {
        Reply reply = Wire.get(port, "/keepa" + sent, "Accept-Encoding: gzip");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(stub.calls()).extracting(Call::target).containsExactly(arrives.replace("OURS", KEY));
        assertThat(stub.calls().get(0).headers().toString()).doesNotContain(KEY).doesNotContain("MINE");
    }

    static Stream<Arguments> replies() throws Exception {
        byte[] json = """
                { "timestamp":1, "tokensLeft" : 5,"refillRate":0,\n "products":[{"n":1.10,"t":"\\u00e9\u00e9"}] }""".getBytes(UTF_8);
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(json);
        }
        byte[] png = new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 1, 2, (byte) 0xff};
        return Stream.of(
                Arguments.of("plain", 200, json, Map.of("Content-Type", "application/json;charset=UTF-8")),
                Arguments.of("gzip", 200, zipped.toByteArray(), Map.of("Content-Type", "application/json;charset=UTF-8",
                        "Content-Encoding", "gzip")),
                Arguments.of("picture", 200, png, Map.of("Content-Type", "image/png")),
                Arguments.of("nothing", 200, new byte[0], Map.of("Content-Type", "application/json")),
                Arguments.of("html", 404, "<html>".getBytes(UTF_8), Map.of("Content-Type", "text/html")),
                Arguments.of("bad key", 400, zipped.toByteArray(), Map.of("Content-Type", "application/json",
                        "Content-Encoding", "gzip")),
                Arguments.of("not paid", 402, json, Map.of("Content-Type", "application/json")),
                Arguments.of("not found", 404, json, Map.of("Content-Type", "application/json")),
                Arguments.of("out of range", 405, json, Map.of("Content-Type", "application/json")),
                Arguments.of("its own trouble", 500, json, Map.of("Content-Type", "application/json")),
                Arguments.of("overloaded", 503, json, Map.of("Content-Type", "application/json", "Retry-After", "3")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replies")
    void repliesPassAsTheyCame(String name, int status, byte[] body, Map<String, String> headers) {
        stub.reset(call -> new SimulatedReply(status, headers, body));

        Reply reply = Wire.get(port, "/keepa/product?asin=B1", "Accept-Encoding: gzip");

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body()).isEqualTo(body);
        headers.forEach((header, value) -> assertThat(reply.header(header)).isEqualTo(value));
        assertThat(reply.header("Content-Encoding")).isEqualTo(headers.get("Content-Encoding"));
        assertThat(stub.calls()).as("never repeated").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorThatQuotesTheRequestDoesNotTellOurKey(boolean gzip) {
        byte[] plain = ("{\"error\":\"GET /product?key=" + KEY + "\"}").getBytes(UTF_8);
        stub.reset(call -> new SimulatedReply(400, gzip ? Map.of("Content-Encoding", "gzip") : Map.of(),
                gzip ? Gzip.zipped(plain) : plain));

        Reply reply = Wire.get(port, "/keepa/product?asin=B1", "Accept-Encoding: gzip");

        assertThat(reply.body()).isEqualTo(gzip ? Gzip.zipped("{\"error\":\"GET /product?key=[cut]\"}".getBytes(UTF_8))
                : "{\"error\":\"GET /product?key=[cut]\"}".getBytes(UTF_8));
    }

    @Test
    void bodiesOfAPostPassAsTheyAre() {
        byte[] selection = "{ \"page\": 0,\r\n\t\"titleSearch\" : \"\u00e9 %20 &key=1\" }".getBytes(UTF_8);

        Reply reply = Wire.send(port, "POST", "/keepa/deal?key=MINE", selection,
                "Content-Type: application/json; charset=UTF-8", "Accept-Encoding: gzip");

        assertThat(reply.status()).isEqualTo(200);
        Call call = stub.calls().get(0);
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.target()).isEqualTo("/deal?key=" + KEY);
        assertThat(call.body()).isEqualTo(selection);
        assertThat(call.headers().get("content-type")).isEqualToIgnoringCase("application/json; charset=UTF-8");
    }

    @Test
    void aPictureIsServedAndCharged() {
        Reply reply = Wire.get(port, "/keepa/graphimage?key=MINE&asin=B1&domain=1");

        assertThat(reply.header("Content-Type")).isEqualTo("image/png");
        assertThat(reply.body()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(keepa.charged()).isEqualTo(1);
    }

    @Test
    void aCallerWithoutGzipGetsPlainText() {
        Reply reply = Wire.get(port, "/keepa/product?asin=B1");

        assertThat(stub.calls().get(0).headers()).as("what can be read here").containsEntry("accept-encoding", "gzip");
        assertThat(reply.header("Content-Encoding")).isNull();
        assertThat(new String(reply.body(), UTF_8)).startsWith("{\"products\"");
    }

    @Test
    void nothingOfTheCallerLeavesButTheRequest() {
        Wire.get(port, "/keepa/product?asin=B1", "Authorization: Bearer caller-secret", "Cookie: a=caller-cookie",
                "X-Custom: caller-custom", "TollgateTarget: /elsewhere", "CamelHttpUri: http://127.0.0.1:1/",
                "User-Agent: KEEPA-JAVA Framework-1", "Accept: */*");

        Call call = stub.calls().get(0);
        assertThat(call.target()).isEqualTo("/product?key=" + KEY + "&asin=B1");
        assertThat(call.headers().toString()).doesNotContain("caller-").doesNotContainIgnoringCase("target");
        assertThat(call.headers()).containsEntry("user-agent", "KEEPA-JAVA Framework-1").containsEntry("accept", "*/*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/keepa/token", "/keepa/token/", "/keepa/token?key=MINE&", "/keepa/token/?key=MINE"})
    void theBalanceIsToldWithoutAskingKeepa(String target) {
        long asked = stub.tokenCalls();
        Reply reply = Wire.get(port, target, "Accept-Encoding: gzip");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Encoding")).isEqualTo("gzip");
        Envelope balance = reply.envelope();
        assertThat(balance.tokensLeft()).isGreaterThanOrEqualTo(1000);
        assertThat(balance.refillRate()).isEqualTo(RATE);
        assertThat(balance.refillIn()).isBetween(0, 100);
        assertThat(stub.tokenCalls()).isEqualTo(asked);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(Arguments.of("GET", "/keepa/finder?key=MINE", 404, "notFound"),
                Arguments.of("GET", "/keepa", 404, "notFound"), Arguments.of("GET", "/keepa/", 404, "notFound"),
                Arguments.of("GET", "/keepa/product/B1", 404, "notFound"),
                Arguments.of("GET", "/keepa/product//", 404, "notFound"),
                Arguments.of("GET", "/keepa/PRODUCT", 404, "notFound"),
                Arguments.of("PUT", "/keepa/product", 405, "methodNotAllowed"),
                Arguments.of("DELETE", "/keepa/tracking", 405, "methodNotAllowed"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatKeepaDoesNotServeIsNeverForwarded(String method, String target, int status, String type) {
        for (String gzip : new String[] {"gzip", "identity"}) {
            Reply reply = Wire.send(port, method, target, null, "Accept-Encoding: " + gzip);

            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.header("Content-Encoding")).isEqualTo(gzip.equals("gzip") ? "gzip" : null);
            assertThat(reply.envelope().error().type()).isEqualTo(type);
            assertThat(reply.envelope().refillRate()).isPositive();
        }
        assertThat(stub.calls()).isEmpty();
    }

    @Test
    void aTimeoutIsNotRepeatedAndItsTokensStayReserved() {
        CountDownLatch never = new CountDownLatch(1);
        stub.reset(call -> {
            never.await();
            return null;
        });
        long before = balance.state().available();

        Reply reply = Wire.get(port, "/keepa/bestsellers?category=1", "Accept-Encoding: gzip");

        assertThat(reply.status()).as("no client repeats a 500").isEqualTo(500);
        assertThat(reply.envelope().error().message()).contains("may have charged");
        assertThat(stub.calls()).hasSize(1);
        assertThat(balance.state().balance() - balance.state().available()).isEqualTo(50_000);
        assertThat(before).isPositive();
        never.countDown();
    }

    @Test
    void halfAReplyIsNotRepeatedEither() {
        stub.reset(call -> null);

        assertThat(Wire.get(port, "/keepa/product?asin=B1").status()).isEqualTo(500);
        assertThat(stub.calls()).hasSize(1);
        assertThat(balance.state().awaitsReply()).as("given up, not awaited").isFalse();
    }
}
