package dev.tollgate.kit;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;


import org.springframework.stereotype.Component;

/** The caches of the kit by name, in memory. What is kept survives edits, not a restart. */
@Component("tollCaches")
public class Caches {

    /** A waiting caller sees so many failed calls before it gives up. */
    private static final int TRIES = 3;

    /** One cache, and who asks for what is not in it. */
    record Shelf(Cache<String, KeptAnswer> answers, Flights<KeptAnswer> flights, LongAdder hits, LongAdder misses) {

        Optional<KeptAnswer> find(String key) {
            return Optional.ofNullable(answers.getIfPresent(key));
        }

        CompletionStage<Boarding<KeptAnswer>> join(String key) {
            return flights.board(key, () -> find(key));
        }
    }

    private final Clock clock;
    private final PolicyRegistry<CacheSettings, Shelf> shelves = new PolicyRegistry<>();

    Caches(Clock clock) {
        this.clock = clock;
    }

    Shelf shelf(String name, long revision, CacheSettings settings) {
        return shelves.get(name, revision, settings, before -> {
            Shelf next = new Shelf(cache(settings), new Flights<>(settings.patience(), TRIES),
                    before == null ? new LongAdder() : before.hits(), before == null ? new LongAdder() : before.misses());
            if (before != null) {
                next.answers().putAll(before.answers().asMap());
            }
            return next;
        });
    }

    private Cache<String, KeptAnswer> cache(CacheSettings settings) {
        return Caffeine.newBuilder().expireAfterWrite(settings.keepFor())
                .maximumWeight(settings.bytes()).weigher((String key, KeptAnswer answer) -> key.length() + answer.size())
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())).build();
    }

    /** For {@code /status}: the same words as xAI's. */
    Map<String, Object> snapshot() {
        return shelves.snapshot(shelf -> Map.of("cacheEntries", shelf.answers().estimatedSize(),
                "cacheHits", shelf.hits().sum(), "cacheMisses", shelf.misses().sum()));
    }
}
