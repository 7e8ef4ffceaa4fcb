package dev.tollgate.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Keeps parallel calls from running past a token's limit by more than themselves. A call is admitted while what was
 * read as used, what other calls here hold, and what waits in the spool stay under the limit together.
 *
 * <p>The read may be older than a booking that has settled meanwhile; therefore the ledger tells the value its booking
 * left, before the call settles, and no smaller one counts for a while. Each process knows its own calls only.
 */
public final class Reservations {

    /** How long no call is paid for whose usage the database refuses; then one may try. */
    private static final Duration TRIAL_EVERY = Duration.ofMinutes(1);
    /** Stands for the fallback key, which has no row. */
    private static final long NO_TOKEN = -1;
    /** Stands for what it has used, which nobody counts. */
    private static final long PROOF = 1;

    private final Clock clock;
    private final Duration lease;
    private final Duration keepFloor;
    /** Bound: rows of TokenMaster with calls on their way or usage in the spool. */
    private final ConcurrentHashMap<Long, Account> accounts = new ConcurrentHashMap<>();

    /**
     * @param lease     how long an unsettled reservation counts; positive
     * @param keepFloor longest age of a value of {@code used} that {@link #reserve} may be given
     */
    public Reservations(Clock clock, Duration lease, Duration keepFloor) {
        this.clock = clock;
        this.lease = lease;
        this.keepFloor = keepFloor;
    }

    /**
     * Admits a call while there is anything left under the limit.
     *
     * @param used     TotalUsedTokens as last read, 0 without a summary
     * @param limit    TotalTokenLimit
     * @param estimate tokens the call is expected to use; less than 0 counts as 0
     * @return a reservation to settle; with {@link Reservation#admitted()} false where nothing is left
     */
    public Reservation reserve(long tokenId, long used, long limit, long estimate) {
        Instant now = clock.instant();
        Reservation wanted = new Reservation(
                UUID.randomUUID().toString(), tokenId, Math.max(0, estimate), now.plus(lease), true);
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
    }

    void unspool(Usage usage) {
        changeIfToken(usage.tokenId(), account -> account.unspool(usage.totalTokens()));
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
}
