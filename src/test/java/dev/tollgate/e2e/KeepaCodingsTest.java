package dev.tollgate.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tollgate.Codings;
import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.Wire.Reply;
import dev.tollgate.keepa.Envelope;
import dev.tollgate.keepa.EnvelopeReader;
import dev.tollgate.keepa.Gzip;
import dev.tollgate.sandbox.SimulatedReply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Whatever coding Keepa's replies come in and callers ask for, the meter is read, and callers get what they can read. */
class KeepaCodingsTest extends KeepaTest {

    private static final List<String> ASKED = List.of("", "gzip", "identity", "br", "zstd", "gzip, deflate, br, zstd", "*", "deflate", "gzip;q=0");

    enum Coding {

        GZIP("gzip", Codings::gzip),
        DEFLATE("deflate", Codings::deflate),
        RAW_DEFLATE("deflate", Codings::rawDeflate),
        BR("br", Codings::brotli),
        ZSTD("zstd", Codings::zstd),
        IDENTITY("identity", plain -> plain),
        NONE(null, plain -> plain),
        GZIP_UNSAID(null, Codings::gzip),
        ZSTD_UNSAID(null, Codings::zstd);

        private final String name;
        private final UnaryOperator<byte[]> coded;

        Coding(String name, UnaryOperator<byte[]> coded) {
            this.name = name;
            this.coded = coded;
        }

        SimulatedReply of(int status, String type, byte[] plain) {
            Map<String, String> headers = new HashMap<>(Map.of("Content-Type", type));
            if (name != null) {
                headers.put("Content-Encoding", name);
            }
            return new SimulatedReply(status, headers, coded.apply(plain));
        }
    }

    /** Each call goes to an upstream that answers by its own number: in every coding by turns. */
    @Test
    void ofTwoHundredMixedCallsNoneIsRefusedUpstreamAndTheBalanceIsTheMeter() throws Exception {
        keepa(60);
        AtomicInteger number = new AtomicInteger();
        stub.reset(call -> {
            Coding coding = Coding.values()[number.getAndIncrement() % Coding.values().length];
            SimulatedReply reply = call.query().contains("domain=99") ? new SimulatedReply(400, Map.of("Content-Type", "application/json"), wrong())
                    : keepa.reply(call.method(), call.path(), call.query(), call.body(), false);
            return coding.of(reply.status(), reply.headers().get("Content-Type"), reply.body());
        });
        List<Callable<Reply>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String accepted = ASKED.get(i % ASKED.size());
            String target = i % 10 == 3 ? "/keepa/product?domain=99&asin=B1" : i % 10 == 7 ? "/keepa/graphimage?asin=B1"
                    : "/keepa/product?domain=1&asin=" + IntStream.rangeClosed(0, i % 6).mapToObj("B%09d"::formatted).collect(Collectors.joining(","));
            calls.add(() -> accepted.isEmpty() ? Wire.get(port, target) : Wire.get(port, target, "Accept-Encoding: " + accepted));
        }
        List<Reply> replies = Crowd.of(8, n -> () -> IntStream.range(0, 25).mapToObj(i -> called(calls.get(n * 25 + i))).toList())
                .stream().flatMap(List::stream).toList();

        assertThat(keepa.refused()).as("429 upstream").isZero();
        assertThat(number.get()).as("each call once").isEqualTo(200);
        for (int i = 0; i < 200; i++) {
            Reply reply = replies.get(i);
            String accepted = ASKED.get(i % ASKED.size());
            byte[] plain = plain(reply, accepted);
            assertThat(reply.headers().toString() + new String(plain, UTF_8)).doesNotContain(KEY);
            if (i % 10 == 7) {
                assertThat(plain).startsWith(0x89, 'P', 'N', 'G');
            } else if (i % 10 == 3) {
                assertThat(reply.status()).isEqualTo(400);
                assertThat(new String(plain, UTF_8)).contains("key=[cut]");
            } else {
                assertThat(reply.status()).isEqualTo(200);
                assertThat(EnvelopeReader.read(plain)).isPresent();
            }
        }
        await().untilAsserted(() -> assertThat(balance.token().tokensLeft()).isEqualTo(keepa.token().tokensLeft()));
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void aRefusalInWhateverCodingIsReadAndWaitedOut(Coding coding) {
        standingKeepa(500);
        keepa.drift(-600); // somebody else has spent it
        stub.reset(call -> {
            SimulatedReply reply = keepa.reply(call.method(), call.path(), call.query(), call.body(), false);
            return coding.of(reply.status(), "application/json", reply.body());
        });
        List<Reply> replies = new ArrayList<>();
        Thread caller = new Thread(() -> replies.add(Wire.get(port, "/keepa/product?asin=B1", "Accept-Encoding: br, zstd")));
        caller.start();
        await().until(() -> keepa.refused() == 1 && balance.queue().waiting() == 1);
        assertThat(balance.token().tokensLeft()).as("what the refusal told").isEqualTo(-100);

        refill(20);
        await().until(() -> !replies.isEmpty());

        assertThat(replies.get(0).status()).isEqualTo(200);
        assertThat(plain(replies.get(0), "br, zstd")).startsWith('{');
        assertThat(keepa.refused()).isEqualTo(1);
        assertThat(balance.token().tokensLeft()).isEqualTo(keepa.token().tokensLeft());
    }

    private static byte[] wrong() {
        Envelope zeros = new Envelope(clock.millis(), 0, 0, 0, 0, 0, 0, null);
        assertThat(zeros.reading()).isEmpty();
        return ("{\"timestamp\":" + clock.millis() + ",\"tokensLeft\":0,\"refillIn\":0,\"refillRate\":0,\"tokensConsumed\":0,"
                + "\"error\":{\"type\":\"invalidParameter\",\"message\":\"GET /product?key=" + KEY + "\",\"details\":\"\"}}").getBytes(UTF_8);
    }

    /** As a client reads it that can no more than it says. */
    private static byte[] plain(Reply reply, String accepted) {
        String coding = reply.header("Content-Encoding");
        if (coding == null) {
            return reply.body();
        }
        assertThat(coding).isEqualTo("gzip");
        assertThat(Gzip.wanted(accepted)).as("asked for: " + accepted).isTrue();
        try {
            return Gzip.plain(reply.body());
        }
        catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply called(Callable<Reply> call) {
        try {
            return call.call();
        }
        catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
