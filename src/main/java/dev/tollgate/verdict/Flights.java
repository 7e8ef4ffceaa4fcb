package dev.tollgate.verdict;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One flight a key: of any number of callers with the same question one makes the call, the others wait for its answer.
 *
 * <p>The leader has a deadline of its own. When it crashes or overstays, one of those who wait leads the next flight, and
 * a caller that has seen too many crashes gives up alone. A follower that leaves disturbs nobody. Followers block, so the
 * callers' threads must be virtual or from a pool of their own.
 *
 * @param <V> what a flight brings, shared by all on board
 */
public final class Flights<V> {

    private record Flight<V>(CompletableFuture<Outcome<V>> outcome, long endsAt) {
    }

    /** Landed with a result, or crashed for a reason. */
    private record Outcome<V>(V result, String crash) {
    }

    private final ConcurrentMap<String, Flight<V>> inTheAir = new ConcurrentHashMap<>();
    private final Duration deadline;
    private final int tries;

    /**
     * @param deadline how long a leader may take before the next one leads; longer than the call's own timeouts
     * @param tries    how many crashes a caller waits through before it gives up, 1 or more
     * @throws IllegalArgumentException when a bound is not positive
     */
    public Flights(Duration deadline, int tries) {
        if (deadline.isNegative() || deadline.isZero() || tries < 1) {
            throw new IllegalArgumentException("a flight needs a positive deadline and at least 1 try");
        }
        this.deadline = deadline;
        this.tries = tries;
    }

    /**
     * Joins the flight of a key: leads it if there is none, else waits until it ends. Waits no longer than
     * {@code tries} deadlines.
     *
     * @param known asked by a new leader before it leads: the flight before it may have landed between this caller's own
     *              look and now, and its answer must not be paid for again
     */
    public Boarding<V> join(String key, Supplier<Optional<V>> known) {
        String crash = "";
        for (int crashes = 0; crashes < tries; crashes++) {
            Flight<V> mine = new Flight<>(new CompletableFuture<>(), System.nanoTime() + deadline.toNanos());
            Flight<V> current = inTheAir.putIfAbsent(key, mine);
            if (current == null) {
                return lead(new Ticket<>(this, key, mine), known);
            }
            try {
                Outcome<V> outcome = current.outcome.get(current.endsAt - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (outcome.crash == null) {
                    return new Boarding.Follower<>(outcome.result);
                }
                crash = outcome.crash;
            } catch (TimeoutException overdue) {
                crash = "the call took longer than " + deadline;
                end(key, current, new Outcome<>(null, crash));
            } catch (InterruptedException left) {
                Thread.currentThread().interrupt();
                return new Boarding.Abandoned<>("the caller left");
            } catch (ExecutionException impossible) {
                throw new IllegalStateException("flights end with an outcome only", impossible);
            }
        }
        return new Boarding.Abandoned<>(crash);
    }

    /** Keys whose call is on its way. */
    public int size() {
        return inTheAir.size();
    }

    private Boarding<V> lead(Ticket<V> ticket, Supplier<Optional<V>> known) {
        Optional<V> answer;
        try {
            answer = known.get();
        } catch (RuntimeException failed) {
            ticket.crash("looking for a known answer failed");
            throw failed;
        }
        answer.ifPresent(ticket::land);
        return answer.<Boarding<V>>map(Boarding.Follower::new).orElseGet(() -> new Boarding.Leader<>(ticket));
    }

    private Landing end(String key, Flight<V> flight, Outcome<V> outcome) {
        // Off the map first: who is woken by a crash must find room for a flight of its own.
        inTheAir.remove(key, flight);
        return flight.outcome.complete(outcome) ? Landing.IN_TIME : Landing.TOO_LATE;
    }

    /** Whether the end of a flight reached those on board. */
    public enum Landing {
        /** It did. */
        IN_TIME,
        /** The flight had ended before: landed already, or overdue and led by another by now. */
        TOO_LATE
    }

    /**
     * The leader's duty. Only the first call of either method counts.
     *
     * @param <V> what the flight brings
     */
    public static final class Ticket<V> {

        private final Flights<V> flights;
        private final String key;
        private final Flight<V> flight;

        private Ticket(Flights<V> flights, String key, Flight<V> flight) {
            this.flights = flights;
            this.key = key;
            this.flight = flight;
        }

        /** Gives the result to all who wait. What is to be found later must have been saved before. */
        public Landing land(V result) {
            return flights.end(key, flight, new Outcome<>(result, null));
        }

        /** Lets one of those who wait lead the next flight. */
        public Landing crash(String reason) {
            return flights.end(key, flight, new Outcome<>(null, reason));
        }
    }
}
