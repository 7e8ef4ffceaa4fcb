package dev.tollgate.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Reserve;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;

/**
 * The two classes of a {@link AdmissionQueue} and what they owe each other. Guarded by the line's lock.
 *
 * <p>Interactive calls go first. While backfill waits, one token in {@link AdmissionQueue#SHARE} that they take is put by, and
 * when the put-by tokens cover the first backfill call it goes next.
 */
final class ClassQueues {

    private final ClassQueue interactive = new ClassQueue();
    private final ClassQueue backfill = new ClassQueue();
    private long putBy;

    ClassQueue of(Admission ticket) {
        return of(ticket.serviceClass());
    }

    ClassQueue of(ServiceClass serviceClass) {
        return serviceClass == ServiceClass.INTERACTIVE ? interactive : backfill;
    }

    int size(ServiceClass serviceClass) {
        return of(serviceClass).size();
    }

    int size() {
        return interactive.size() + backfill.size();
    }

    /** What the first of each class waits on; to be completed after the lock is given back. */
    List<CompletableFuture<Void>> alarms() {
        List<CompletableFuture<Void>> alarms = new ArrayList<>(2);
        for (ClassQueue rank : List.of(interactive, backfill)) {
            Admission first = rank.first();
            if (first != null && !first.first().isDone()) {
                alarms.add(first.first());
            }
        }
        return alarms;
    }

    /** What the ticket asks of the budget: its price, behind everybody who goes before it. */
    Reserve request(Admission ticket, Terms terms, Plan plan) {
        boolean urgent = ticket.serviceClass() == ServiceClass.INTERACTIVE;
        long ahead = of(ticket).ahead(ticket);
        long overtaking = urgent || backfillIsNext(terms, plan) ? 0 : interactive.claimed();
        long keepBack = urgent && !backfill.isEmpty()
                ? Math.min(needed(terms, plan), putBy + ahead / AdmissionQueue.SHARE) : 0;
        return new Reserve(ticket.id(), ticket.price(), ticket.serviceClass(), terms, ahead + overtaking, keepBack);
    }

    /** The ticket leaves the line with its tokens. */
    void passed(Admission ticket, Terms terms, Plan plan) {
        remove(ticket);
        if (ticket.serviceClass() == ServiceClass.BACKFILL) {
            putBy = 0;
        } else if (!backfill.isEmpty()) {
            putBy = Math.min(needed(terms, plan), putBy + ticket.price().expected() * Plan.TOKEN / AdmissionQueue.SHARE);
        }
    }

    /** The ticket leaves the line, if it was in it. */
    void remove(Admission ticket) {
        of(ticket).remove(ticket);
        putBy = backfill.isEmpty() ? 0 : putBy;
    }

    private boolean backfillIsNext(Terms terms, Plan plan) {
        return !backfill.isEmpty() && putBy >= needed(terms, plan);
    }

    private long needed(Terms terms, Plan plan) {
        Admission first = backfill.first();
        return first == null ? 0 : terms.needed(first.price(), plan);
    }
}
