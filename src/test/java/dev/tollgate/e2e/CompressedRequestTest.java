package dev.tollgate.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.airlift.compress.zstd.ZstdOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.Codings;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests that come compressed, as Codex sends its own, are the plain ones to everybody behind the door. */
class CompressedRequestTest extends XaiGatewayTest {

    private static final String CHAT = "/xai/v1/chat/completions";
    private static final String ASK = "{\"model\":\"grok-4\",\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9llo\"}]}";

    static Stream<Arguments> codings() {
        Map<String, UnaryOperator<byte[]>> codings = new TreeMap<>(Map.of("gzip", Codings::gzip, "x-gzip", Codings::gzip,
                "GZIP", Codings::gzip, "deflate", Codings::deflate, "Deflate", Codings::rawDeflate, "br", Codings::brotli,
                "zstd", CompressedRequestTest::zstd, "identity", body -> body, "gzip, zstd", body -> zstd(Codings.gzip(body))));
        return codings.entrySet().stream().map(coding -> Arguments.of(coding.getKey(), coding.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("codings")
    void areTaken(String coding, UnaryOperator<byte[]> coded) {
        assertThat(send(CHAT, coding, coded.apply(ASK.getBytes(StandardCharsets.UTF_8))).status()).isEqualTo(200);
        assertThat(xai.calls().get(0).body()).isEqualTo(ASK.getBytes(StandardCharsets.UTF_8));
        assertThat(xai.calls().get(0).headers().toLowerCase()).doesNotContain("content-encoding");
        String question = "{\"title\":\"Compressed " + coding + "\",\"category\":\"c\",\"price\":1}";
        assertThat(send("/judge", coding, coded.apply(question.getBytes(StandardCharsets.UTF_8))).json().path("source").asText())
                .isEqualTo("api");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("codings")
    void areBoundedByWhatTheyComeTo(String coding, UnaryOperator<byte[]> coded) {
        if (coding.equals("identity")) {
            return;
        }
        byte[] bomb = new byte[(32 << 20) + 1];
        Arrays.fill(bomb, (byte) ' ');
        Answer answer = send(CHAT, coding, coded.apply(bomb));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("code").asText()).isEqualTo("invalid-argument");
        assertThat(send("/judge", coding, coded.apply(new byte[70_000])).status()).isEqualTo(413);
        assertThat(xai.hits()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("codings")
    void thatAreDamagedAreRefused(String coding, UnaryOperator<byte[]> coded) {
        if (coding.equals("identity")) {
            return;
        }
        byte[] whole = coded.apply(ASK.repeat(100).getBytes(StandardCharsets.UTF_8));
        for (byte[] damaged : new byte[][] {Arrays.copyOf(whole, whole.length / 2), "not at all".getBytes()}) {
            Answer answer = send(CHAT, coding, damaged);
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.json().path("error").asText()).contains("Content-Encoding");
        }
        assertThat(xai.hits()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"compress", "x", "gzip, aes128gcm", "gzip, gzip, gzip, gzip"})
    void inOtherCodingsAreRefusedByTheirNames(String coding) {
        Answer answer = send(CHAT, coding, ASK.getBytes());
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.json().path("error").asText()).contains("gzip, deflate, br or zstd");
        assertThat(answer.header("X-Should-Retry")).isEqualTo("false");
        assertThat(xai.hits()).isZero();
    }

    private Answer send(String path, String coding, byte[] body) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Content-Type", "application/json")
                .header("Content-Encoding", coding).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static byte[] zstd(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
            zstd.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
