package dev.tollgate.kit;

import org.apache.camel.Exchange;

import dev.tollgate.budget.Plan;

/** Knows how the buckets of a {@code token-bucket-action} fill, for an API that publishes a rate for each of its operations. */
public interface RateSource {

    /** How the bucket of a call fills until a reply says otherwise. */
    Plan plan(Exchange call);

    /**
     * How it fills from a reply on that refused nothing.
     *
     * @param known how it filled until now, which is the answer where the reply says nothing
     */
    Plan told(Exchange reply, Plan known);
}
