package dev.tollgate.cluster;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database's clock, read without asking: what it said last, and what has passed since by a counter that no setting of this
 * machine's clock moves. Right to half of the shortest round trip; nodes whose own clocks differ agree on it.
 */
final class SharedClock extends Clock {

    private static final Logger LOG = LoggerFactory.getLogger(SharedClock.class);
    /** How much a counter may go wrong, as one part in so many: 200 in a million. */
    private static final long DRIFT = 5_000;
    private static final long MOVED = TimeUnit.SECONDS.toNanos(1);

    /**
     * @param nanos  the database's time in nanoseconds since 1970, at...
     * @param at     ...this count of the counter
     * @param error  how far that may be wrong
     */
    private record Sample(long nanos, long at, long error) {

        long when(long count) {
            return nanos + (count - at);
        }

        long errorAt(long count) {
            return error + (count - at) / DRIFT;
        }
    }

    private final LongSupplier counter;
    private volatile Sample sample;

    SharedClock() {
        this(System::nanoTime);
    }

    /** @param counter nanoseconds since whenever */
    SharedClock(LongSupplier counter) {
        this.counter = counter;
    }

    /**
     * Takes what the database said.
     *
     * @param millis its time
     * @param asked  the counter before the question
     * @param heard  the counter after the answer
     */
    synchronized void hear(long millis, long asked, long heard) {
        long half = (heard - asked) / 2;
        Sample told = new Sample(TimeUnit.MILLISECONDS.toNanos(millis) + TimeUnit.MILLISECONDS.toNanos(1) / 2, asked + half,
                half + TimeUnit.MILLISECONDS.toNanos(1));
        Sample before = sample;
        if (before == null) {
            sample = told;
            return;
        }
        long apart = Math.abs(told.nanos - before.when(told.at));
        boolean moved = apart > before.errorAt(told.at) + told.error + MOVED;
        if (moved) {
            LOG.warn("The database's clock was set, or another server took over, whose clock is {} ms apart: all nodes follow it",
                    TimeUnit.NANOSECONDS.toMillis(apart));
        }
        if (moved || told.error <= before.errorAt(told.at)) {
            sample = told;
        }
    }

    /** How far {@link #instant} may be from the database's clock. */
    Duration error() {
        return Duration.ofNanos(sample.errorAt(counter.getAsLong()));
    }

    @Override
    public Instant instant() {
        long nanos = sample.when(counter.getAsLong());
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this; // days are counted in the zone that a policy names
    }
}
