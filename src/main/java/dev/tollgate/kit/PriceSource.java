package dev.tollgate.kit;

import org.apache.camel.Exchange;

import dev.tollgate.queue.Quote;

/** Says what a call will probably cost, before it leaves; for an API whose prices are a list of their own. */
@FunctionalInterface
public interface PriceSource {

    /** @throws dev.tollgate.gateway.Refusal 400 for a request that has no price */
    Quote quote(Exchange request);
}
