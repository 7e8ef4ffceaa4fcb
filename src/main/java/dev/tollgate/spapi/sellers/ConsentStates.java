package dev.tollgate.spapi.sellers;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.KeyText;

/**
 * The one-time states that tie a callback to the browser that began it: 256 random bits, good for one callback of the
 * same browser within ten minutes (Amazon, Website Authorization Workflow: short-lived and verifiably unique to the user).
 * Only hashes are kept, at most 10,000 of them, the oldest going first; by several gateways in their database, as long as that
 * is there.
 */
public final class ConsentStates {

    /** How long a person has between Amazon's page and ours. */
    public static final Duration LIFE = Duration.ofMinutes(10);

    static final int MOST = 10_000;
    private static final int BYTES = 32;
    private static final int CHARACTERS = 43;

    /** What was asked of Amazon, to be known again when the answer comes. */
    public record Request(Marketplace marketplace, String redirectUri, String expectedSeller) {
    }

    /** A state that was given out, and the browser's half of it. */
    public record Begun(String state, String browser) {

        /** Without either. */
        @Override
        public String toString() {
            return "a consent begun";
        }
    }

    /** A callback's state, judged. */
    public sealed interface Taken {
    }

    /** It is ours, unused and of this browser; and used from now on. */
    public record Valid(Request request) implements Taken {
    }

    /** It is not. */
    public record Invalid(Why why) implements Taken {
    }

    /** Why a state does not count. */
    public enum Why { MISSING, UNKNOWN, EXPIRED, REPLAYED, OTHER_BROWSER }

    private record Pending(byte[] browser, Request request, Instant until, boolean used) {
    }

    private final Clock clock;
    /** Null where there is one gateway. */
    private final @Nullable SharedConsents shared;
    private final SecureRandom random = new SecureRandom();
    /**
     * By hash, so that how long a look-up takes tells nothing of a state. Bound: 10,000 hashes of 64 characters, the oldest
     * going first.
     */
    private final Map<String, Pending> oldestFirst = new LinkedHashMap<>();

    ConsentStates(Clock clock) {
        this(clock, null);
    }

    ConsentStates(Clock clock, @Nullable SharedConsents shared) {
        this.shared = shared;
        this.clock = clock;
    }

    /** @param browser the value of the browser's cookie, if it has one; else, or if it is none of ours, it gets a new one */
    public Begun begin(Request request, @Nullable String browser) {
        String state = fresh();
        String cookie = browser != null && browser.matches("[A-Za-z0-9_-]{" + CHARACTERS + "}") ? browser : fresh();
        if (shared == null || !shared.begin(KeyText.hash(state), KeyText.hash(cookie), request, LIFE)) {
            keep(KeyText.hash(state), KeyText.sha256(cookie), request);
        }
        return new Begun(state, cookie);
    }

    private synchronized void keep(String key, byte[] browser, Request request) {
        Instant now = clock.instant();
        dropOld(now);
        oldestFirst.put(key, new Pending(browser, request, now.plus(LIFE), false));
    }

    /** Judges a callback; a state is {@link Valid} once. A foreign browser does not use it up. */
    public Taken take(@Nullable String state, @Nullable String browser) {
        if (state == null || state.isBlank()) {
            return new Invalid(Why.MISSING);
        }
        String key = KeyText.hash(state);
        Optional<Taken> together = shared == null ? Optional.empty() : shared.take(key, KeyText.hash(browser == null ? "" : browser));
        return together.orElseGet(() -> takeHere(key, browser));
    }

    private synchronized Taken takeHere(String key, @Nullable String browser) {
        Pending pending = oldestFirst.get(key);
        if (pending == null) {
            return new Invalid(Why.UNKNOWN);
        }
        if (!MessageDigest.isEqual(pending.browser(), KeyText.sha256(browser == null ? "" : browser))) {
            return new Invalid(Why.OTHER_BROWSER);
        }
        if (pending.used()) {
            return new Invalid(Why.REPLAYED);
        }
        if (!clock.instant().isBefore(pending.until())) {
            return new Invalid(Why.EXPIRED);
        }
        oldestFirst.put(key, new Pending(pending.browser(), pending.request(), pending.until(), true));
        return new Valid(pending.request());
    }

    /** Ended states stay for another life, so that a late or repeated callback is told what is wrong. */
    private void dropOld(Instant now) {
        Iterator<Pending> oldest = oldestFirst.values().iterator();
        while (oldest.hasNext()) {
            boolean ended = oldest.next().until().plus(LIFE).isBefore(now);
            if (!ended && oldestFirst.size() < MOST) {
                return;
            }
            oldest.remove();
        }
    }

    synchronized int size() {
        return oldestFirst.size();
    }

    private String fresh() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
