package dev.tollgate.kit;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a route file may say of replies, against one whose status is 403, with Retry-After, and a body that says why. */
class ReplyConditionTest {

    private final Exchange reply = new DefaultExchange(new DefaultCamelContext());

    @ParameterizedTest(name = "{0} holds: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            403                                                    | true
            429                                                    | false
            429,403                                                | true
            403+header:Retry-After                                 | true
            403+header:x-remaining                                 | false
            429+header:retry-after                                 | false
            header:Retry-After=60                                  | true
            header:Retry-After=6                                   | false
            header:Retry-After!=60                                 | false
            header:Retry-After!=61                                 | true
            header:X-Remaining!=0                                  | true
            body:/error/code=THROTTLED                             | true
            body:/error/code=throttled                             | true
            body:/error/code!=insufficient_quota                   | true
            body:/error/code                                       | true
            body:/error/type                                       | false
            body:/message=*secondary rate limit*                   | true
            body:/message=You have*                                | true
            body:/message=*wait.                                   | true
            body:/message=secondary                                | false
            body:/message=*primary*                                | false
            body:/message=*                                        | true
            429+header:retry-after,403+body:/error/code=THROTTLED  | true
            body:/a=b                                              | false
            """)
    void saysOfAReply(String condition, boolean holds) {
        reply.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 403);
        reply.getMessage().setHeader("Retry-After", "60");
        reply.getMessage().setBody("""
                {"message":"You have exceeded a secondary rate limit. Please wait.","error":{"code":"Throttled"}}"""
                .getBytes(StandardCharsets.UTF_8));

        assertThat(read(condition).holds(reply, ReplyValue.body(reply))).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4x9", "999", "status=429", "header:", "=0", "!=0", "header", "body:message=x", "429+"})
    void aMistakeNamesThePropertyAndTheRemedy(String wrong) {
        assertThatThrownBy(() -> read(wrong)).hasMessageContaining("refusedWhen").hasMessageContaining("429,403+header:x-remaining=0");
    }

    private static ReplyCondition read(String text) {
        return ReplyCondition.read(new KameletParameters(Map.of("refusedWhen", text)), "refusedWhen");
    }
}
