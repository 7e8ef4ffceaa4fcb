package dev.tollgate.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A kind of job: what can be ordered, and how long it takes. Who does the work is a route. */
public interface JobKind {

    /** The last part of the path where it is ordered, and {@code type} in its state: {@code keepa-backfill}. */
    String type();

    /**
     * What an order asks for, each item once, in order.
     *
     * @throws IllegalArgumentException with a sentence for whoever ordered, when it cannot be done
     */
    List<String> items(JsonNode order);

    /**
     * What is written down of an order that is taken: all that {@link #items} and the work need, with secrets encrypted.
     *
     * @throws IllegalArgumentException with a sentence for whoever ordered, when it cannot be done now
     */
    default JsonNode accept(JsonNode order) {
        return order;
    }

    /** What stays written down of an order whose job has ended: all that {@link #items} needs, without secrets. */
    default JsonNode afterwards(JsonNode order) {
        return order;
    }

    /** The seller that an order names, whose data nobody else sees; null for a kind of job that names none. */
    default String seller(JsonNode order) {
        return null;
    }

    /** Seconds until what is left of a job is done when no other job of its kind and seller is in front, rounded up. */
    long etaSeconds(Job job);

    /** Whether the job that is being worked on is held up, by tokens for example. */
    default boolean isHeldUp() {
        return false;
    }
}
