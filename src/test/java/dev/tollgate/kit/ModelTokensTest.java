package dev.tollgate.kit;

import java.nio.charset.StandardCharsets;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a call of a language model is expected to use, by what it sends. */
class ModelTokensTest {

    @ParameterizedTest(name = "{0}: prompt {1}, both {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"max_tokens":500,"messages":[{"content":"eight ch"}]}                 | 2    | 502
            {"max_completion_tokens":7,"messages":[{"content":"nine char"}]}       | 3    | 10
            {"max_output_tokens":7,"input":"four"}                                 | 1    | 8
            {"max_tokens":5,"n":3,"prompt":"four"}                                 | 1    | 16
            {"prompt":"four"}                                                      | 1    | 1001
            {"max_tokens":1,"messages":[{"image":"data:image/png;base64,AAAA"}]}   | 1500 | 1501
            {"max_tokens":-4,"prompt":"four"}                                      | 1    | 1
            {"max_tokens":9223372036854775807,"prompt":"four"}                     | 1    | 1000000000
            not json                                                               | 1    | 1
            []                                                                     | 1    | 1
            """)
    void countsTextAndTheLongestAnswer(String body, long prompt, long both) {
        assertThat(new ModelTokens(true, false).quote(request(body)).bound()).isEqualTo(prompt);
        assertThat(new ModelTokens(true, true).quote(request(body)).bound()).isEqualTo(both);
    }

    private static Exchange request(String body) {
        Exchange request = new DefaultExchange(new DefaultCamelContext());
        request.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
        return request;
    }
}
