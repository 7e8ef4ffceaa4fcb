package dev.tollgate.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import dev.tollgate.jobs.JobJournal.Entry;
import dev.tollgate.jobs.JobJournal.Totals;

/**
 * Which items are finished, and results that are in memory because nothing has taken them yet. Its methods may be called by
 * several threads. Holds a few bits an item.
 */
abstract class JobProgress {

    private final AsinList items;
    private final BitSet done = new BitSet();
    private final BitSet failed = new BitSet();
    private final BitSet held = new BitSet();
    /** Bound: the results of one batch of one job. */
    private final List<Entry> inHand = new ArrayList<>();
    private long inHandTokens;

    JobProgress(AsinList items) {
        this.items = items;
    }

    /**
     * Writes results down. When it returns they are finished for ever.
     *
     * @param entries in order; may be none
     * @param spent   what they cost, whole tokens
     * @throws IOException when they are not taken; they are then kept for {@link #writeHeld}
     */
    abstract void write(List<Entry> entries, long spent) throws IOException;

    /**
     * Writes a batch down. When it returns, the batch is finished for ever. Items that are finished already, or are none of
     * this order, are left out together with their lines.
     *
     * @param batch in order
     * @param spent what the batch cost, whole tokens
     * @throws IOException when it is not taken; the batch is then held in memory for {@link #writeHeld}
     */
    public synchronized void append(List<Entry> batch, long spent) throws IOException {
        for (Entry entry : batch) {
            int item = items.indexOf(entry.item());
            if (item >= 0 && !isTaken(item)) {
                held.set(item);
                inHand.add(entry);
            }
        }
        inHandTokens += spent;
        writeHeld();
    }

    /**
     * Tries again to write what was not taken.
     *
     * @throws IOException when it still is not; nothing is lost
     */
    public synchronized void writeHeld() throws IOException {
        write(inHand, inHandTokens);
        inHand.forEach(entry -> finished(items.indexOf(entry.item()), entry.done()));
        held.clear();
        inHand.clear();
        inHandTokens = 0;
    }

    /** Counts an item as finished. */
    final synchronized void finished(int item, boolean well) {
        (well ? done : failed).set(item);
    }

    /** Whether something paid for is in memory only. */
    public synchronized boolean isHolding() {
        return !inHand.isEmpty();
    }

    /** Items whose results are in memory only. */
    public synchronized int holding() {
        return inHand.size();
    }

    /** The place of the first item from there on that is neither finished nor in hand; -1: there is none. */
    public synchronized int nextPending(int from) {
        int item = from;
        while (item < items.size() && isTaken(item)) {
            item++;
        }
        return item < items.size() ? item : -1;
    }

    /** How many items are neither finished nor in hand. */
    public synchronized int left() {
        return items.size() - finished() - held.cardinality();
    }

    /** Whether every item is finished. */
    public synchronized boolean isComplete() {
        return finished() >= items.size();
    }

    /** How many items are finished. */
    final synchronized int finished() {
        return done.cardinality() + failed.cardinality();
    }

    /** How far it is, with what it cost. */
    final synchronized Totals totals(long tokens) {
        return new Totals(done.cardinality(), failed.cardinality(), tokens);
    }

    private boolean isTaken(int item) {
        return done.get(item) || failed.get(item) || held.get(item);
    }
}
