package dev.tollgate.kit;

import org.apache.camel.Exchange;

/** Finds who pays, by rules of an API's own; a bean for {@code account} of a {@code budget-action}. */
@FunctionalInterface
public interface PayerSource {

    /** @throws dev.tollgate.gateway.Refusal when nobody does */
    Payer payer(Exchange request);
}
