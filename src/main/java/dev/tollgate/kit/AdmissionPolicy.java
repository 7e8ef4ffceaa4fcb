package dev.tollgate.kit;

import java.util.concurrent.Executor;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

import dev.tollgate.gateway.Caller;

/**
 * Stands between the delayer of a {@link TokenBucketPolicy} and the steps inside: reserves the tokens against the state of
 * this moment, and lets the steps run when they are there. Otherwise the call goes back to the head of the queue.
 */
public final class AdmissionPolicy implements Policy {

    private final Executor threads;

    /** @param kit whose threads go on with a call that the delayer's thread brings where the door has none */
    public AdmissionPolicy(Kit kit) {
        this.threads = kit.threads().executor();
    }

    @Override
    public void beforeWrap(Route route, NamedNode node) {
        // nothing to prepare
    }

    @Override
    public Processor wrap(Route route, Processor inside) {
        return new DelegateAsyncProcessor(inside) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                BucketVisit visit = exchange.getProperty(BucketVisit.PROPERTY, BucketVisit.class);
                if (visit.call().isWaiting() && Caller.of(exchange).isGone()) {
                    visit.bucket().queue().leave(visit.call()); // nothing leaves for somebody who is gone
                }
                if (!visit.bucket().queue().admit(visit.call()).admitted()) {
                    callback.done(true);
                    return true;
                }
                visit.leaves();
                if (!Waker.isCurrent()) {
                    return super.process(exchange, callback);
                }
                Caller.waitLong(exchange).orElse(threads).execute(() -> super.process(exchange, doneSync -> callback.done(false)));
                return false;
            }
        };
    }
}
