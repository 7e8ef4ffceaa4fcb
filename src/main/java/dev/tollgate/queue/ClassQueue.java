package dev.tollgate.queue;

import java.util.List;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;

/** The callers of one class in order of arrival, and what all of them together wait for. Guarded by the line's lock. */
final class ClassQueue {

    /** Bound: callers who wait, at most the queue's most waiting; numbers only. */
    private final TreeMap<Long, Admission> tickets = new TreeMap<>();
    private long claimed;

    /**
     * Adds a ticket at its place of arrival, which is near the front for one that was there before. Whoever is behind
     * afterwards, that ticket or the former first, has to be woken again later.
     */
    void add(Admission ticket) {
        Admission former = first();
        if (tickets.put(ticket.place(), ticket) == null) {
            claimed += claim(ticket);
        }
        Admission behind = first() == ticket ? former : ticket;
        if (behind != null) {
            behind.notFirstAnyMore();
        }
    }

    void remove(Admission ticket) {
        if (tickets.remove(ticket.place()) != null) {
            claimed -= claim(ticket);
        }
    }

    @Nullable Admission first() {
        return tickets.isEmpty() ? null : tickets.firstEntry().getValue();
    }

    boolean isEmpty() {
        return tickets.isEmpty();
    }

    int size() {
        return tickets.size();
    }

    /** Milli-tokens that those wait for who came before it; whoever arrives now has the whole rank in front. */
    long ahead(Admission ticket) {
        if (ticket == first()) {
            return 0; // it asks again and again, the others hardly ever
        }
        return isEmpty() || ticket.place() > tickets.lastKey() ? claimed
                : tickets.headMap(ticket.place()).values().stream().mapToLong(ClassQueue::claim).sum();
    }

    long claimed() {
        return claimed;
    }

    /** The first of them, in order. */
    List<Admission> first(int most) {
        return tickets.values().stream().limit(most).toList();
    }

    private static long claim(Admission ticket) {
        return claim(ticket.price());
    }

    /** Never 0, so that nobody passes even a caller whose call is free. */
    static long claim(Price price) {
        return Math.max(1, price.expected() * Plan.TOKEN);
    }
}
