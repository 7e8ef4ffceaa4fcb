package dev.tollgate.keepa;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.tollgate.budget.Plan;

/**
 * What to ask Keepa for next, so that one bad ASIN costs no more than itself: a batch that Keepa refuses is halved until the bad
 * ones are alone. A batch that Keepa fails at goes behind all others: when these succeed it is the batch, which is halved as well,
 * and when they do not it is Keepa, for which the job waits.
 *
 * <p>In memory only: after a restart the batches are made anew, and no refusal was paid. Holds the items of batches that were
 * refused or failed, at most those of the order.
 */
final class BackfillBatches {

    /** How often a batch is asked for that Keepa failed at, before it is halved or, alone, given up while Keepa serves others. */
    static final int TRIES = 2;

    /** How often one ASIN is asked for whatever happens: at five minutes each, for eight hours. */
    static final int MOST_TRIES = 100;

    /** What follows from a failure of Keepa's. */
    enum Verdict {
        GO_ON, WAIT, GIVE_UP
    }

    private final BackfillOrder order;
    private final BatchPlanner planner;
    /** Bound: the halves of one batch, of 100 ASINs at most. */
    private final Deque<Batch> first = new ArrayDeque<>();
    /** Bound: tollgate.jobs.max-items, as the order has them. */
    private final Deque<Batch> last = new ArrayDeque<>();
    /** Bound: tollgate.jobs.max-items, as the order has them. */
    private final Set<String> aside = new HashSet<>();
    private long heardAtFailure = -1;

    BackfillBatches(BackfillOrder order, BatchPlanner planner) {
        this.order = order;
        this.planner = planner;
    }

    BackfillOrder order() {
        return order;
    }

    /**
     * ASINs that are asked for at once.
     *
     * @param tries  how often Keepa failed at them
     * @param heard  when Keepa had been heard last as it failed at them; negative when it never did
     */
    record Batch(List<String> asins, int tries, long heard) {

        Batch(List<String> asins) {
            this(asins, 0, -1);
        }

        boolean isAlone() {
            return asins.size() == 1;
        }
    }

    /**
     * The next batch.
     *
     * @param pending what is left, in order; looked through as far as is needed
     * @return null when nothing is left
     */
    synchronized Batch next(Iterable<String> pending, Plan plan) {
        Batch next = first.poll();
        if (next == null) {
            List<String> fresh = fresh(pending);
            if (!fresh.isEmpty()) {
                return new Batch(planner.next(order, fresh, plan));
            }
            next = last.poll();
        }
        if (next == null) {
            return null;
        }
        next.asins().forEach(aside::remove);
        List<String> asins = planner.next(order, next.asins(), plan);
        put(first, next, next.asins().subList(asins.size(), next.asins().size()));
        return new Batch(asins, next.tries(), next.heard());
    }

    private List<String> fresh(Iterable<String> pending) {
        List<String> fresh = new ArrayList<>();
        for (String item : pending) {
            if (!aside.contains(item)) {
                fresh.add(item);
            }
            if (fresh.size() == BatchPlanner.MOST) {
                break;
            }
        }
        return fresh;
    }

    /** Keepa refused these: they come next, in halves. An ASIN that is alone is not for here. */
    synchronized void refused(List<String> asins) {
        int half = (asins.size() + 1) / 2;
        put(first, new Batch(asins), asins.subList(half, asins.size()));
        put(first, new Batch(asins), asins.subList(0, half));
    }

    /** It comes next. */
    synchronized void again(Batch batch) {
        put(first, batch, batch.asins());
    }

    /**
     * Keepa failed at it.
     *
     * @param heard when Keepa told its meter last, this failure included; epoch milliseconds
     */
    synchronized Verdict failed(Batch batch, long heard) {
        boolean servesOthers = batch.heard() >= 0 && heard > batch.heard();
        Batch failed = new Batch(batch.asins(), batch.tries() + 1, heard);
        if (batch.isAlone() && (servesOthers && failed.tries() >= TRIES || failed.tries() >= MOST_TRIES)) {
            return Verdict.GIVE_UP;
        }
        if (!batch.isAlone() && (servesOthers || failed.tries() >= TRIES)) {
            int half = (batch.asins().size() + 1) / 2;
            Batch halves = new Batch(batch.asins(), 0, heard);
            put(last, halves, batch.asins().subList(0, half));
            put(last, halves, batch.asins().subList(half, batch.asins().size()));
        } else {
            put(last, failed, batch.asins());
        }
        boolean again = heardAtFailure == heard; // nothing came between two failures
        heardAtFailure = heard;
        return again ? Verdict.WAIT : Verdict.GO_ON;
    }

    private void put(Deque<Batch> where, Batch like, List<String> asins) {
        if (asins.isEmpty()) {
            return;
        }
        Batch batch = new Batch(List.copyOf(asins), like.tries(), like.heard());
        aside.addAll(batch.asins());
        if (where == first) {
            where.addFirst(batch);
        } else {
            where.addLast(batch);
        }
    }
}
