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

    /** Seconds until what is left of a job is done when nothing else is in front, rounded up. */
    long etaSeconds(Job job);

    /** Whether the job that is being worked on is held up, by tokens for example. */
    boolean isHeldUp();
}
