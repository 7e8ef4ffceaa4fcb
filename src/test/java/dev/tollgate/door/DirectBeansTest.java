package dev.tollgate.door;

import java.io.IOException;

import org.apache.camel.Exchange;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.BeanDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A bean step does what Camel's own does, whether its method is called directly or by Camel. */
class DirectBeansTest {

    /** As many shapes of methods as routes have. */
    static final class Steps {

        public void ofExchange(Exchange exchange) {
            exchange.getMessage().setBody("changed");
        }

        public void fails(Exchange exchange) throws IOException {
            throw new IOException("by " + exchange.getMessage().getBody());
        }

        public void breaks(Exchange exchange) {
            throw new StackOverflowError("by " + exchange.getMessage().getBody());
        }

        public String returns(Exchange exchange) {
            return "answer to " + exchange.getMessage().getBody();
        }

        public String ofBody(String body) {
            return body + body;
        }

        public void twice(Exchange exchange) {
            exchange.getMessage().setBody("exchange");
        }

        public void twice(String body) {
            throw new IllegalStateException(body);
        }

        @Override
        public String toString() {
            return "steps";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ofExchange", "fails", "breaks", "returns", "ofBody", "twice", "twice(*)", "missing"})
    void aStepDoesWhatCamelsDoes(String method) throws Exception {
        assertThat(outcome(method, true)).isEqualTo(outcome(method, false));
    }

    @Test
    void aMethodOfTheExchangeIsCalledDirectly() throws IOException {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("steps", new Steps());
            assertThat(isDirect(context, "ofExchange")).isTrue();
            assertThat(isDirect(context, "returns")).isFalse();
            assertThat(isDirect(context, "twice")).isFalse();
        }
    }

    private static boolean isDirect(DefaultCamelContext context, String method) {
        BeanDefinition step = new BeanDefinition();
        step.setRef("steps");
        step.setMethod(method);
        return new DirectBeans().wrapProcessorInInterceptors(context, step, exchange -> { }, null).getClass().getSimpleName().equals("Call");
    }

    /** The body, or what the step ended with, or why there is no such route. */
    private static String outcome(String method, boolean direct) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            if (direct) {
                new DirectBeans().configure(context);
            }
            context.getRegistry().bind("steps", new Steps());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    BeanDefinition step = new BeanDefinition();
                    step.setRef("steps");
                    step.setMethod(method);
                    from("direct:in").routeId("steps").addOutput(step);
                }
            });
            context.start();
            Exchange exchange = context.createProducerTemplate().send("direct:in", sent -> sent.getMessage().setBody("text"));
            return exchange.getException() == null ? exchange.getMessage().getBody(String.class)
                    : exchange.getException().getClass() + " " + exchange.getException().getMessage() + " " + exchange.getException().getCause();
        } catch (FailedToCreateRouteException refused) {
            return refused.getMessage();
        }
    }
}
