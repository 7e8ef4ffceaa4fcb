package dev.tollgate.xai;

import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.stream.LongStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.gateway.Plausible;

import static org.assertj.core.api.Assertions.assertThat;

class AbsurdCountsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void noFigureOfAReplyIsNegativeOrMoreThanACallCanUse(String absurd) throws IOException {
        for (String field : new String[] {"prompt_tokens", "completion_tokens", "total_tokens", "input_tokens"}) {
            inBounds(read("{\"" + field + "\":" + absurd + "}"));
        }
        inBounds(read(("{\"prompt_tokens\":%1$s,\"completion_tokens\":%1$s,\"total_tokens\":%1$s,\"cost_in_usd_ticks\":%1$s,"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":%1$s}}").formatted(absurd)));
        inBounds(read(("{\"input_tokens\":%1$s,\"output_tokens\":%1$s,\"total_tokens\":%1$s,"
                + "\"output_tokens_details\":{\"reasoning_tokens\":%1$s}}").formatted(absurd)));
    }

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void anAbsurdTotalIsNotedAndTheSumOfItsPartsCounts(String absurd) throws IOException {
        Usage usage = read("{\"prompt_tokens\":197,\"completion_tokens\":3,\"total_tokens\":" + absurd + "}");
        assertThat(usage.totalTokens()).isEqualTo(200);
        assertThat(usage.odd()).isNotNull();
    }

    @Test
    void theDaysCostCannotOverflow() {
        DayTally tally = new DayTally(Clock.systemUTC(), ZoneOffset.UTC);
        tally.paid(Long.MAX_VALUE);
        tally.paid(Long.MAX_VALUE);
        tally.learned(Long.MAX_VALUE);
        tally.learned(1);
        assertThat(tally.now().costInUsdTicks()).isEqualTo(Long.MAX_VALUE);
        assertThat(tally.now().learned()).isEqualTo(Long.MAX_VALUE);
    }

    private static void inBounds(Usage usage) {
        assertThat(LongStream.of(usage.inputTokens(), usage.outputTokens(), usage.completionTokens(), usage.cachedTokens(), usage.reasoningTokens(), usage.totalTokens()))
                .allMatch(count -> count >= 0 && count <= Plausible.MOST_TOKENS);
        assertThat(usage.costInUsdTicks().orElse(0)).isBetween(0L, Plausible.MOST_TICKS);
        assertThat(usage).as("never dropped").isNotEqualTo(Usage.NONE);
    }

    private static Usage read(String usage) throws IOException {
        return Usage.of(JSON.readTree(usage));
    }
}
