package dev.tollgate.spapi.restrictions;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Hands out what is left of a job to several who work on it, each item to one of them at a time. Items that failed come
 * last. In memory only: after a restart what was handed out is what is left. Holds what is out, at most one item for each who
 * works, and the items that failed, at most those of the order.
 */
final class HandOut {

    /** Bound: those who work on one job. */
    private final Set<String> out = new HashSet<>();
    /** Bound: items of one job, at most tollgate.jobs.max-items ASINs. */
    private final Map<String, Integer> failures = new HashMap<>();

    /**
     * The next item; empty when everything that is left is handed out.
     *
     * @param pending what is left, looked through while nothing comes back: else an item might be seen that was finished
     *                meanwhile
     */
    synchronized Optional<String> next(Supplier<? extends Iterable<String>> pending) {
        String next = null;
        int fewest = Integer.MAX_VALUE;
        for (String item : pending.get()) {
            int failed = out.contains(item) ? Integer.MAX_VALUE : failures.getOrDefault(item, 0);
            if (failed < fewest) {
                next = item;
                fewest = failed;
            }
            if (fewest == 0) {
                break;
            }
        }
        if (next != null) {
            out.add(next);
        }
        return Optional.ofNullable(next);
    }

    /** An item is done with, or given back; whoever finished it has written that down before. */
    synchronized void back(String item) {
        out.remove(item);
    }

    /** Failures of all items together. */
    synchronized long failures() {
        return failures.values().stream().mapToLong(Integer::longValue).sum();
    }

    /** Counts a failure of an item that is out; how many there were. */
    synchronized int failed(String item) {
        return failures.merge(item, 1, Integer::sum);
    }
}
