package dev.tollgate.kit;

import java.util.OptionalLong;

import org.apache.camel.Exchange;

import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.Settlement;
import dev.tollgate.queue.Admission;

/** Reads in a reply what a call has cost and what is left; for an API that tells it in a way of its own. */
@FunctionalInterface
public interface ReplyMeter {

    /**
     * What a reply tells.
     *
     * @param event what it means for the bucket: {@code Refuse} when the upstream refused the call for want of tokens
     * @param charged whole tokens that the call has cost, or needs where it was refused, for an estimate that learns; empty
     *                where nothing is to be learned
     */
    record Told(BucketEvent<Settlement> event, OptionalLong charged) {
    }

    /** @param reply the exchange with the reply in its message, whose body must be left readable */
    Told read(Exchange reply, Admission call);
}
