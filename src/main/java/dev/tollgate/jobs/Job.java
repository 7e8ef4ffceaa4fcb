package dev.tollgate.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One job: what was ordered, where it stands, what is left. What was written down of it is there whenever the process is killed.
 * Safe for use by many threads; one at a time works on it.
 */
public abstract class Job {

    /** Owner of what nobody's key ordered: admin key, loopback, inbox, schedule, and earlier versions. */
    public static final String OPERATOR = "operator";

    volatile Order order;
    AsinList items;
    JobState state = JobState.QUEUED;
    String message;
    Instant endedAt;
    Instant notBefore = Instant.EPOCH;
    private Object plan;
    private int failures;

    /** @param items that are left or were; null for one that is not worked on */
    Job(Order order, AsinList items) {
        this.order = order;
        this.items = items;
    }

    public String id() {
        return order.id();
    }

    public String type() {
        return order.type();
    }

    public Instant orderedAt() {
        return order.orderedAt();
    }

    /** The id of the key that ordered it, {@value #OPERATOR} for whoever runs the gateway. */
    public String owner() {
        return order.owner() == null ? OPERATOR : order.owner();
    }

    /** The order as it was accepted, without its items; of one whose job has ended what is kept of it. */
    public JsonNode order() {
        return order.order();
    }

    /** How many items it has. */
    public int total() {
        return order.total();
    }

    /** How many items it holds in memory. */
    synchronized int itemsInMemory() {
        return items == null ? 0 : items.size();
    }

    /** When it ended; null while it has not. */
    synchronized Instant endedAt() {
        return endedAt;
    }

    public synchronized JobState state() {
        return state;
    }

    /** Whether nobody needs what is under way for it: it has ended, or is worked on elsewhere. */
    public boolean isOver() {
        return state().isEnd();
    }

    /** Whether it is worked on and held up by what holds up all jobs of its kind. */
    boolean isHeldUp(JobKind kind) {
        return state() == JobState.RUNNING && kind.isHeldUp();
    }

    /** What is told of its order, and what holds it up and until when, or ended it; null when there is nothing to say. */
    public String message() {
        return message(null);
    }

    /** The same, with this where nothing holds it up by itself. */
    String message(String otherwise) {
        String what = says(otherwise);
        String note = order.note();
        return note == null ? what : what == null ? note : note + " " + what;
    }

    /** The same without what is told of the order. */
    String says(String otherwise) {
        return standing(otherwise);
    }

    /** What holds it up and until when, or ended it. */
    final synchronized String standing(String otherwise) {
        return message != null && state == JobState.WAITING
                ? "%s. Next try at %s.".formatted(message.replaceFirst("\\.$", ""), notBefore.truncatedTo(ChronoUnit.SECONDS))
                : message == null ? otherwise : message;
    }

    /** Whether it was ordered by this owner with this {@code Idempotency-Key}, given as its digest; null: without one. */
    boolean isOf(String orderer, String kind, String idempotencyKey) {
        return owner().equals(orderer) && type().equals(kind) && Objects.equals(order.idempotencyKey(), idempotencyKey);
    }

    /** Whether just this was ordered, given as its digest. */
    boolean isOrderOf(String digest) {
        return digest.equals(order.digest());
    }

    /** How far it is. */
    public abstract JobJournal.Totals totals();

    /** Which of its items are finished; null when nobody works on it. */
    abstract JobProgress progress();

    /** The first items that are left, in order; none once the job has ended. */
    public synchronized List<String> pending(int most) {
        List<String> pending = new ArrayList<>();
        for (int at = nextPending(0); at >= 0 && pending.size() < most; at = nextPending(at + 1)) {
            pending.add(items.get(at));
        }
        return pending;
    }

    /** What is left, in order; looked up item by item, so that it may shrink meanwhile. */
    public Iterable<String> pending() {
        return () -> new Iterator<>() {

            private int at = nextPending(0);

            @Override
            public boolean hasNext() {
                return at >= 0;
            }

            @Override
            public String next() {
                String item = itemAt(at);
                if (item == null) {
                    throw new NoSuchElementException();
                }
                at = nextPending(at + 1);
                return item;
            }
        };
    }

    private synchronized int nextPending(int from) {
        JobProgress progress = progress();
        return items == null || progress == null ? -1 : progress.nextPending(from);
    }

    private synchronized String itemAt(int place) {
        return place < 0 || items == null ? null : items.get(place);
    }

    /** How many items are left. */
    public synchronized int left() {
        JobProgress progress = progress();
        return items == null || progress == null ? 0 : progress.left();
    }

    /** Whether every item was tried and is written down. */
    public synchronized boolean isComplete() {
        JobProgress progress = progress();
        return progress == null || progress.isComplete();
    }

    /** What is finished so far, as NDJSON. */
    abstract InputStream openResults() throws IOException;

    /** What a worker makes of the order, made once and kept until the job ends; empty when it has ended. */
    @SuppressWarnings("unchecked")
    public synchronized <T> Optional<T> plan(BiFunction<JsonNode, List<String>, T> maker) {
        if (items == null) {
            return Optional.empty();
        }
        if (plan == null) {
            plan = maker.apply(order.order(), items);
        }
        return Optional.of((T) plan);
    }

    /** Nobody works on it any more. */
    final synchronized void forgetItems() {
        items = null;
        plan = null;
    }

    /** Whether it may be worked on. */
    synchronized boolean isDue(Instant now) {
        return !state.isEnd() && !notBefore.isAfter(now);
    }

    /** Somebody works on it now. */
    public synchronized void run() {
        if (!state.isEnd()) {
            state = JobState.RUNNING;
        }
    }

    /** The next failure is the first in a row. */
    final synchronized void succeeded() {
        failures = 0;
    }

    /**
     * Writes a batch down; the job is done with the last one. What was paid for is kept even when the job has ended. What is
     * not taken stays in memory, and {@link #writeAgain} tries again; the job waits meanwhile.
     */
    public abstract void append(List<JobJournal.Entry> batch, long tokens, Instant now) throws IOException;

    /** Whether something that was paid for is in memory only. */
    abstract boolean isHolding();

    /** Tries to write what was not taken; not more often than every few seconds. */
    abstract void writeAgain(Instant now);

    /** A last try before the process ends. */
    abstract void close(Instant now);

    /**
     * Whether there is room for what so many items may bring, asked before they are paid for. Without it the job waits and
     * says so.
     *
     * @param leastBytes of an item, until results show how long they are
     */
    public abstract boolean hasRoomFor(int count, long leastBytes, Instant now);

    /**
     * The next batch has to wait; the wait doubles with every failure in a row, up to five minutes. Those who fail while it
     * is held up already failed together.
     */
    public synchronized void holdUp(String why, Instant now) {
        if (!notBefore.isAfter(now)) {
            holdUpUntil(why, now.plusSeconds(Math.min(300, 1L << Math.min(failures++, 9))));
        }
    }

    /** Nothing happens before then. */
    public synchronized void holdUpUntil(String why, Instant then) {
        if (!state.isEnd()) {
            state = JobState.WAITING;
            message = why;
            notBefore = then;
        }
    }

    /** The same as {@link #finish}; where the end cannot be written down the job waits and says so. */
    public abstract void finishOrWait(JobState end, String why, Instant now);

    /**
     * Ends the job, unless it has ended.
     *
     * @throws IOException when the end cannot be written down; the job then has not ended
     */
    public abstract void finish(JobState end, String why, Instant now) throws IOException;

    /** Reads what there is of a job that had ended when this process started, once; what is damaged is said. */
    void look(Instant now) {
    }

    /**
     * What is written when a job is ordered, beside its items.
     *
     * @param owner id of the key that ordered it
     * @param total how many items it has
     * @param order the other fields
     * @param note  what is told of the order as long as the job is there; null: nothing
     * @param idempotencyKey digest of the {@code Idempotency-Key} it was ordered with; null without one
     * @param digest of what was ordered, see {@link OrderDigest}; null in earlier versions
     */
    record Order(String id, String type, Instant orderedAt, String owner, int total, JsonNode order, String note,
            String idempotencyKey, String digest) {

        /** An order that nothing is told of. */
        Order(String id, String type, Instant orderedAt, String owner, int total, JsonNode order) {
            this(id, type, orderedAt, owner, total, order, null, null, null);
        }

        /** The same of so many items. */
        Order of(int items) {
            return new Order(id, type, orderedAt, owner, items, order, note, idempotencyKey, digest);
        }

        Order keeping(JsonNode fields) {
            return new Order(id, type, orderedAt, owner, total, fields, note, idempotencyKey, digest);
        }
    }
}
