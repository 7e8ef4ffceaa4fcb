package dev.tollgate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test moves, forwards and backwards. */
public final class ManualClock extends Clock {

    private final AtomicReference<Instant> now = new AtomicReference<>();

    /** Noon of some day. */
    public ManualClock() {
        this("2026-03-01T12:00:00Z");
    }

    /** @param start ISO-8601 with an offset, such as {@code 2026-11-01T01:30:00-07:00} */
    public ManualClock(String start) {
        set(start);
    }

    public void set(String time) {
        now.set(OffsetDateTime.parse(time).toInstant());
    }

    public void advance(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
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
        throw new UnsupportedOperationException("a zone is a policy's, not the clock's");
    }
}
