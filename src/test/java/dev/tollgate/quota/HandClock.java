package dev.tollgate.quota;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test moves by hand, forwards and backwards. */
public final class HandClock extends Clock {

    private final AtomicReference<Instant> now;

    private HandClock(Instant start) {
        this.now = new AtomicReference<>(start);
    }

    /** @param start ISO-8601 with an offset, such as {@code 2026-11-01T01:30:00-07:00} */
    public static HandClock at(String start) {
        return new HandClock(java.time.OffsetDateTime.parse(start).toInstant());
    }

    public HandClock set(String instant) {
        now.set(java.time.OffsetDateTime.parse(instant).toInstant());
        return this;
    }

    public HandClock advance(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
        return this;
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the zone is the quota's, not the clock's");
    }
}
