package dev.tollgate.jobs;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Hands out what is left of a job to several who work on it, each item to one of them at a time. Items that failed come
 * last. In memory only: after a restart what was handed out is what is left.
 */
final class HandOut {

    private final Set<String> out = new HashSet<>();
    private final Map<String, Integer> failures = new HashMap<>();

    /**
     * The next item; empty when everything that is left is handed out.
     *
     * @param pending what is left, asked while nothing comes back: else an item might be seen that was finished meanwhile
     */
    synchronized Optional<String> next(Supplier<List<String>> pending) {
        Optional<String> next = pending.get().stream().filter(item -> !out.contains(item))
                .min(Comparator.comparingInt(item -> failures.getOrDefault(item, 0)));
        next.ifPresent(out::add);
        return next;
    }

    /** An item is done with, or given back; whoever finished it has written that down before. */
    synchronized void back(String item) {
        out.remove(item);
    }

    /** Counts a failure of an item that is out; how many there were. */
    synchronized int failed(String item) {
        return failures.merge(item, 1, Integer::sum);
    }
}
