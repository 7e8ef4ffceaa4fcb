package dev.tollgate.jobs;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

/** A kind of job: what can be ordered, and how long it takes. Who does the work is a route. */
public interface JobKind {

    /** Of {@link #itemsAPart}: one node at a time works on a job. */
    int WHOLE = Integer.MAX_VALUE;

    /** The last part of the path where it is ordered, and {@code type} in its state: {@code keepa-backfill}. */
    String type();

    /** The API that it spends, as keys name it: who orders needs the right to it beside {@code jobs}. */
    String api();

    /**
     * Whether an order can be done.
     *
     * @param fields of the order, without its items
     * @param items  each once, in order; null when the order has no such list
     * @throws IllegalArgumentException with a sentence for whoever ordered, when it cannot
     */
    void check(JsonNode fields, List<String> items);

    /**
     * What is written down of an order that is taken, beside its items: all that the work needs, with secrets encrypted.
     *
     * @throws IllegalArgumentException with a sentence for whoever ordered, when it cannot be done now
     */
    default JsonNode accept(JsonNode fields, List<String> items) {
        check(fields, items);
        return fields;
    }

    /** What stays written down of an order whose job has ended, without secrets. */
    default JsonNode afterwards(JsonNode fields) {
        return fields;
    }

    /** The seller that an order names, whose data nobody else sees; null for a kind of job that names none. */
    default String seller(JsonNode fields) {
        return null;
    }

    /** How many items of a job a node takes at a time, where several nodes share its jobs. */
    default int itemsAPart() {
        return WHOLE;
    }

    /** Seconds until what is left of a job is done when no other job of its kind and seller is in front, rounded up. */
    long etaSeconds(Job job);

    /** Whether the job that is being worked on is held up, by tokens for example. */
    default boolean isHeldUp() {
        return false;
    }

    /** What a job that is held up waits for and until when, in a sentence. */
    default String waitsFor() {
        return "Waiting for tokens";
    }

    /** The kinds by their names. */
    static Map<String, JobKind> byType(List<JobKind> kinds) {
        return kinds.stream().collect(Collectors.toMap(JobKind::type, Function.identity()));
    }
}
