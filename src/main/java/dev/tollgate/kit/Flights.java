package dev.tollgate.kit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One flight a key: of any number of callers with the same question one makes the call, the others wait for its answer.
 *
 * <p>A flight lasts until its leader ends it, which it must, whatever happens: nobody leads another one beside it, because
 * its call may be paid for. When it crashes, one of those who wait leads the next flight, and a caller that has seen too many
 * crashes, or has waited for too long, gives up alone. When it is lost, all who wait give up. A follower that leaves disturbs nobody. Followers block, so the
 * callers' threads must be virtual or from a pool of their own.
 *
 * @param <V> what a flight brings, shared by all on board
 */
public final class Flights<V> {

    /**
     * Landed with a result, or crashed for a reason.
     *
     * @param lost whether nobody of those who wait is to lead the next flight
     */
    private record Outcome<V>(V result, String crash, boolean lost) {
    }

    /** Bound: callers who lead at this moment; keys have 6,100 characters at most, or are hashes. */
    private final ConcurrentMap<String, CompletableFuture<Outcome<V>>> inTheAir = new ConcurrentHashMap<>();
    private final Duration patience;
    private final int tries;

    /**
     * @param patience how long a caller waits in all before it gives up; longer than a call may take
     * @param tries    how many crashes a caller waits through before it gives up, 1 or more
     * @throws IllegalArgumentException when a bound is not positive
     */
    public Flights(Duration patience, int tries) {
        if (patience.isNegative() || patience.isZero() || tries < 1) {
            throw new IllegalArgumentException("flights need a positive patience and at least 1 try");
        }
        this.patience = patience;
        this.tries = tries;
    }

    /**
     * Joins the flight of a key: leads it if there is none, else waits until it ends.
     *
     * @param known asked by a new leader before it leads: the flight before it may have landed between this caller's own
     *              look and now, and its answer must not be paid for again
     */
    public Boarding<V> join(String key, Supplier<Optional<V>> known) {
        long arrived = System.nanoTime();
        String crash = "";
        for (int crashes = 0; crashes < tries; crashes++) {
            CompletableFuture<Outcome<V>> mine = new CompletableFuture<>();
            CompletableFuture<Outcome<V>> current = inTheAir.putIfAbsent(key, mine);
            if (current == null) {
                return lead(new Ticket<>(this, key, mine), known);
            }
            try {
                Outcome<V> outcome = current.get(patience.toNanos() - (System.nanoTime() - arrived), TimeUnit.NANOSECONDS);
                if (outcome.crash == null) {
                    return new Boarding.Follower<>(outcome.result);
                }
                crash = outcome.crash;
                if (outcome.lost) {
                    return new Boarding.Abandoned<>(crash);
                }
            } catch (TimeoutException stillInTheAir) {
                return new Boarding.Abandoned<>("the same question is still on its way after " + patience);
            } catch (InterruptedException left) {
                Thread.currentThread().interrupt();
                return new Boarding.Abandoned<>("the caller left");
            } catch (ExecutionException impossible) {
                throw new IllegalStateException("flights end with an outcome only", impossible);
            }
        }
        return new Boarding.Abandoned<>(crash);
    }

    /**
     * The same without a thread: completes when this caller leads, or has an answer, or goes without one; on the thread of
     * whoever ended the flight, which is not to be kept.
     */
    public CompletionStage<Boarding<V>> board(String key, Supplier<Optional<V>> known) {
        CompletableFuture<Boarding<V>> boarding = new CompletableFuture<>();
        board(key, known, boarding, 0, "");
        return boarding.isDone() ? boarding : boarding.completeOnTimeout(
                new Boarding.Abandoned<>("the same question is still on its way after " + patience), patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void board(String key, Supplier<Optional<V>> known, CompletableFuture<Boarding<V>> boarding, int crashes, String crash) {
        if (crashes >= tries) {
            boarding.complete(new Boarding.Abandoned<>(crash));
            return;
        }
        CompletableFuture<Outcome<V>> mine = new CompletableFuture<>();
        CompletableFuture<Outcome<V>> current = inTheAir.putIfAbsent(key, mine);
        if (current == null) {
            lead(new Ticket<>(this, key, mine), known, boarding);
            return;
        }
        current.thenAccept(outcome -> {
            if (outcome.crash == null) {
                boarding.complete(new Boarding.Follower<>(outcome.result));
            } else if (outcome.lost) {
                boarding.complete(new Boarding.Abandoned<>(outcome.crash));
            } else if (!boarding.isDone()) {
                board(key, known, boarding, crashes + 1, outcome.crash);
            }
        });
    }

    /** Where a caller's patience ends at this very moment nobody would end its flight: the next one leads. */
    private void lead(Ticket<V> ticket, Supplier<Optional<V>> known, CompletableFuture<Boarding<V>> boarding) {
        try {
            Boarding<V> led = lead(ticket, known);
            if (!boarding.complete(led) && led instanceof Boarding.Leader) {
                ticket.crash("the caller's patience ended");
            }
        } catch (RuntimeException failed) {
            boarding.completeExceptionally(failed);
        }
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

    private Landing end(String key, CompletableFuture<Outcome<V>> flight, Outcome<V> outcome) {
        // Off the map first: who is woken by a crash must find room for a flight of its own.
        inTheAir.remove(key, flight);
        return flight.complete(outcome) ? Landing.IN_TIME : Landing.TOO_LATE;
    }

    /** Whether the end of a flight reached those on board. */
    public enum Landing {
        /** It did. */
        IN_TIME,
        /** The flight had ended before. */
        TOO_LATE
    }

    /**
     * The leader's duty. Only the first call of any method counts.
     *
     * @param <V> what the flight brings
     */
    public static final class Ticket<V> {

        private final Flights<V> flights;
        private final String key;
        private final CompletableFuture<Outcome<V>> flight;

        private Ticket(Flights<V> flights, String key, CompletableFuture<Outcome<V>> flight) {
            this.flights = flights;
            this.key = key;
            this.flight = flight;
        }

        /** Gives the result to all who wait. What is to be found later must have been saved before. */
        public Landing land(V result) {
            return flights.end(key, flight, new Outcome<>(result, null, false));
        }

        /** Lets one of those who wait lead the next flight. */
        public Landing crash(String reason) {
            return flights.end(key, flight, new Outcome<>(null, reason, false));
        }

        /** Tells all who wait that there is no answer: none of them leads, because the call may have been served and paid. */
        public Landing lose(String reason) {
            return flights.end(key, flight, new Outcome<>(null, reason, true));
        }
    }
}
