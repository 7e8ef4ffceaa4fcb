package dev.tollgate.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The caches of the kit by name, in memory, and in a file where a route asks for it. What is kept survives edits. */
@Component("tollCaches")
public class Caches implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Caches.class);
    /** Bytes that a journal may be longer than twice what its cache holds. */
    private static final long SLACK = 1_000_000;

    /** A waiting caller sees so many failed calls before it gives up. */
    private static final int TRIES = 3;

    /** One cache, and who asks for what is not in it. */
    record Shelf(Cache<String, KeptAnswer> answers, Flights<KeptAnswer> flights, LongAdder hits, LongAdder misses, CacheJournal journal) {

        /** Keeps an answer, on disk first where that is asked for. */
        void keep(String key, KeptAnswer answer) {
            answers.put(key, answer);
            if (journal != null) {
                try {
                    journal.keep(key, answer, answers.asMap());
                } catch (IOException e) {
                    LOG.warn("An answer is kept in memory only, and asked for again after a restart: {}", e.toString());
                }
            }
        }

        Optional<KeptAnswer> find(String key) {
            return Optional.ofNullable(answers.getIfPresent(key));
        }

        CompletionStage<Boarding<KeptAnswer>> join(String key) {
            return flights.board(key, () -> find(key));
        }
    }

    private final Path folder;
    private final Clock clock;
    private final PolicyRegistry<CacheSettings, Shelf> shelves = new PolicyRegistry<>();

    Caches(@Value("${tollgate.data-dir}") Path data, Clock clock) {
        this.folder = data.resolve("kit/caches");
        this.clock = clock;
    }

    Shelf shelf(String name, long revision, CacheSettings settings) {
        return shelves.get(name, revision, settings, before -> {
            Cache<String, KeptAnswer> answers = cache(settings);
            if (before != null) {
                answers.putAll(before.answers().asMap());
            }
            return new Shelf(answers, new Flights<>(settings.patience(), TRIES),
                    before == null ? new LongAdder() : before.hits(), before == null ? new LongAdder() : before.misses(),
                    journal(name, settings, before, answers));
        });
    }

    private CacheJournal journal(String name, CacheSettings settings, Shelf before, Cache<String, KeptAnswer> answers) {
        try {
            if (before != null && before.journal() != null) {
                before.journal().close();
            }
            return settings.onDisk() ? CacheJournal.open(folder.resolve(name + ".log"), 2 * settings.bytes() + SLACK, answers::put) : null;
        } catch (IOException e) {
            throw new UncheckedIOException("The cache " + name + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private Cache<String, KeptAnswer> cache(CacheSettings settings) {
        return Caffeine.newBuilder()
                .expireAfter(Expiry.writing((String key, KeptAnswer answer) -> left(answer, settings)))
                .maximumWeight(settings.bytes()).weigher((String key, KeptAnswer answer) -> key.length() + answer.size())
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())).build();
    }

    private Duration left(KeptAnswer answer, CacheSettings settings) {
        Duration left = Duration.between(clock.instant(), answer.at().plus(settings.keepFor()));
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public void close() throws IOException {
        for (Shelf shelf : shelves.values()) {
            if (shelf.journal() != null) {
                shelf.journal().close();
            }
        }
    }

    /** For {@code /status}: the same words as xAI's. */
    Map<String, Object> snapshot() {
        return shelves.snapshot(shelf -> Map.of("cacheEntries", shelf.answers().estimatedSize(),
                "cacheHits", shelf.hits().sum(), "cacheMisses", shelf.misses().sum()));
    }
}
