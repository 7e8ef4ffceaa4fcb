package dev.tollgate.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Whether the database answers and takes writes, so that only the first call after a failure waits for a timeout. While it
 * does not, one caller every few seconds may try again; whoever gets through opens the way for all. Reads may ask and report
 * here too; that one of them passes says nothing about a disk that is full, which only a write that passes does.
 */
public final class DatabaseHealth {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseHealth.class);
    private static final Duration REMIND = Duration.ofMinutes(1);
    /** So many writes one after the other that were held up, or failed in a way that nobody knows: it is not the record. */
    private static final int MOST_DOUBTS = 8;
    private static final State UP = new State(null, true, true, null, null);

    private final Clock clock;
    private final Duration probeEvery;
    private final String name;
    /** Bound: one a kind of fault. */
    private final Map<Fault, Instant> told = new ConcurrentHashMap<>();
    private final AtomicReference<State> state = new AtomicReference<>(UP);
    private final AtomicInteger doubts = new AtomicInteger();

    public DatabaseHealth(Clock clock, Duration probeEvery) {
        this(clock, probeEvery, "spring.datasource.url");
    }

    /** @param name the database as messages name it, without a secret */
    public DatabaseHealth(Clock clock, Duration probeEvery, String name) {
        this.clock = clock;
        this.probeEvery = probeEvery;
        this.name = name;
    }

    /** True from a failure until a later attempt succeeded: nothing can be booked in the database now. */
    public boolean isAway() {
        return state.get() != UP;
    }

    /** Whether the database is known to be there but to take no write. */
    public boolean isUnwritable() {
        return !state.get().writes();
    }

    /** Since when, what is wrong and what mends it; empty while all is well. Holds no secret. */
    public Optional<String> trouble() {
        State now = state.get();
        return now == UP ? Optional.empty() : Optional.of(now.why() + " Since " + now.since() + ".");
    }

    /** For a read: true when the database can be read, or when the next attempt is due, and then for this one caller. */
    public boolean mayTry() {
        return state.get().reads() || claim();
    }

    /** For a write: true when up, or when the next attempt is due: then for this one caller, who reports how it went. */
    public boolean mayWrite() {
        return state.get() == UP || claim();
    }

    private boolean claim() {
        State current = state.get();
        Instant now = clock.instant();
        return current == UP || !now.isBefore(current.nextTry()) && state.compareAndSet(current, current.nextTry(now.plus(probeEvery)));
    }

    /** A read succeeded. */
    public void succeeded() {
        State before = state.get();
        if (before.writes()) {
            up();
        } else if (!before.reads()) {
            state.compareAndSet(before, new State(before.since(), true, false, before.nextTry(), before.why()));
        }
    }

    /** A write succeeded. */
    public void wrote() {
        doubts.set(0);
        if (state.get() != UP) {
            up();
        }
    }

    private void up() {
        State before = state.getAndSet(UP);
        if (before != UP) {
            LOG.info("The database {} and is written again; it was away since {}",
                    before.reads() ? "has room" : "answers again", before.since());
        }
    }

    /**
     * An attempt failed. Refused records, duplicate keys and deadlocks say nothing against the database; one that was held up,
     * by a locked row for example, does so only where nothing else passes either.
     *
     * @return whether the database counts as away now
     */
    public boolean failed(Throwable failure) {
        Fault fault = Fault.of(failure);
        if (!fault.isOfTheDatabase()) {
            boolean doubted = fault == Fault.HELD_UP || fault == Fault.UNCLEAR;
            if (!doubted || doubts.incrementAndGet() < MOST_DOUBTS) {
                return isAway();
            }
        }
        Instant now = clock.instant();
        state.updateAndGet(s -> s.after(fault, why(fault), now, now.plus(probeEvery)));
        LOG.atLevel(mayTell(fault, now) ? Level.WARN : Level.DEBUG).log("{} Usage goes to the spool meanwhile; next attempt in {}: {}",
                why(fault), probeEvery, Fault.text(failure));
        return true;
    }

    /** Once a minute for each kind, also where some writes find room and others do not. */
    private boolean mayTell(Fault fault, Instant now) {
        Instant last = told.get(fault);
        boolean due = last == null || !now.isBefore(last.plus(REMIND));
        return due && (last == null ? told.putIfAbsent(fault, now) == null : told.replace(fault, last, now));
    }

    private String why(Fault fault) {
        return switch (fault) {
            case FULL -> "The database " + name + " cannot be written: its disk is full. Make room there;"
                    + " the gateway goes on by itself.";
            case READ_ONLY -> "The database " + name + " cannot be written: it is read-only. Make it writable, or name the"
                    + " one that is in spring.datasource.url.";
            case DENIED -> "The database " + name + " refuses what the gateway needs. Look for a missing table, column or right;"
                    + " the log has its words.";
            case HELD_UP -> "The database " + name + " takes too long for every write. Look for a transaction that holds its rows.";
            case UNCLEAR -> "The database is away: " + name + " fails in a way that nobody knows. The log has its words.";
            default -> "The database is away: " + name + " does not answer. Start it, or see to the way there.";
        };
    }

    /**
     * @param reads  whether it can be read
     * @param writes false where it is known to take no write, until one passes
     */
    private record State(Instant since, boolean reads, boolean writes, Instant nextTry, String why) {

        State nextTry(Instant at) {
            return new State(since, reads, writes, at, why);
        }

        State after(Fault fault, String reason, Instant now, Instant next) {
            boolean stopped = fault != Fault.AWAY;
            return new State(since == null ? now : since, stopped && reads, writes && !stopped, next,
                    stopped || why == null || writes ? reason : why);
        }
    }
}
