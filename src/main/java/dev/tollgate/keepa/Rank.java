package dev.tollgate.keepa;

import dev.tollgate.budget.Plan;
import java.util.TreeMap;

/** The callers of one class in order of arrival, and what all of them together wait for. Guarded by the line's lock. */
final class Rank {

    private final TreeMap<Long, Ticket> tickets = new TreeMap<>();
    private long claimed;

    /**
     * Adds a ticket at its place of arrival, which is near the front for one that was there before. Whoever is behind
     * afterwards, that ticket or the former first, has to be woken again later.
     */
    void add(Ticket ticket) {
        Ticket former = first();
        if (tickets.put(ticket.place(), ticket) == null) {
            claimed += claim(ticket);
        }
        Ticket behind = first() == ticket ? former : ticket;
        if (behind != null) {
            behind.notFirstAnyMore();
        }
    }

    void remove(Ticket ticket) {
        if (tickets.remove(ticket.place()) != null) {
            claimed -= claim(ticket);
        }
    }

    Ticket first() {
        return tickets.isEmpty() ? null : tickets.firstEntry().getValue();
    }

    boolean isEmpty() {
        return tickets.isEmpty();
    }

    int size() {
        return tickets.size();
    }

    /** Milli-tokens that those wait for who came before it; whoever arrives now has the whole rank in front. */
    long ahead(Ticket ticket) {
        if (ticket == first()) {
            return 0; // it asks again and again, the others hardly ever
        }
        return isEmpty() || ticket.place() > tickets.lastKey() ? claimed
                : tickets.headMap(ticket.place()).values().stream().mapToLong(Rank::claim).sum();
    }

    long claimed() {
        return claimed;
    }

    /** Never 0, so that nobody passes even a caller whose call is free. */
    private static long claim(Ticket ticket) {
        return Math.max(1, ticket.price().expected() * Plan.TOKEN);
    }
}
