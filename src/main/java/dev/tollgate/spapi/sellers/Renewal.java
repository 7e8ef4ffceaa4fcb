package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

import dev.tollgate.oauth.LwaAnswer;
import dev.tollgate.oauth.TokenResult;
import dev.tollgate.oauth.TokenSlot;

/**
 * Asks for one access token and draws the consequences: what passes is tried again while callers can wait, what is final
 * is never asked again. Called for one refresh token once at a time.
 */
final class Renewal {

    private static final Logger log = LoggerFactory.getLogger(Renewal.class);

    /** Done after a wait between attempts, on a thread that may ask: none is held meanwhile. A test moves its clock instead. */
    @FunctionalInterface
    interface Pause {
        CompletionStage<Void> of(Duration wait);
    }

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final LwaClient lwa;
    private final TokenShelf shelf;
    private final GrantStore store;
    private final GrantBook book;
    private final ApplicationAlarm alarm;
    private final Clock clock;
    private final UnaryOperator<Duration> jitter;
    private final Duration ahead;
    private final Duration patience;
    private final Pause pause;
    private final LongAdder calls = new LongAdder();
    /** Bound: connected sellers, by hashes of 64 characters; what is no longer stored is dropped. */
    private final ConcurrentMap<TokenKey, TokenSlot> slots = new ConcurrentHashMap<>();

    /**
     * @param shelf    where other nodes have laid down what they asked for
     * @param ahead    how long before their end tokens are renewed; each a little earlier, by up to a quarter, so that those
     *                 issued together do not come back together
     * @param patience how long attempts are repeated while callers wait
     */
    Renewal(LwaClient lwa, TokenShelf shelf, GrantStore store, GrantBook book, ApplicationAlarm alarm, Clock clock, RandomGenerator random,
            Duration ahead, Duration patience, Pause pause) {
        this.lwa = lwa;
        this.shelf = shelf;
        this.store = store;
        this.book = book;
        this.alarm = alarm;
        this.clock = clock;
        this.jitter = base -> base.plusMillis(base.isZero() ? 0 : random.nextLong(base.toMillis() / 4 + 1));
        this.ahead = ahead;
        this.patience = patience;
        this.pause = pause;
    }

    TokenKey key(String refreshToken) {
        return TokenKey.of(lwa.clientId(), refreshToken);
    }

    ConcurrentMap<TokenKey, TokenSlot> slots() {
        return slots;
    }

    /** Nobody is to have this token any more, at no node. */
    void forget(TokenKey key) {
        slots.remove(key);
        shelf.forget(key);
    }

    long calls() {
        return calls.sum();
    }

    /** Done, at once or after some attempts, when there is a token or none can be had in time. */
    CompletionStage<TokenResult> renew(Holder holder) {
        return attempt(key(holder.refreshToken()), holder, clock.instant().plus(patience));
    }

    private CompletionStage<TokenResult> attempt(TokenKey key, Holder holder, Instant until) {
        TokenSlot before = slots.getOrDefault(key, TokenSlot.EMPTY);
        Instant asked = clock.instant();
        Optional<TokenResult> serving = before.servingAt(asked);
        if (serving.isPresent() && !before.dueAt(asked)) {
            return done(serving.get()); // somebody was faster
        }
        if (before.dead()) {
            return done(new TokenResult.ReconnectNeeded());
        }
        if (alarm.mayNotAsk()) {
            return done(unavailable(before, asked));
        }
        TokenShelf.Word word = shelf.claim(key);
        if (word instanceof TokenShelf.Word.Take take) {
            TokenSlot slot = slots.compute(key, (same, old) -> orEmpty(old).taken(take.token(), take.renewAt()));
            return slot.servesAt(clock.instant()) ? done(new TokenResult.Fresh(take.token())) : attempt(key, holder, until);
        }
        if (word instanceof TokenShelf.Word.Wait) {
            return serving.isPresent() ? done(serving.get()) : asked.isAfter(until) ? done(unavailable(before, asked))
                    : pause.of(LOOK_AGAIN).thenCompose(over -> attempt(key, holder, until));
        }
        return ask(key, holder, until);
    }

    private CompletionStage<TokenResult> ask(TokenKey key, Holder holder, Instant until) {
        if (!alarm.mayAsk()) {
            shelf.leave(key);
            return done(unavailable(slots.getOrDefault(key, TokenSlot.EMPTY), clock.instant()));
        }
        calls.increment();
        LwaAnswer answer = lwa.refresh(holder.refreshToken());
        if (answer instanceof LwaAnswer.Granted granted) {
            alarm.silence();
            TokenSlot slot = slots.compute(key, (same, old) -> orEmpty(old).granted(granted.accessToken(), jitter.apply(ahead)));
            shelf.lay(key, granted.accessToken(), slot.renewAt());
            return done(new TokenResult.Fresh(granted.accessToken()));
        }
        LwaAnswer.Failed failed = (LwaAnswer.Failed) answer;
        if (failed.kind() == LwaAnswer.Kind.GRANT) {
            alarm.silence();
            shelf.leave(key);
            return done(died(key, holder, failed.text()));
        }
        TokenSlot slot = note(key, holder, failed);
        Instant now = clock.instant();
        Optional<TokenResult> serving = slot.servingAt(now);
        if (serving.isPresent()) {
            shelf.leave(key);
            return done(serving.get());
        }
        if (failed.kind() != LwaAnswer.Kind.PASSING || slot.notBefore().isAfter(until)) {
            shelf.leave(key);
            return done(unavailable(slot, now));
        }
        return pause.of(untilThen(now, slot.notBefore())).thenCompose(over -> attempt(key, holder, until));
    }

    private static CompletionStage<TokenResult> done(TokenResult result) {
        return CompletableFuture.completedStage(result);
    }

    /** A machine that stalled may find the wait over already. */
    private static Duration untilThen(Instant now, Instant then) {
        return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }

    /** Null only before the first answer. */
    private static TokenSlot orEmpty(@Nullable TokenSlot slot) {
        return slot == null ? TokenSlot.EMPTY : slot;
    }

    private TokenSlot note(TokenKey key, Holder holder, LwaAnswer.Failed failed) {
        Instant now = clock.instant();
        if (failed.kind() == LwaAnswer.Kind.CLIENT) {
            alarm.ring(failed.text());
        } else if (failed.kind() == LwaAnswer.Kind.REQUEST) {
            log.error("Amazon does not allow a token for {}: {}", holder, failed.text());
        } else {
            log.warn("No new token for {} yet: {}", holder, failed.text());
        }
        return slots.compute(key, (same, old) -> failed.kind() == LwaAnswer.Kind.REQUEST
                ? orEmpty(old).refused(failed.text(), now) : orEmpty(old).failed(failed.text(), now));
    }

    /** Whether no token request would leave now, because Amazon refuses this application. */
    boolean pauses(Instant now) {
        return alarm.ringing().filter(ringing -> now.isBefore(ringing.nextTry())).isPresent();
    }

    TokenResult unavailable(TokenSlot slot, Instant now) {
        Optional<ApplicationAlarm.Ringing> ringing = alarm.ringing();
        Instant next = ringing.map(ApplicationAlarm.Ringing::nextTry).orElse(slot.notBefore());
        String reason = ringing.map(r -> "Amazon refuses this application").orElse("Amazon gives no access token now");
        long millis = next.isAfter(now) ? Duration.between(now, next).toMillis() : 0;
        return new TokenResult.Unavailable(reason, Duration.ofSeconds(Math.max(1, (millis + 999) / 1000)));
    }

    /** The stored grant is read first: somebody may have reconnected, and then theirs is the one to use. */
    private TokenResult died(TokenKey key, Holder holder, String reason) {
        Instant now = clock.instant();
        slots.compute(key, (same, old) -> orEmpty(old).died(reason, now));
        String seller = holder.sellerId();
        if (seller != null && !replaced(seller, holder)) {
            mark(seller, holder, reason);
        }
        return new TokenResult.ReconnectNeeded();
    }

    private boolean replaced(String seller, Holder holder) {
        try {
            return book.reread(seller).stream()
                    .anyMatch(stored -> stored.region() == holder.region() && stored.connected() && !stored.refreshToken().equals(holder.refreshToken()));
        } catch (DataAccessException e) {
            log.warn("The grant of {} cannot be read again: {}", holder, e.getClass().getSimpleName());
            return false;
        }
    }

    /** Writes reconnect-needed to the table, once; on a database that is away the job does it later. */
    void mark(String seller, Holder holder, String reason) {
        try {
            if (store.markReconnectNeeded(seller, holder.refreshToken(), reason, clock.instant())) {
                log.error("Amazon no longer takes the consent of {}: {}. The seller must connect again at /connect.", holder,
                        reason);
            }
            book.reread(seller);
        } catch (DataAccessException e) {
            log.warn("That {} must connect again cannot be stored now: {}", holder, e.getClass().getSimpleName());
        }
    }
}
