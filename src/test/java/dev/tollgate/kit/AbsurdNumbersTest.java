package dev.tollgate.kit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

import com.fasterxml.jackson.core.JsonPointer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.budget.Price;
import dev.tollgate.gateway.Plausible;

import static org.assertj.core.api.Assertions.assertThat;

class AbsurdNumbersTest {

    private final Exchange reply = new DefaultExchange(new DefaultCamelContext());

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#texts")
    void aHeaderTellsNoNumberOrOneThatOverflowsNothing(String absurd) {
        reply.getMessage().setHeader("x-left", absurd);
        overflowsNothing(new ReplyValue("x-left", null));
    }

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void aBodyTellsNoNumberOrOneThatOverflowsNothing(String absurd) {
        reply.getMessage().setBody(("{\"left\":" + absurd + "}").getBytes(StandardCharsets.UTF_8));
        overflowsNothing(new ReplyValue(null, JsonPointer.compile("/left")));
    }

    private void overflowsNothing(ReplyValue place) {
        place.in(reply, ReplyValue.body(reply)).ifPresent(text -> {
            assertThat(LimitText.left(text).orElse(0)).isBetween(-Price.MAX, Price.MAX);
            assertThat(LimitText.charged(text).orElse(0)).isBetween(-Price.MAX, Price.MAX);
            assertThat(LimitText.wait(text, Instant.EPOCH).orElse(Duration.ZERO)).isBetween(Duration.ZERO, Plausible.LONGEST_WAIT);
        });
    }

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#texts")
    void noRetryAfterIsLongerThanADay(String absurd) {
        for (String text : new String[] {absurd, "999999999", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
            reply.getMessage().setHeader("Retry-After", text);
            assertThat(Reply.retryAfter(reply, Instant.parse("2026-03-01T12:00:00Z")).orElse(Duration.ZERO))
                    .isBetween(Duration.ZERO, Plausible.LONGEST_WAIT);
        }
    }
}
