package dev.tollgate.kit;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** A policy that does something before the steps inside and something with what they ended with. */
public interface AroundPolicy extends Policy {

    /** @throws Exception what the call ends with in place of the steps inside */
    void before(Exchange exchange) throws Exception;

    /**
     * Called when the steps inside have ended, with the reply in the message or the failure in {@link Exchange#getException()}.
     *
     * @throws Exception what the call ends with instead
     */
    void after(Exchange exchange) throws Exception;

    @Override
    default void beforeWrap(Route route, NamedNode node) {
        // nothing to prepare
    }

    @Override
    default Processor wrap(Route route, Processor inside) {
        return new DelegateAsyncProcessor(inside) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                try {
                    before(exchange);
                }
                catch (Exception refused) {
                    exchange.setException(refused);
                    callback.done(true);
                    return true;
                }
                return super.process(exchange, doneSync -> {
                    try {
                        after(exchange);
                    }
                    catch (Exception instead) {
                        exchange.setException(instead);
                    }
                    callback.done(doneSync);
                });
            }
        };
    }
}
