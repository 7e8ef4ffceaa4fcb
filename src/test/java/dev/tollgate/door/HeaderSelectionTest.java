package dev.tollgate.door;

import java.util.List;
import java.util.Map;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.RemoveHeadersProcessor;
import org.apache.camel.support.PatternHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderSelectionTest {

    private static final List<String> NAMES = List.of("", "A", "accept", "Accept", "X-Goog-Upload-Url", "x-goog", "X-Rate.Limit", "X-RateXLimit",
            "CamelHttpPath", "camelhttpquery", "(open", "*", "Straße");

    @ParameterizedTest
    @ValueSource(strings = {"*", "", "accept", "X-Goog-*", "X-Goog-.*", "Accept|X-Rate.Limit|Camel.*", "(open", "(?-i)Accept", ".*e", "straße"})
    void aPatternMeansWhatItMeansToCamel(String pattern) {
        assertThat(NAMES).allMatch(name -> HeaderSelection.names(pattern).test(name) == PatternHelper.matchPattern(name, pattern));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"*; Accept|X-Goog-.*", "*; ", "Camel*; ", "Camel*; camelhttppath", "nothing; "})
    void theSameHeadersStay(String pattern, String kept) throws Exception {
        assertThat(left(pattern, kept, true)).isEqualTo(left(pattern, kept, false));
    }

    @Test
    void itTakesThePlaceOfCamelsStep() {
        RemoveHeadersProcessor step = new RemoveHeadersProcessor("*", null);

        assertThat(new HeaderSelection().wrapProcessorInInterceptors(null, null, step, null)).isNotSameAs(step);
    }

    @Test
    void whatIsNotExcludedGoes() throws Exception {
        assertThat(left("*", "Accept|X-Goog-.*", true)).containsOnlyKeys("Accept", "X-Goog-Upload-Url");
    }

    private static Map<String, Object> left(String pattern, String kept, boolean selected) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            if (selected) {
                new HeaderSelection().configure(context);
            }
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    if (kept == null) {
                        from("direct:in").removeHeaders(pattern);
                    }
                    else {
                        from("direct:in").removeHeaders(pattern, kept);
                    }
                }
            });
            context.start();
            return context.createProducerTemplate().request("direct:in", exchange -> {
                for (String name : List.of("Accept", "X-Goog-Upload-Url", "Cookie", "CamelHttpPath", "CamelHttpQuery")) {
                    exchange.getMessage().setHeader(name, name);
                }
            }).getMessage().getHeaders();
        }
    }
}
