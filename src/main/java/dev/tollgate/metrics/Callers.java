package dev.tollgate.metrics;

import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;

/**
 * Who calls which API, by key, since the start. No metric, because keys are many and come and go; for {@code /admin/callers}.
 */
@Component("callers")
public class Callers {

    /** Keys that are counted; of more, those are forgotten that called least and longest ago. */
    static final int MOST = 1_000;

    private static final int MOST_SHOWN = 300;

    /** Keys as they are told apart here. Without a key all callers of this machine are one, whatever they presented. */
    private record Key(String id, String name) {

        static Key of(KeyHolder holder) {
            return new Key(holder.admin() ? holder.name() : holder.id(), holder.name());
        }
    }

    private static final class Count {

        private final LongAdder requests = new LongAdder();
        private final LongAdder denied = new LongAdder();
        private volatile long lastAt;
    }

    private final Clock clock;
    /** Bound: {@link #MOST} keys, and the APIs of the route files. */
    private final Cache<Key, Map<String, Count>> counts = Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    Callers(Clock clock) {
        this.clock = clock;
    }

    void answered(KeyHolder holder, String api, boolean denied) {
        Count count = counts.get(Key.of(holder), key -> new ConcurrentHashMap<>()).computeIfAbsent(api, name -> new Count());
        count.requests.increment();
        if (denied) {
            count.denied.increment();
        }
        count.lastAt = clock.millis();
    }

    /** A row for each key and API, the most requests first, {@link #MOST_SHOWN} at most. */
    public List<Map<String, Object>> counted() {
        return counts.asMap().entrySet().stream().flatMap(key -> key.getValue().entrySet().stream()
                .map(api -> row(key.getKey(), api.getKey(), api.getValue())))
                .sorted(Comparator.comparing((Map<String, Object> row) -> (Long) row.get("requests")).reversed()).limit(MOST_SHOWN).toList();
    }

    long keys() {
        counts.cleanUp();
        return counts.estimatedSize();
    }

    private static Map<String, Object> row(Key key, String api, Count count) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("key", key.id());
        row.put("name", key.name());
        row.put("api", api);
        row.put("requests", count.requests.sum());
        row.put("denied", count.denied.sum());
        row.put("lastAt", count.lastAt);
        return row;
    }
}
