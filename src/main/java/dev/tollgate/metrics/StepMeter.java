package dev.tollgate.metrics;

import dev.tollgate.gateway.Denied;
import dev.tollgate.gateway.Refusal;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Stands around every step of every route: times those that reach an upstream or wait, counts those that refuse. */
final class StepMeter implements InterceptStrategy {

    private final CallMeters meters;

    StepMeter(CallMeters meters) {
        this.meters = meters;
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode node, Processor target, Processor next) {
        RouteDefinition route = ProcessorDefinitionHelper.getRoute((ProcessorDefinition<?>) node);
        String api = route == null || route.getGroup() == null ? "other" : route.getGroup();
        return new Step(api, node.getId(), target);
    }

    private final class Step extends DelegateAsyncProcessor {

        private final String api;
        private final String id;
        private final boolean reaches;
        private final boolean waits;

        Step(String api, String id, Processor target) {
            super(target);
            this.api = api;
            this.id = id;
            this.reaches = id.endsWith("-http");
            this.waits = id.endsWith("-wait") || id.endsWith("-in-line") || id.endsWith("-pace");
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
            if (reaches) {
                meters.called(api, status(exchange), nanos, CallTimes.of(exchange));
            }
            else if (waits) {
                CallTimes.of(exchange).waited(nanos);
            }
            boolean says = id.endsWith("-deny") || isDenial(exchange.getException());
            if (says && CallTimes.of(exchange).deny()) {
                meters.denied(api, id);
            }
        }
    }

    static boolean isDenial(Throwable thrown) {
        return thrown instanceof Refusal || thrown instanceof Denied || thrown instanceof CallNotPermittedException;
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
