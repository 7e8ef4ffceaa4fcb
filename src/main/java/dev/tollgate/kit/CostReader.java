package dev.tollgate.kit;

import org.apache.camel.Exchange;

/** Reads what calls cost, by rules of an API's own; a bean for {@code usage} of a {@code budget-action}. */
@FunctionalInterface
public interface CostReader {

    /** Begins with a call that is about to leave. */
    CallCost begin(Exchange request);
}
