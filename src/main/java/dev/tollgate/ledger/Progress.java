package dev.tollgate.ledger;

import java.util.BitSet;

/**
 * How far a file of the spool was brought to the database. Everything before {@link #tried} was offered once; of that, what is
 * not done waits for a later pass. A restart may forget it, since a record that is written twice counts once.
 */
final class Progress {

    /**
     * Where a line begins.
     *
     * @param position in bytes
     * @param number   lines before it
     * @param index    records before it, damaged ones included
     */
    record Place(long position, long number, int index) {
    }

    private static final Place BEGINNING = new Place(0, 0, 0);

    private Place tried = BEGINNING;
    /** Bound: lines of a file, whose bytes are bounded by tollgate.ledger.spool-max-size. */
    private final BitSet done = new BitSet();

    synchronized Place tried() {
        return tried;
    }

    synchronized void tried(Place next) {
        tried = next;
    }

    synchronized boolean isDone(int index) {
        return done.get(index);
    }

    synchronized void done(int index) {
        done.set(index);
    }

    /** Whether lines that were offered wait for a later pass. */
    synchronized boolean isWaiting() {
        return done.cardinality() < tried.index;
    }
}
