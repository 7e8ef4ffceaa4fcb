package dev.tollgate.oauth;

import java.time.Duration;
import java.time.Instant;

/**
 * An access token and its life. Amazon's live an hour (developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api).
 *
 * @param value     goes into {@code x-amz-access-token}, and nowhere else
 * @param issuedAt  when it was asked for
 * @param expiresAt when it ends
 */
public record AccessToken(String value, Instant issuedAt, Instant expiresAt) {

    private static final Duration LONGEST_MARGIN = Duration.ofMinutes(1);
    private static final int MARGIN_PART = 60;

    /** Whether a call that leaves now arrives in time: until a sixtieth of its life, one minute at most, before its end. */
    boolean servesAt(Instant now) {
        return now.isBefore(expiresAt.minus(margin()));
    }

    /** So young that it cannot have expired, whatever anybody says. */
    boolean youngAt(Instant now) {
        return now.isBefore(issuedAt.plus(margin()));
    }

    Duration life() {
        return Duration.between(issuedAt, expiresAt);
    }

    private Duration margin() {
        Duration part = life().dividedBy(MARGIN_PART);
        return part.compareTo(LONGEST_MARGIN) > 0 ? LONGEST_MARGIN : part;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "access token until " + expiresAt;
    }
}
