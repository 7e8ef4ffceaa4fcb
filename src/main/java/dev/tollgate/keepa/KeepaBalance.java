package dev.tollgate.keepa;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

import dev.tollgate.budget.Anchor;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Hold;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.kit.TokenBucket;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.Quote;

/**
 * Keepa's balance as the gateway knows it, with the calls that wait for it. The bucket is the one that the route names
 * {@value #NAME}; what is said here is said of it.
 */
public final class KeepaBalance {

    /** The bucket's name, in the route and in its file. */
    public static final String NAME = "keepa";

    private final Supplier<TokenBucket> bucket;
    private final InstantSource clock;
    /** Epoch milliseconds until when nothing leaves because the balance is not known; 0: it is, or nobody waits for it. */
    private long closedUntil;
    private volatile boolean asked;

    /** @param bucket the one that serves now: an edit of its numbers makes another */
    public KeepaBalance(Supplier<TokenBucket> bucket, InstantSource clock) {
        this.bucket = bucket;
        this.clock = clock;
    }

    /** The calls that wait, and the balance that they wait for. */
    public AdmissionQueue queue() {
        return bucket.get().queue();
    }

    /** What was learned of the prices of calls. */
    public CostEstimator estimator() {
        return bucket.get().estimator();
    }

    /** What a call is expected to cost, by the list and by what was learned. */
    Price price(Quote quote) {
        return estimator().price(quote);
    }

    /**
     * The answer to a call that would have to wait too long.
     *
     * @param wait the true wait
     */
    public Denial denial(Duration wait) {
        return Denial.of(wait, queue().state(), queue().now());
    }

    /** What {@code /token} answers here. */
    public Envelope token() {
        return Denial.token(queue().state(), queue().now());
    }

    /** Whether Keepa was not heard for so long that {@code /token} may be asked; true before the first reply. */
    public boolean silentFor(Duration silence) {
        return queue().state().heardAt() + silence.toMillis() <= queue().now().toEpochMilli();
    }

    /** When Keepa last told its balance; empty before the first reply, when all there is is a guess. */
    public Optional<Instant> heardAt() {
        long millis = queue().state().heardAt();
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /**
     * Believes an answer of {@code /token}.
     *
     * @param askedAt when it was asked
     */
    public void heard(Envelope envelope, Instant askedAt) {
        envelope.reading().ifPresent(reading -> {
            queue().apply(new Anchor(reading, byTheQueue(askedAt)));
            asked = false;
            open();
        });
    }

    /** Somebody needs Keepa's own word, soon. */
    void ask() {
        asked = true;
    }

    boolean isAsked() {
        return asked;
    }

    /** Nothing that costs leaves before then, or before the balance is {@link #heard}, or {@link #open}; replaces an earlier time. */
    synchronized void close(Instant until) {
        closedUntil = queue().apply(new Hold(closedUntil, byTheQueue(until)));
    }

    /** Calls leave, whether the balance is known or not. */
    synchronized void open() {
        if (closedUntil != 0) {
            queue().apply(new Hold(closedUntil, 0));
            closedUntil = 0;
        }
    }

    /** Whether nothing is held back any more because the balance is not known. */
    synchronized boolean isOpen() {
        return closedUntil <= queue().now().toEpochMilli();
    }

    /** Whether other nodes have told the balance already, and not long ago. */
    boolean isToldByOthers(Duration silence) {
        return queue().isShared() && heardAt().isPresent() && !silentFor(silence);
    }

    /** A time of this machine in the queue's, which is of all nodes where they share it. */
    private long byTheQueue(Instant time) {
        return queue().isShared() ? queue().now().plus(Duration.between(clock.instant(), time)).toEpochMilli() : time.toEpochMilli();
    }

    synchronized Instant closedUntil() {
        return Instant.ofEpochMilli(closedUntil);
    }

    /** The bucket as it is now. */
    public BucketState state() {
        return queue().state();
    }

    public LineStatus status() {
        BucketState s = queue().state();
        return new LineStatus(Math.floorDiv(s.balance(), Plan.TOKEN), s.deficit(), s.plan().refillRate(),
                s.plan().capacity() / Plan.TOKEN, queue().waiting(), queue().nextFree().until(), s.consumed(), queue().denied(),
                bucket.get().refused().sum());
    }
}
