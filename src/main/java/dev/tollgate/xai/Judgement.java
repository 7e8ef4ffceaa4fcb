package dev.tollgate.xai;

import java.time.Duration;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A verdict and where it comes from. The same for all who asked the same question at the same time.
 *
 * @param verdict whether the price is reasonable
 * @param source  what it stands on
 * @param reason  why it is not a fresh answer; null when it is
 */
public record Judgement(boolean verdict, Source source, String reason) {

    /** What a verdict stands on. */
    public enum Source {
        /** An answer paid for before, or by another caller at the same time. */
        CACHE,
        /** An answer paid for by this caller. */
        API,
        /** No answer: the safe assumption. */
        FALLBACK;

        /** As on the wire. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Judgement cached(boolean verdict) {
        return new Judgement(verdict, Source.CACHE, null);
    }

    static Judgement stale(boolean verdict, Duration age, String why) {
        return new Judgement(verdict, Source.CACHE, "the answer is " + age.toSeconds() + " seconds old and expired: " + why);
    }

    static Judgement fresh(boolean verdict, String reason) {
        return new Judgement(verdict, Source.API, reason);
    }

    static Judgement fallback(boolean safeVerdict, String reason) {
        return new Judgement(safeVerdict, Source.FALLBACK, reason);
    }

    /** As a caller sees it who waited for another's call: it cost this one nothing. */
    Judgement shared() {
        return source == Source.API ? new Judgement(verdict, Source.CACHE, reason) : this;
    }
}
