package dev.tollgate.door;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.BodiesInMemory;
import dev.tollgate.gateway.CallerGoneException;
import dev.tollgate.upstream.OpenCall;
import dev.tollgate.upstream.UpstreamSteps;

/**
 * Ends a call to an upstream when its caller disconnects before the answer is there: the connection is closed, and the step
 * fails with {@link CallerGoneException}. Stands around every {@code http:} step of every route.
 */
@Component
class CallersOfUpstreams implements CamelContextCustomizer, InterceptStrategy {

    private final CallerWatch callers;

    CallersOfUpstreams(CallerWatch callers) {
        this.callers = callers;
    }

    @Override
    public void configure(CamelContext context) {
        context.getCamelContextExtension().addInterceptStrategy(this);
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode node, Processor target, Processor next) {
        return UpstreamSteps.calls(target, next) || UpstreamSteps.mayCall(target, next) ? new Watched(target) : target;
    }

    private final class Watched extends DelegateAsyncProcessor {

        Watched(Processor call) {
            super(call);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            OpenCall call = OpenCall.open(exchange.getProperty(BodiesInMemory.SHARE, BodiesInMemory.Share.class));
            CallerWatch.Watch watch = callers.watchConnection(exchange, call::breakOff);
            return super.process(exchange, doneSync -> {
                watch.close();
                call.close();
                if (watch.isGone()) {
                    exchange.setException(new CallerGoneException());
                }
                callback.done(doneSync);
            });
        }
    }
}
