package dev.tollgate.kit;

import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.store.FileStateStore;
import dev.tollgate.store.JsonCodec;
import dev.tollgate.store.Step;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The buckets of the kit by name, with the callers who wait for their tokens. A balance survives edits and a restart. */
@Component("tollBuckets")
public class Buckets implements AutoCloseable {

    private static final int MOST_WAITING = 10_000;

    /** @param refused calls that the upstream answered with 429 */
    record Line(AdmissionQueue line, LongAdder refused) {
    }

    private final FileStateStore<BucketState> store;
    private final Clock clock;
    private final Newest<BucketSettings, Line> lines = new Newest<>();
    /** Bound: names that stand in route files. */
    private final Map<String, BucketSettings> starts = new ConcurrentHashMap<>();

    Buckets(@Value("${tollgate.data-dir}") Path data, Clock clock) {
        this.clock = clock;
        this.store = new FileStateStore<>(data.resolve("kit/buckets"), new JsonCodec<>(BucketState.class), this::full);
    }

    private BucketState full(String name) {
        BucketSettings settings = starts.get(name);
        return BucketState.unheard(settings.plan(), settings.capacity(), clock.instant());
    }

    /** The bucket's line. */
    Line line(String name, long edition, BucketSettings settings) {
        return lines.get(name, edition, settings, before -> {
            starts.put(name, settings);
            store.update(name, state -> new Step<>(state.plan().equals(settings.plan()) ? state : state.under(settings.plan()),
                    true));
            return new Line(new AdmissionQueue(store, name, settings.terms(), MOST_WAITING, clock),
                    before == null ? new LongAdder() : before.refused());
        });
    }

    Clock clock() {
        return clock;
    }

    /** For {@code /status}: the same words as Keepa's. */
    Map<String, Object> snapshot() {
        return lines.snapshot(Buckets::show);
    }

    private static Map<String, Object> show(Line bucket) {
        BucketState state = bucket.line().state();
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("balance", Math.floorDiv(state.balance(), Plan.TOKEN));
        numbers.put("capacity", state.plan().capacity() / Plan.TOKEN);
        numbers.put("waiting", bucket.line().waiting());
        numbers.put("nextFreeAt", bucket.line().nextFree().until().toString());
        numbers.put("consumed", state.consumed());
        numbers.put("denied", bucket.line().denied());
        numbers.put("upstream429", bucket.refused().sum());
        return numbers;
    }

    @Override
    public void close() {
        store.close();
    }
}
