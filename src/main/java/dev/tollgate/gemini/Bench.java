package dev.tollgate.gemini;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.ledger.TokenRow;

/**
 * Remembers which keys failed lately, so that others are tried first. It never forbids a key: where all are benched
 * they all play.
 */
final class Bench {

    private static final Logger log = LoggerFactory.getLogger(Bench.class);

    /** @param key as stored, so that a new key of the same row starts afresh */
    private record Seat(String key, Instant until, boolean invalid) {
    }

    /** Bound: rows of TokenMaster. */
    private final Map<Long, Seat> seats = new ConcurrentHashMap<>();
    private final Clock clock;

    Bench(Clock clock) {
        this.clock = clock;
    }

    boolean holds(TokenRow key) {
        Seat seat = seats.get(key.tokenId());
        return seat != null && seat.key.equals(key.apiKey()) && clock.instant().isBefore(seat.until);
    }

    /** One ERROR when a key turns out invalid, not one a call. */
    void take(TokenRow key, UpstreamFailure failure) {
        boolean invalid = failure.kind() == UpstreamFailure.Kind.KEY;
        Seat seat = new Seat(key.apiKey(), failure.benchedUntil(clock.instant()), invalid);
        Seat before = seats.put(key.tokenId(), seat);
        if (invalid && (before == null || !before.invalid || !before.key.equals(seat.key))) {
            log.error("The Gemini key of token {} of company {} is not accepted: {}. Replace it, or disable the token.",
                    key.tokenId(), key.companyId(), failure.getMessage());
        }
    }

    void clear(TokenRow key) {
        seats.remove(key.tokenId());
    }
}
