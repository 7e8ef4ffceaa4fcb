package dev.tollgate.gemini;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.LongStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.gateway.Plausible;

import static org.assertj.core.api.Assertions.assertThat;

class AbsurdCountsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void noFigureOfAReplyIsNegativeOrMoreThanACallCanUse(String absurd) throws IOException {
        for (String field : new String[] {"promptTokenCount", "toolUsePromptTokenCount", "candidatesTokenCount",
            "thoughtsTokenCount", "totalTokenCount"}) {
            inBounds(read("{\"" + field + "\":" + absurd + "}"));
            inBounds(read("{\"promptTokenCount\":8,\"candidatesTokenCount\":4,\"" + field + "\":" + absurd + "}"));
        }
        inBounds(read(("{\"promptTokenCount\":%1$s,\"candidatesTokenCount\":%1$s,\"thoughtsTokenCount\":%1$s,\"totalTokenCount\":%1$s,"
                + "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":%1$s},{\"modality\":\"TEXT\",\"tokenCount\":%1$s}]}")
                .formatted(absurd)));
    }

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void anAbsurdTotalIsNotedAndTheSumOfItsPartsCounts(String absurd) throws IOException {
        TokenUsage usage = read("{\"promptTokenCount\":800,\"candidatesTokenCount\":40,\"totalTokenCount\":" + absurd + "}");
        assertThat(usage.total()).isEqualTo(840);
        assertThat(usage.odd()).startsWith("totalTokenCount=").hasSizeLessThan(80);
    }

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#texts")
    void noWaitIsLongerThanADay(String absurd) {
        assertThat(FailureReader.seconds(absurd).orElse(Duration.ZERO)).isBetween(Duration.ZERO, Plausible.LONGEST_WAIT);
        assertThat(FailureReader.seconds(absurd + "s").orElse(Duration.ZERO)).isBetween(Duration.ZERO, Plausible.LONGEST_WAIT);
    }

    private static void inBounds(TokenUsage usage) {
        assertThat(LongStream.of(usage.input(), usage.output(), usage.textPrompt(), usage.imagePrompt(), usage.textCandidates(),
                usage.total())).allMatch(count -> count >= 0 && count <= Plausible.MOST_TOKENS);
        assertThat(usage.isNone()).as("never dropped").isFalse();
    }

    private static TokenUsage read(String usage) throws IOException {
        return TokenUsage.of(JSON.readTree(usage));
    }
}
