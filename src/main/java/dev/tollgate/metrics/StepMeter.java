package dev.tollgate.metrics;

import java.util.regex.Pattern;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.DelayDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RemovePropertyDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SetBodyDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SetPropertyDefinition;
import org.apache.camel.model.SetVariableDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.upstream.UpstreamSteps;

/** Stands around the steps of every route: times those that reach an upstream or wait, counts those that refuse. */
final class StepMeter implements InterceptStrategy {

    private static final Pattern MEASURED = Pattern.compile(".*-(?:http|wait|in-line|pace|deny)");

    private final CallMeters meters;

    StepMeter(CallMeters meters) {
        this.meters = meters;
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode node, Processor target, Processor next) {
        if (neitherWaitsNorRefuses(node)) {
            return target;
        }
        RouteDefinition route = ProcessorDefinitionHelper.getRoute((ProcessorDefinition<?>) node);
        boolean holdsBack = node instanceof DelayDefinition || node instanceof ThrottleDefinition;
        return new Step(route == null ? null : route.getGroup(), node.getId(), UpstreamSteps.calls(target, next), holdsBack, target);
    }

    /** What only puts something into the message or takes it out; what a bean says may be a refusal. */
    private static boolean neitherWaitsNorRefuses(NamedNode node) {
        boolean takesOut = node instanceof RemoveHeaderDefinition || node instanceof RemoveHeadersDefinition
                || node instanceof RemovePropertyDefinition;
        boolean putsIn = node instanceof SetHeadersDefinition headers && headers.getHeaders().stream().allMatch(StepMeter::isFixed)
                || node instanceof ExpressionNode one && (node instanceof SetHeaderDefinition || node instanceof SetBodyDefinition
                        || node instanceof SetPropertyDefinition || node instanceof SetVariableDefinition) && isFixed(one);
        return (takesOut || putsIn) && !MEASURED.matcher(String.valueOf(node.getId())).matches();
    }

    private static boolean isFixed(ExpressionNode step) {
        ExpressionDefinition says = step.getExpression();
        return says instanceof ConstantExpression || says instanceof SimpleExpression && says.getExpression() != null
                && !says.getExpression().contains("bean:") && !says.getExpression().contains("ref:");
    }

    private final class Step extends DelegateAsyncProcessor {

        private final @Nullable String api;
        private final String id;
        private final boolean reaches;
        private final boolean waits;

        /** @param api the group of the step's route; null where the exchange has to say whose request it is */
        Step(@Nullable String api, String id, boolean calls, boolean holdsBack, Processor target) {
            super(target);
            this.api = api;
            this.id = id;
            this.reaches = calls || id.endsWith("-http");
            this.waits = holdsBack || id.endsWith("-wait") || id.endsWith("-in-line") || id.endsWith("-pace");
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            long from = reaches || waits ? System.nanoTime() : 0;
            return super.process(exchange, doneSync -> {
                done(exchange, from == 0 ? 0 : System.nanoTime() - from);
                callback.done(doneSync);
            });
        }

        private void done(Exchange exchange, long nanos) {
            if (!reaches && !waits && exchange.getException() == null && !id.endsWith("-deny")) {
                return;
            }
            CallTimes times = CallTimes.of(exchange);
            String whose = api == null ? times.api(exchange) : api;
            if (reaches) {
                meters.called(whose, status(exchange), nanos, times);
            }
            else if (waits) {
                times.waited(nanos);
            }
            boolean says = id.endsWith("-deny") || isDenial(exchange.getException());
            if (says && times.deny()) {
                meters.denied(whose, id);
            }
        }
    }

    static boolean isDenial(Throwable thrown) {
        return thrown instanceof Refusal || thrown instanceof CallNotPermittedException;
    }

    /** Some routes receive the answer into the variable {@code answer}, so that it does not replace their message. */
    static String status(Exchange exchange) {
        Object status = exchange.getVariable("header:answer." + Exchange.HTTP_RESPONSE_CODE);
        if (status == null) {
            status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE);
        }
        return exchange.getException() != null || status == null ? "none" : status.toString();
    }
}
