package dev.tollgate.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.TimeOrderedId;

/**
 * Keeps parallel calls from running past a token's limit by more than themselves. A call is admitted while what was
 * read as used, what other calls here hold, and what waits in the spool stay under the limit together.
 *
 * <p>The read may be older than a booking that has settled meanwhile; therefore the ledger tells the value its booking
 * left, before the call settles, and no smaller one counts for a while. What calls of other nodes hold is in {@link SharedHolds}.
 */
public final class Reservations implements AutoCloseable {

    private static final Duration WHILE_THE_DATABASE_IS_AWAY = Duration.ofSeconds(5);
    /** How long no call is paid for whose usage the database refuses; then one may try. */
    private static final Duration TRIAL_EVERY = Duration.ofMinutes(1);
    /** Stands for the fallback key, which has no row. */
    private static final long NO_TOKEN = -1;
    /** Stands for what it has used, which nobody counts. */
    private static final long PROOF = 1;

    private final Clock clock;
    private final Duration lease;
    private final Duration keepFloor;
    /** Null where there is one gateway. */
    private final SharedHolds shared;
    /** Bound: rows of TokenMaster with calls on their way or usage in the spool. */
    private final ConcurrentHashMap<Long, Account> accounts = new ConcurrentHashMap<>();

    /**
     * @param lease     how long an unsettled reservation counts; positive
     * @param keepFloor longest age of a value of {@code used} that {@link #reserve} may be given
     */
    public Reservations(Clock clock, Duration lease, Duration keepFloor) {
        this(clock, lease, keepFloor, spooled -> null);
    }

    /** @param shared what all nodes hold together, of what is spooled here; null where there is one */
    Reservations(Clock clock, Duration lease, Duration keepFloor, Function<LongUnaryOperator, SharedHolds> shared) {
        this.clock = clock;
        this.lease = lease;
        this.keepFloor = keepFloor;
        this.shared = shared.apply(this::spooled);
    }

    /**
     * Admits a call while there is anything left under the limit.
     *
     * @param used     TotalUsedTokens as last read, 0 without a summary
     * @param limit    TotalTokenLimit
     * @param estimate tokens the call is expected to use; less than 0 counts as 0
     * @return a reservation to settle, whose id is to be the call's; with {@link Reservation#admitted()} false where nothing is left
     * @throws Refusal 503 where several nodes count together, the database is away, and this node's part is used
     */
    public Reservation reserve(long tokenId, long used, long limit, long estimate) {
        Reservation here = reserveHere(tokenId, used, limit, estimate);
        if (shared == null || !here.admitted() || here.tokens() == 0) {
            return here;
        }
        SharedHolds.Word word = shared.hold(here, limit);
        if (word == SharedHolds.Word.HELD) {
            return here;
        }
        change(tokenId, account -> account.release(here.id()));
        if (word == SharedHolds.Word.UNKNOWN) {
            throw Refusal.until(503, "What is left of the tokens cannot be counted with the other gateways while the database is away.",
                    WHILE_THE_DATABASE_IS_AWAY);
        }
        return new Reservation(here.id(), tokenId, 0, clock.instant(), false);
    }

    private Reservation reserveHere(long tokenId, long used, long limit, long estimate) {
        Instant now = clock.instant();
        Reservation wanted = new Reservation(
                TimeOrderedId.next(), tokenId, Math.max(0, estimate), now.plus(lease), true);
        boolean[] admitted = new boolean[1];
        change(tokenId, account -> {
            admitted[0] = account.spentWith(used) < limit && !account.isRefused(now);
            return admitted[0] ? tried(account, now).hold(wanted) : account;
        });
        return admitted[0] ? wanted : new Reservation(wanted.id(), tokenId, 0, now, false);
    }

    /** Whether {@link #reserve} would admit a call now; reserves nothing. */
    public boolean hasRoom(long tokenId, long used, long limit) {
        Account account = accounts.getOrDefault(tokenId, Account.NEW).at(clock.instant());
        return account.spentWith(used) < limit && !account.isRefused(clock.instant());
    }

    /**
     * Whether a call may be paid for although nothing is reserved for it: true unless the database has refused such usage for
     * good; then for one call a minute, which finds out whether that is mended.
     *
     * @param tokenId null for the fallback key
     */
    public boolean mayTry(Long tokenId) {
        Instant now = clock.instant();
        boolean[] may = {true};
        accounts.computeIfPresent(tokenId == null ? NO_TOKEN : tokenId, (id, account) -> {
            may[0] = !account.isRefused(now);
            return may[0] ? tried(account, now) : account;
        });
        return may[0];
    }

    boolean isRefused(long tokenId) {
        return accounts.getOrDefault(tokenId, Account.NEW).isRefused(clock.instant());
    }

    private static Account tried(Account account, Instant now) {
        return account.trial() == null ? account : account.refusedUntil(now.plus(TRIAL_EVERY));
    }

    /** Whether the limit is reached without what calls in flight hold: then waiting for them does not help. */
    public boolean isSpent(long tokenId, long used, long limit) {
        Account account = accounts.getOrDefault(tokenId, Account.NEW).at(clock.instant());
        return account.spentWith(used) - account.reserved() >= limit || account.isRefused(clock.instant());
    }

    /**
     * Gives a reservation back, after the usage of its call was booked, or when the call was never made.
     *
     * @return true the first time; false for one that is settled, expired or was not admitted
     */
    public boolean settle(Reservation reservation) {
        boolean[] held = new boolean[1];
        change(reservation.tokenId(), account -> {
            held[0] = account.holds().containsKey(reservation.id());
            return held[0] ? account.release(reservation.id()) : account;
        });
        if (shared != null) {
            shared.settle(reservation.id());
        }
        return held[0];
    }

    /** Tokens held by calls in flight. */
    public long reserved(long tokenId) {
        return accounts.getOrDefault(tokenId, Account.NEW).at(clock.instant()).reserved();
    }

    /** Tokens held by calls in flight, of all tokens together. */
    public long reserved() {
        Instant now = clock.instant();
        return accounts.values().stream().mapToLong(account -> account.at(now).reserved()).sum();
    }

    /** Tokens in the spool, paid but not in the database yet. */
    public long spooled(long tokenId) {
        return accounts.getOrDefault(tokenId, Account.NEW).spooled();
    }

    /** The table of holds that end with a booking; null where there is one gateway. */
    String holds() {
        return shared == null ? null : shared.table();
    }

    /** What an earlier process has left in the journal is counted from now on. */
    void begin() {
        if (shared != null) {
            shared.begin();
        }
    }

    /** Whether the database has taken usage of this token from here lately, and refused none since. */
    boolean isProven(Long tokenId) {
        Account account = accounts.get(tokenId == null ? NO_TOKEN : tokenId);
        return account != null && account.at(clock.instant()).isProven();
    }

    void booked(Long tokenId, OptionalLong used) {
        if (tokenId == null) {
            change(NO_TOKEN, account -> account.booked(PROOF, clock.instant(), keepFloor));
        }
        changeIfToken(tokenId, account -> raise(account, used));
    }

    /** From the spool into the database, just before a commit; see {@link Posting}. */
    Runnable post(long tokenId, long tokens, long used) {
        return posted(tokenId, used, tokens);
    }

    /** Into the database just before a commit, where the spool does not count it. */
    Runnable postUncounted(long tokenId, long tokens, long used) {
        return posted(tokenId, used, 0);
    }

    private Runnable posted(long tokenId, long used, long spooled) {
        Account[] before = new Account[1];
        change(tokenId, account -> {
            before[0] = account;
            return account.booked(used, clock.instant(), keepFloor).unspool(spooled);
        });
        return () -> change(tokenId, account -> account.takeBack(before[0], used).spool(spooled));
    }

    /** The database refuses this token's usage for good, a null for that of the fallback key. */
    void refused(Long tokenId) {
        change(tokenId == null ? NO_TOKEN : tokenId, account -> account.refusedUntil(clock.instant().plus(TRIAL_EVERY)));
    }

    void spool(Usage usage) {
        changeIfToken(usage.tokenId(), account -> account.spool(usage.totalTokens()));
        if (shared != null) {
            shared.paid(usage.callId(), usage.totalTokens());
        }
    }

    void unspool(Usage usage) {
        changeIfToken(usage.tokenId(), account -> account.unspool(usage.totalTokens()));
        if (shared != null) {
            shared.release(usage.callId());
        }
    }

    /** It turned out to be in the database already: out of the spool in one step, so that no reservation sees the tokens in neither. */
    void replayed(Usage usage, OptionalLong used) {
        changeIfToken(usage.tokenId(), account -> raise(account, used).unspool(usage.totalTokens()));
    }

    private Account raise(Account account, OptionalLong used) {
        return used.isPresent() ? account.booked(used.getAsLong(), clock.instant(), keepFloor) : account;
    }

    private void changeIfToken(Long tokenId, UnaryOperator<Account> step) {
        if (tokenId != null) {
            change(tokenId, step);
        }
    }

    private void change(long tokenId, UnaryOperator<Account> step) {
        Instant now = clock.instant();
        accounts.compute(tokenId, (id, account) -> {
            Account next = step.apply((account == null ? Account.NEW : account).at(now));
            return next.isEmpty() ? null : next;
        });
    }

    @Override
    public void close() {
        if (shared != null) {
            shared.close();
        }
    }
}
