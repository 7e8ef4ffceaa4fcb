package dev.tollgate.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What is known about one refresh token: its access token, and how asking for the next one went. Immutable.
 *
 * @param token     the newest one, null before the first and after the upstream called it expired
 * @param renewAt   when to ask for the next one although this one still serves
 * @param failures  failed attempts since the last success
 * @param notBefore no attempt before this
 * @param deadSince when the refresh token was refused for good; null while it is of use
 * @param disputed  when the upstream last called a token expired that was too young for it; null if it did not
 * @param error     the last failure's text, null after a success
 */
public record TokenSlot(@Nullable AccessToken token, Instant renewAt, int failures, Instant notBefore, @Nullable Instant deadSince,
        @Nullable Instant disputed, @Nullable String error) {

    public static final TokenSlot EMPTY = new TokenSlot(null, Instant.MAX, 0, Instant.MIN, null, null, null);

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 10;

    public boolean servesAt(Instant now) {
        return token != null && token.servesAt(now);
    }

    /** The token, as long as it serves. */
    public Optional<TokenResult> servingAt(Instant now) {
        return Optional.ofNullable(token).filter(known -> known.servesAt(now)).map(TokenResult.Fresh::new);
    }

    public TokenSlot unchanged() {
        return this;
    }

    public boolean dead() {
        return deadSince != null;
    }

    public boolean mayAskAt(Instant now) {
        return !dead() && !now.isBefore(notBefore);
    }

    public boolean dueAt(Instant now) {
        return token != null && !now.isBefore(renewAt) && mayAskAt(now);
    }

    /** A new token, to be renewed {@code ahead} of its end; one whose life is not twice as long, only when it ends. */
    public TokenSlot granted(AccessToken next, Duration ahead) {
        boolean longEnough = ahead.multipliedBy(2).compareTo(next.life()) <= 0;
        return new TokenSlot(next, longEnough ? next.expiresAt().minus(ahead) : next.expiresAt(), 0, Instant.MIN, null, disputed, null);
    }

    /** A token that another gateway has asked for. */
    public TokenSlot taken(AccessToken next, Instant renew) {
        return new TokenSlot(next, renew, 0, Instant.MIN, null, disputed, null);
    }

    /** A failure that may pass: the token keeps serving, the next attempt waits twice as long as the one before. */
    public TokenSlot failed(String text, Instant now) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(MOST_DOUBLINGS, failures));
        Duration bounded = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        return new TokenSlot(token, renewAt, failures + 1, now.plus(bounded), deadSince, disputed, text);
    }

    /** A failure that only an operator ends; asked again once a minute. */
    public TokenSlot refused(String text, Instant now) {
        return new TokenSlot(token, renewAt, failures + 1, now.plus(LONGEST_WAIT), deadSince, disputed, text);
    }

    /** The refresh token is of no use any more, and its access token neither. */
    public TokenSlot died(String text, Instant now) {
        return new TokenSlot(null, Instant.MAX, failures + 1, Instant.MAX, now, null, text);
    }

    /**
     * The upstream called a token expired: it serves no more, if it is still the newest. One that is too young to have
     * expired is believed to be so once in its youth, so that an upstream that always says so costs few token calls.
     */
    public TokenSlot expired(String value, Instant now) {
        if (token == null || !token.value().equals(value)) {
            return this;
        }
        boolean young = token.youngAt(now);
        if (young && disputed != null && now.isBefore(disputed.plus(LONGEST_WAIT))) {
            return this;
        }
        return new TokenSlot(null, Instant.MAX, failures, notBefore, deadSince, young ? now : disputed, error);
    }
}
