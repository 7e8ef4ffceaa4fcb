package dev.tollgate.keepa;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

class AbsurdNumbersTest {

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void noFigureOfAnEnvelopeLeavesItsBounds(String absurd) {
        for (String field : new String[] {"timestamp", "tokensLeft", "refillIn", "refillRate", "tokenFlowReduction",
            "tokensConsumed", "processingTimeInMs"}) {
            String body = ("{\"timestamp\":1790277678673,\"tokensLeft\":100,\"refillIn\":60000,\"refillRate\":20,"
                    + "\"tokenFlowReduction\":0.0,\"tokensConsumed\":3,\"processingTimeInMs\":5,\"" + field + "\":" + absurd + "}");
            EnvelopeReader.read(body.getBytes(StandardCharsets.UTF_8)).ifPresent(envelope -> {
                assertThat(envelope.tokensConsumed()).as(field).isLessThanOrEqualTo(Envelope.MOST_CONSUMED);
                assertThatNoException().isThrownBy(envelope::reading);
                envelope.reading().ifPresent(reading -> {
                    assertThat(reading.refillIn()).as("a refill that is never due").isBetween(0L, 3_600_000L);
                    assertThat(reading.timestamp()).as("a reading beside which all others are old")
                            .isBetween(1L, 4_102_444_800_000L);
                });
            });
        }
    }
}
