package dev.tollgate.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import dev.tollgate.budget.Bucket;
import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Decision.Verdict;
import dev.tollgate.budget.Lose;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Release;
import dev.tollgate.budget.Reserve;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Settlement;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.Admission.State;
import dev.tollgate.store.StateStore;

/**
 * Callers waiting for tokens: first come, first served inside a class, interactive calls before backfill.
 *
 * <p>Only the first of each class looks at the budget; everybody else is parked and is woken by whoever was in front, so
 * ten thousand callers cost one wake-up each. The first one looks again at least every {@link #STEP_MILLIS}, because a
 * reply may have freed tokens earlier than the clock does. A call is decided again when its turn comes, against the
 * state of that moment; once in line nobody is sent away any more, but for a call that the upstream itself refuses.
 *
 * <p>Backfill does not starve: while it waits, one token in {@link #SHARE} that interactive calls take is put by for it,
 * until its call is covered and goes next. A slow trickle rather than a turn, because a backfill batch may cost half an
 * hour of refill, and nobody who waits for an answer should stand behind that.
 *
 * <p>Safe for use by many threads, virtual ones above all: nothing blocks.
 */
public sealed class AdmissionQueue permits SharedQueue {

    /** The longest that the first in line goes without looking, in milliseconds. */
    public static final long STEP_MILLIS = 50;

    /** Of so many tokens taken by interactive calls one is put by for backfill that waits. */
    public static final long SHARE = 10;

    /** A line that is full but moving is not worth asking sooner. */
    private static final long SHORTEST_DENIAL_MILLIS = 1000;

    static final Duration FOR_EVER = Duration.ofMillis(Decision.NEVER);

    private final StateStore<BucketState> store;
    private final String key;
    final Terms terms;
    final int mostWaiting;
    final InstantSource clock;
    private final String prefix;
    private final ReentrantLock lock = new ReentrantLock();
    final ClassQueues ranks = new ClassQueues();
    private long arrivals;
    private long denied;
    private volatile BiConsumer<ServiceClass, Duration> waits = (serviceClass, waited) -> { };

    /**
     * @param store       where the bucket lives
     * @param key         its name there
     * @param terms       the policy; its patience is for interactive calls, backfill waits as long as it takes
     * @param mostWaiting callers beyond this number are denied with the true wait
     * @param clock       the time
     */
    public AdmissionQueue(StateStore<BucketState> store, String key, Terms terms, int mostWaiting, InstantSource clock) {
        this(store, key, terms, mostWaiting, clock, serial(clock));
    }

    /** @param prefix what the ids of this line's calls begin with */
    AdmissionQueue(StateStore<BucketState> store, String key, Terms terms, int mostWaiting, InstantSource clock, String prefix) {
        this.store = store;
        this.key = key;
        this.terms = terms;
        this.mostWaiting = mostWaiting;
        this.clock = clock;
        this.prefix = prefix;
    }

    /** Tells a line from those before it and beside it. */
    static String serial(InstantSource clock) {
        return Long.toString(clock.millis(), 36) + Integer.toString(ThreadLocalRandom.current().nextInt(46656), 36) + "-";
    }

    /** Tells somebody of every call that passes: its class, and how long it stood in line. */
    public void tell(BiConsumer<ServiceClass, Duration> listener) {
        waits = listener;
    }

    /** Comes to the line: admitted at once when nobody is in front and the budget allows, else waiting, else denied. */
    public Admission arrive(Quote quote, Price price, ServiceClass serviceClass) {
        return locked(() -> {
            Admission ticket = ticket(quote, price, serviceClass);
            Decision word = decide(ticket, patience(ticket));
            if (word.admitted()) {
                return passed(ticket, word);
            }
            if (word.denied() || ranks.size() >= mostWaiting) {
                deny(ticket, word);
            } else {
                waits(ticket, word);
            }
            return ticket;
        });
    }

    Admission ticket(Quote quote, Price price, ServiceClass serviceClass) {
        long place = arrivals++;
        return new Admission(place, prefix + place, quote, price, serviceClass, clock.millis());
    }

    /**
     * Completes when the call is the first of its class or waits no more, on the thread of whoever
     * made it so, which is not to be kept.
     */
    public CompletableFuture<Void> turn(Admission ticket) {
        if (!ticket.isWaiting() || isFirst(ticket)) {
            return CompletableFuture.completedFuture(null);
        }
        return ticket.first().thenCompose(rang -> turn(ticket));
    }

    /** Whether the ticket is the first of its class. */
    public boolean isFirst(Admission ticket) {
        return locked(() -> ranks.of(ticket).first() == ticket);
    }

    /**
     * How long to wait before {@link #admit} is worth asking, in milliseconds: exact for the first in line, but never
     * more than {@link #STEP_MILLIS}; 0 for a ticket that does not wait.
     */
    public long millisUntilTurn(Admission ticket) {
        return locked(() -> {
            if (!ticket.isWaiting()) {
                return 0L;
            }
            Decision word = peek(ticket);
            boolean behindOthers = !word.admitted() && word.waitMillis() == 0;
            return behindOthers ? STEP_MILLIS : Math.min(word.waitMillis(), STEP_MILLIS);
        });
    }

    /** Asks the budget again. Admits only the first of its class; a ticket that does not wait keeps its last word. */
    public Decision admit(Admission ticket) {
        return locked(() -> {
            if (!ticket.isWaiting()) {
                return ticket.decision();
            }
            Decision word = ranks.of(ticket).first() == ticket ? decide(ticket, FOR_EVER) : peek(ticket);
            if (word.admitted()) {
                passed(ticket, word);
            }
            return word;
        });
    }

    /**
     * The caller goes away. In line it gives its place back. When its call may be under way the tokens stay reserved until
     * Keepa says what it charged. Afterwards nothing happens, so every way out of a route may end with this.
     */
    public void leave(Admission ticket) {
        locked(() -> {
            if (ticket.isAdmitted()) {
                end(ticket, new Lose(ticket.id()));
            } else if (ticket.isWaiting()) {
                ranks.remove(ticket);
                ticket.done();
                ticket.first().complete(null);
            }
            return ticket;
        });
    }

    /** The call certainly never left (no connection): its tokens are free again. */
    public void neverSent(Admission ticket) {
        end(ticket, new Release(ticket.id()));
    }

    /** Ends an admitted ticket with what happened to its call. A ticket that is not admitted is left alone. */
    public Settlement end(Admission ticket, BucketEvent<Settlement> event) {
        return locked(() -> {
            if (!ticket.isAdmitted()) {
                return new Settlement(false, false, 0);
            }
            ticket.done();
            return apply(event);
        });
    }

    /**
     * Puts a ticket whose call the upstream refused back to its place of arrival, in front of all who came later. One that
     * would then wait longer than what is left of its patience is denied, as on arrival.
     */
    public void again(Admission ticket, BucketEvent<Settlement> refusal) {
        again(ticket, refusal, ticket.price());
    }

    /** The same where the refusal has told what the call needs. */
    public void again(Admission ticket, BucketEvent<Settlement> refusal, Price price) {
        locked(() -> {
            if (ticket.isAdmitted()) {
                apply(refusal);
                ticket.cost(price);
                Decision word = look(ticket, patienceLeft(ticket));
                if (word.denied()) {
                    deny(ticket, word);
                } else {
                    waits(ticket, word);
                }
            }
            return ticket;
        });
    }

    /** Takes its place of arrival. */
    void waits(Admission ticket, Decision word) {
        ticket.become(State.WAITING, word);
        ranks.of(ticket).add(ticket);
    }

    private Duration patienceLeft(Admission ticket) {
        Duration left = patience(ticket).minusMillis(clock.millis() - ticket.arrivedAt());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** How many wait now. */
    public int waiting() {
        return locked(ranks::size);
    }

    /** How many of one class wait now. */
    public int waiting(ServiceClass serviceClass) {
        return locked(() -> ranks.size(serviceClass));
    }

    /** How many were denied since the start. */
    public long denied() {
        return locked(() -> denied);
    }

    /** When an interactive call of one token that arrives now could start. */
    public Decision nextFree() {
        return locked(() -> peek(new Admission(Long.MAX_VALUE, prefix + "next", Quote.fixed("next", 1), Price.exactly(1),
                ServiceClass.INTERACTIVE, clock.millis())));
    }

    /** What {@link #arrive} would say to a call now; nobody is let in or stands in line for it. */
    public Decision forecast(Quote quote, Price price, ServiceClass serviceClass) {
        return locked(() -> {
            Admission ticket = new Admission(Long.MAX_VALUE, prefix + "forecast", quote, price, serviceClass, clock.millis());
            Decision word = look(ticket, patience(ticket));
            return word.admitted() || ranks.size() < mostWaiting ? word : denial(word);
        });
    }

    /** Applies an event to the bucket, at this moment. */
    public <R> R apply(BucketEvent<R> event) {
        return store.update(key, state -> Bucket.next(state, event, clock.instant()));
    }

    /** The bucket as it is now. */
    public BucketState state() {
        return Bucket.advance(store.get(key), clock.instant());
    }

    /** The time by which all of this is decided. */
    public Instant now() {
        return clock.instant();
    }

    /** Whether several gateways wait for the same tokens. */
    public boolean isShared() {
        return false;
    }

    /** Who is first in the lines of the other gateways; empty for a bucket of this one alone. */
    public List<Head> others() {
        return List.of();
    }

    private Decision decide(Admission ticket, Duration patience) {
        return apply(request(ticket, patience));
    }

    private Decision peek(Admission ticket) {
        return look(ticket, FOR_EVER);
    }

    /** What {@link #decide} would say; reserves nothing. */
    Decision look(Admission ticket, Duration patience) {
        return Bucket.next(store.get(key), request(ticket, patience), clock.instant()).result();
    }

    Duration patience(Admission ticket) {
        return ticket.serviceClass() == ServiceClass.BACKFILL ? FOR_EVER : terms.patience();
    }

    void deny(Admission ticket, Decision word) {
        denied++;
        ticket.become(State.DENIED, denial(word));
    }

    static Decision denial(Decision word) {
        return new Decision(Verdict.DENIED, word.at(), Math.max(SHORTEST_DENIAL_MILLIS, word.waitMillis()));
    }

    Reserve request(Admission ticket, Duration patience) {
        return ranks.request(ticket, terms.withPatience(patience), store.get(key).plan());
    }

    Admission passed(Admission ticket, Decision word) {
        waits.accept(ticket.serviceClass(), Duration.ofMillis(Math.max(0, clock.millis() - ticket.arrivedAt())));
        ranks.passed(ticket, terms, store.get(key).plan());
        ticket.become(State.ADMITTED, word);
        return ticket;
    }

    /** What is to be rung when the lock is given back. */
    List<CompletableFuture<Void>> alarms() {
        return ranks.alarms();
    }

    /** Runs under the lock and wakes, outside of it, whoever is first then. */
    <T> T locked(Supplier<T> work) {
        List<CompletableFuture<Void>> alarms;
        T result;
        lock.lock();
        try {
            result = work.get();
            alarms = alarms();
        } finally {
            lock.unlock();
        }
        alarms.forEach(alarm -> alarm.complete(null));
        return result;
    }
}
