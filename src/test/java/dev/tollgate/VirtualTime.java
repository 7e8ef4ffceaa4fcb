package dev.tollgate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that a test moves, and a diary of what happens when: a day passes in a moment. For one thread. */
public final class VirtualTime implements InstantSource {

    private final PriorityQueue<Appointment> diary =
            new PriorityQueue<>(Comparator.comparingLong(Appointment::at).thenComparingLong(Appointment::number));
    private volatile long now = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private long appointments;

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    @Override
    public long millis() {
        return now;
    }

    /** Moves the clock without looking into the diary. */
    public void pass(Duration time) {
        now += time.toMillis();
    }

    /** Has something happen later. */
    public void in(long millis, Runnable what) {
        diary.add(new Appointment(now + millis, appointments++, what));
    }

    /** Whether nothing is in the diary. */
    public boolean isFree() {
        return diary.isEmpty();
    }

    /** Lives through everything in the diary, in order. */
    public void run() {
        while (!diary.isEmpty()) {
            Appointment next = diary.poll();
            now = next.at();
            next.what().run();
        }
    }

    private record Appointment(long at, long number, Runnable what) {
    }
}
