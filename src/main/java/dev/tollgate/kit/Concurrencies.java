package dev.tollgate.kit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;

/** The limits of calls at once of the kit by name, each with a place for every value of its key. */
@Component
public class Concurrencies {

    private static final Duration SOON = Duration.ofSeconds(1);

    /**
     * What a route file says of a limit.
     *
     * @param atOnce calls that may be under way at once, for each key
     * @param maxWait how long a call may wait for a place
     * @param maxWaiting calls that may wait for a place at once, for each key
     */
    record Settings(int atOnce, Duration maxWait, int maxWaiting) {
    }

    /** The places of one key: those in use, and who waits for one, in order of arrival. Guarded by itself. */
    private static final class Places {

        /** Bound: the limit's most waiting. */
        private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
        private int used;
    }

    /** One limit. */
    static final class Limit {

        private final String name;
        private volatile Settings settings;
        /** Bound: keys of calls that are under way or wait, of at most 200 characters each. */
        private final Map<String, Places> places = new ConcurrentHashMap<>();
        private final LongAdder denied = new LongAdder();

        Limit(String name, Settings settings) {
            this.name = name;
            this.settings = settings;
        }

        /**
         * Takes a place, to be given back by {@link #leave} once the future has completed normally.
         *
         * @return completes when there is a place; exceptionally with a {@link Refusal} when there is none in time
         */
        CompletableFuture<Void> enter(String key) {
            CompletableFuture<Void> turn = new CompletableFuture<>();
            boolean[] waits = new boolean[1];
            places.compute(key, (same, known) -> {
                Places here = known == null ? new Places() : known;
                if (here.used < settings.atOnce()) {
                    here.used++;
                    turn.complete(null);
                } else if (!settings.maxWait().isZero() && here.waiting.size() < settings.maxWaiting()) {
                    here.waiting.add(turn);
                    waits[0] = true;
                }
                return here;
            });
            if (!turn.isDone() && !waits[0]) {
                turn.completeExceptionally(deny());
            } else if (waits[0]) {
                CompletableFuture.delayedExecutor(settings.maxWait().toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                        .execute(() -> giveUp(key, turn, deny()));
            }
            return turn;
        }

        /** Ends a wait; nothing when the call has its place already. */
        void giveUp(String key, CompletableFuture<Void> turn, Refusal no) {
            boolean[] left = new boolean[1];
            places.computeIfPresent(key, (same, here) -> {
                left[0] = here.waiting.remove(turn);
                return here;
            });
            if (left[0]) {
                turn.completeExceptionally(no);
            }
        }

        /** Whether a call of that key would have a place at once. */
        boolean hasRoom(String key) {
            Places here = places.get(key);
            return here == null || here.used < settings.atOnce();
        }

        private Refusal deny() {
            denied.increment();
            return full();
        }

        Refusal full() {
            return Refusal.until(429, "%s has %d calls under way, which is as many as may be at once.".formatted(name,
                    settings.atOnce()), SOON);
        }

        /** Gives a place back, to the first who waits. */
        void leave(String key) {
            CompletableFuture<?>[] next = new CompletableFuture<?>[1];
            places.computeIfPresent(key, (same, here) -> {
                here.used--;
                if (here.used < settings.atOnce() && !here.waiting.isEmpty()) {
                    here.used++;
                    next[0] = here.waiting.poll();
                }
                return here.used == 0 && here.waiting.isEmpty() ? null : here;
            });
            if (next[0] != null) {
                next[0].complete(null);
            }
        }

        Limit with(Settings other) {
            settings = other;
            return this;
        }

        private Map<String, Object> show() {
            Map<String, Object> numbers = new LinkedHashMap<>();
            numbers.put("atOnce", settings.atOnce());
            numbers.put("underWay", places.values().stream().mapToInt(here -> here.used).sum());
            numbers.put("waiting", places.values().stream().mapToInt(here -> here.waiting.size()).sum());
            numbers.put("denied", denied.sum());
            return numbers;
        }
    }

    private final PolicyRegistry<Settings, Limit> limits = new PolicyRegistry<>();

    Limit limit(String name, long revision, Settings settings) {
        return limits.get(name, revision, settings, before -> before == null ? new Limit(name, settings) : before.with(settings));
    }

    /** What a call would be told now that has no key and does not wait; empty where it has a place, or where nobody knows the limit yet. */
    public Optional<Refusal> refusal(String name) {
        return limits.known(name).filter(limit -> !limit.hasRoom("")).map(Limit::full);
    }

    /** For {@code /status}. */
    Map<String, Object> snapshot() {
        return limits.snapshot(Limit::show);
    }
}
