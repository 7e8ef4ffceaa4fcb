package dev.tollgate.keepa;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EnvelopeTest {

    private static final String REFUSAL = "{\"timestamp\":1594177158252,\"tokensLeft\":0,\"refillIn\":38205,\"refillRate\":20,"
            + "\"tokenFlowReduction\":0,\"tokensConsumed\":0,\"processingTimeInMs\":0}";
    private static final String INVALID_KEY = "{\"error\":{\"details\":\"\",\"message\":\"You used an invalid parameter for "
            + "this API call.\",\"type\":\"invalidParameter\"},\"processingTimeInMs\":0,\"refillIn\":0,\"refillRate\":0,"
            + "\"timestamp\":1790277678673,\"tokenFlowReduction\":0.0,\"tokensConsumed\":0,\"tokensLeft\":0}";

    @Test
    void aRefusalIsRead() {
        assertThat(read(REFUSAL)).contains(new Envelope(1594177158252L, 0, 38205, 20, 0, 0, 0, null));
    }

    @Test
    void zerosOfAnInvalidKeyAreNoReading() {
        Envelope envelope = read(INVALID_KEY).orElseThrow();

        assertThat(envelope.reading()).isEmpty();
        assertThat(envelope.error().type()).isEqualTo("invalidParameter");
        assertThat(envelope.delivered(200)).isFalse();
    }

    @Test
    void compressedOrNotIsTheSame() {
        assertThat(EnvelopeReader.read(Gzip.zipped(REFUSAL.getBytes(StandardCharsets.UTF_8)))).isEqualTo(read(REFUSAL));
    }

    @Test
    void thePayloadInFrontIsSkipped() {
        String body = "{\"products\":[{\"tokensLeft\":-99,\"csv\":[[1,2],null]}],\"refillRate\":5,\"tokensLeft\":59,"
                + "\"timestamp\":7,\"refillIn\":26645,\"tokensConsumed\":1,\"error\":null,\"more\":{\"refillRate\":0}}";

        assertThat(read(body)).contains(new Envelope(7, 59, 26645, 5, 0, 1, 0, null));
    }

    @Test
    void fractionsAreRoundedDownAndTheFlowReductionKeepsThreeDigits() {
        Envelope envelope = read("{\"timestamp\":7,\"tokensLeft\":-0.5,\"refillIn\":1.9,\"refillRate\":5.0,"
                + "\"tokenFlowReduction\":0.9000000000000001}").orElseThrow();

        assertThat(envelope).isEqualTo(new Envelope(7, -1, 1, 5, 900, Envelope.NOT_SAID, 0, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0089PNG\r\n", "<html>502 Bad Gateway</html>", "[]", "null", "42", "{}", "{\"tokensLeft\":0}",
        "{\"timestamp\":1,\"tokensLeft\":0,\"refillRate\":5", "{\"timestamp\":1,\"tokensLeft\":\"0\",\"refillRate\":5}"})
    void whatIsNoEnvelopeHasNone(String body) {
        assertThat(read(body)).isEmpty();
    }

    @Test
    void aBodyThatBreaksOffInsideGzipHasNone() {
        byte[] zipped = Gzip.zipped(REFUSAL.getBytes(StandardCharsets.UTF_8));

        assertThat(EnvelopeReader.read(Arrays.copyOf(zipped, zipped.length / 2))).isEmpty();
    }

    @Test
    void absurdNumbersAreNoReading() {
        Envelope envelope = read("{\"timestamp\":1e999999999,\"tokensLeft\":-1e999999999,\"refillIn\":1e-999999999,"
                + "\"refillRate\":5,\"tokenFlowReduction\":1e999999999}").orElseThrow();

        assertThat(envelope.refillIn()).isZero();
        assertThat(envelope.reading()).isEmpty();
    }

    @Test
    void whatIsWrittenIsWhatKeepaWrites() {
        Envelope envelope = new Envelope(1594177158252L, -231, 38205, 20, 900, 0, 0, null);

        assertThat(new String(EnvelopeWriter.body(envelope, false), StandardCharsets.UTF_8)).isEqualTo(
                "{\"timestamp\":1594177158252,\"tokensLeft\":-231,\"refillIn\":38205,\"refillRate\":20,"
                + "\"tokenFlowReduction\":0.9,\"tokensConsumed\":0,\"processingTimeInMs\":0}");
        assertThat(EnvelopeReader.read(EnvelopeWriter.body(envelope, true))).contains(envelope);
    }

    @Test
    void anErrorIsWrittenAndReadBack() {
        Envelope envelope = new Envelope(1, 1, 1, 1, 0, 0, 0, new KeepaError("a", "b", "c"));

        assertThat(EnvelopeReader.read(EnvelopeWriter.body(envelope, false))).contains(envelope);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"gzip|true", "gzip, deflate, br|true", "deflate, gzip;q=0.5|true", "GZIP|true", "*|true",
        "gzip;q=0|false", "gzip; q=0.000|false", "identity|false", "br|false", "''|false", "|false"})
    void gzipIsSentToWhomAsksForIt(String acceptEncoding, boolean wanted) {
        assertThat(Gzip.wanted(acceptEncoding)).isEqualTo(wanted);
    }

    private static Optional<Envelope> read(String body) {
        return EnvelopeReader.read(body.getBytes(StandardCharsets.ISO_8859_1));
    }
}
