package dev.tollgate.kit;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Replan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.cluster.Cluster;
import dev.tollgate.explain.Explanation;
import dev.tollgate.gateway.KeyText;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.Head;
import dev.tollgate.queue.SharedQueue;
import dev.tollgate.store.FileStateStore;
import dev.tollgate.store.InMemoryStateStore;
import dev.tollgate.store.JsonCodec;
import dev.tollgate.store.StateStore;

/**
 * The buckets of the kit by name, with the calls that wait for their tokens. The balance of a bucket survives edits and a
 * restart. A bucket with a key is many buckets, one for each value of the key; those live in memory and begin full after a
 * restart.
 */
@Component
public class Buckets implements AutoCloseable {

    /** Values of one bucket's key that may be in use at once; a further one is refused. A bucket takes about 2 KB. */
    static final int MOST_KEYS = 10_000;

    /** All buckets of one name. */
    private final class Group {

        private final String name;
        private final BucketSettings settings;
        private final TokenBucket plain;
        /** Whether a {@link RateSource} says how the buckets of the keys fill, and no setting. */
        private volatile boolean rated;
        /** Bound: {@link #MOST_KEYS}, of at most 200 characters each. */
        private final Map<String, TokenBucket> keyed = new ConcurrentHashMap<>();

        Group(String name, BucketSettings settings, Group before) {
            this.name = name;
            this.settings = settings;
            starts.put(name, settings);
            this.plain = bucket(nodes() == null ? alone(store, name, settings.plan()) : shared(nodes(), "", before == null ? null : before.plain,
                    settings.plan()), before == null ? null : before.plain);
            if (before != null) {
                this.rated = before.rated;
                before.keyed.forEach((key, bucket) -> keyed.put(key, keyed(key, bucket, rated ? bucket.queue().state().plan() : settings.plan())));
            }
        }

        /** @param plan of a {@link RateSource}; null for that of the settings */
        TokenBucket bucket(String key, Plan plan) {
            if (key.isEmpty()) {
                return plain;
            }
            rated = plan != null;
            TokenBucket known = keyed.get(key);
            if (known == null) {
                if (keyed.size() >= MOST_KEYS) {
                    keyed.values().removeIf(TokenBucket::isIdle);
                }
                if (keyed.size() >= MOST_KEYS) {
                    throw Refusal.until(503, "More than %d callers use %s at once.".formatted(MOST_KEYS, name), Duration.ofSeconds(10));
                }
                known = keyed.computeIfAbsent(key, unknown -> keyed(unknown, null, plan == null ? settings.plan() : plan));
            }
            return known;
        }

        private TokenBucket keyed(String key, TokenBucket before, Plan plan) {
            if (nodes() != null) {
                return bucket(shared(nodes(), key, before, plan), before);
            }
            StateStore<BucketState> memory = new InMemoryStateStore<>(same -> before == null ? full(plan) : before.queue().state());
            return bucket(alone(memory, key, plan), before);
        }

        private AdmissionQueue alone(StateStore<BucketState> states, String key, Plan plan) {
            states.update(key, state -> new Replan(plan, settings.planTold()).on(state));
            return new AdmissionQueue(states, key, settings.terms(), settings.maxWaiting(), clock);
        }

        /** What this gateway has counted for itself is where the nodes begin, for a bucket without a key. */
        private AdmissionQueue shared(Cluster nodes, String key, TokenBucket before, Plan plan) {
            Supplier<BucketState> start = () -> key.isEmpty() ? store.get(name) : full(plan);
            SharedQueue queue = new SharedQueue(nodes.bucket(key.isEmpty() ? name : name + "/" + KeyText.hash(key), !key.isEmpty(), start),
                    before == null ? start.get() : before.queue().state(), settings.terms(), settings.maxWaiting());
            if (before == null && key.isEmpty()) {
                queue.look();
            }
            if (!rated) { // what a reply has told another node is better than what is published
                queue.apply(new Replan(plan, settings.planTold()));
            }
            return queue;
        }

        private TokenBucket bucket(AdmissionQueue queue, TokenBucket before) {
            queue.tell((serviceClass, waited) -> waits.getOrDefault(name, NOBODY).accept(serviceClass, waited));
            return new TokenBucket(queue,
                    before == null ? new CostEstimator() : before.estimator(),
                    before == null ? new LongAdder() : before.refused(), before == null ? new LongAdder() : before.silent(),
                    before == null ? new Backoff() : before.backoff(), new Arrivals(queue));
        }
    }

    private static final BiConsumer<ServiceClass, Duration> NOBODY = (serviceClass, waited) -> { };

    private final FileStateStore<BucketState> store;
    private final Clock clock;
    /** Gives null where there is one gateway only. */
    private final Supplier<Cluster> cluster;
    /** Bound: names that the gateway itself declares. */
    private final Map<String, BiConsumer<ServiceClass, Duration>> waits = new ConcurrentHashMap<>();
    private final PolicyRegistry<BucketSettings, Group> groups = new PolicyRegistry<>();
    /** Bound: names that stand in route files. */
    private final Map<String, BucketSettings> starts = new ConcurrentHashMap<>();

    Buckets(Path data, Clock clock) {
        this(data, clock, () -> null);
    }

    private Buckets(Path data, Clock clock, Supplier<Cluster> cluster) {
        this.clock = clock;
        this.cluster = cluster;
        this.store = new FileStateStore<>(data.resolve("kit/buckets"), new JsonCodec<>(BucketState.class), this::full);
    }

    /** @param cluster the nodes that share every bucket, if there are several */
    @Autowired
    Buckets(@Value("${tollgate.data-dir}") Path data, Clock clock, ObjectProvider<Cluster> cluster) {
        this(data, clock, cluster::getIfAvailable);
        Optional.ofNullable(nodes()).ifPresent(nodes -> nodes.afterBeat(this::refresh));
    }

    private Cluster nodes() {
        return cluster.get();
    }

    /** What is shown of buckets is no older than a heartbeat. */
    private void refresh() {
        groups.values().stream().filter(group -> !group.rated).map(group -> group.plain.queue())
                .filter(SharedQueue.class::isInstance).map(SharedQueue.class::cast).forEach(SharedQueue::refresh);
    }

    /** How many gateways share the buckets: 1 for one alone. */
    int sharers() {
        return nodes() == null ? 1 : nodes().live();
    }

    private BucketState full(String name) {
        return full(starts.get(name).plan());
    }

    private BucketState full(Plan plan) {
        Clock all = nodes() == null ? clock : nodes().clock();
        return BucketState.unheard(plan, plan.capacity() / Plan.TOKEN, all.instant());
    }

    /**
     * The bucket of a name and a key.
     *
     * @param key empty for the one bucket that everybody shares
     * @throws Refusal 503 when too many keys are in use
     */
    TokenBucket bucket(String name, String key, long revision, BucketSettings settings) {
        return bucket(name, key, revision, settings, null);
    }

    /**
     * The same where each key's bucket fills in a way of its own.
     *
     * @param plan how that of the key fills when it is new; null for the settings'
     */
    TokenBucket bucket(String name, String key, long revision, BucketSettings settings, Plan plan) {
        return groups.get(name, revision, settings, before -> new Group(name, settings, before)).bucket(key, plan);
    }

    /** The bucket of a name and a key, for whoever foretells what a call would meet there; empty before the first call. */
    public Optional<TokenBucket> known(String name, String key) {
        return groups.known(name).map(group -> group.keyed.get(key));
    }

    /** Makes a bucket before a route names it; one that does so with the same numbers finds this one. */
    public void declare(String name, BucketSettings settings) {
        bucket(name, "", 0, settings);
    }

    /** Tells somebody of every call that passes a bucket of that name: its class, and how long it waited. */
    public void listen(String name, BiConsumer<ServiceClass, Duration> listener) {
        waits.put(name, listener);
    }

    /** The bucket of a name that was {@link #declare declared}, as it is under the routes that serve now. */
    public TokenBucket declared(String name) {
        return groups.find(name).plain;
    }

    /** Tells of every bucket's name, see {@link PolicyRegistry#onName}. */
    void onName(Consumer<String> told) {
        groups.onName(told);
    }

    /** Calls that wait at a bucket, with all values of its key. */
    int waiting(String name) {
        Group group = groups.find(name);
        return group.plain.queue().waiting() + group.keyed.values().stream().mapToInt(bucket -> bucket.queue().waiting()).sum();
    }

    /** For {@code /status}: the same words as Keepa's. */
    Map<String, Object> snapshot() {
        return groups.snapshot(group -> {
            Map<String, Object> shown = show(group.plain);
            if (!group.keyed.isEmpty()) {
                shown.put("keys", group.keyed.size());
                shown.put("waiting", group.keyed.values().stream().mapToInt(bucket -> bucket.queue().waiting()).sum());
                shown.put("consumed", group.keyed.values().stream().mapToLong(bucket -> bucket.queue().state().consumed()).sum());
                shown.put("denied", group.keyed.values().stream().mapToLong(bucket -> bucket.queue().denied()).sum());
                shown.put("upstream429", group.keyed.values().stream().mapToLong(bucket -> bucket.refused().sum()).sum());
            }
            return shown;
        });
    }

    private static Map<String, Object> show(TokenBucket bucket) {
        BucketState state = bucket.queue().state();
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("balance", Math.floorDiv(state.balance(), Plan.TOKEN));
        numbers.put("capacity", state.plan().capacity() / Plan.TOKEN);
        numbers.put("waiting", bucket.queue().waiting());
        show(bucket.queue(), numbers);
        numbers.put("nextFreeAt", bucket.queue().nextFree().until().toString());
        numbers.put("consumed", state.consumed());
        numbers.put("denied", bucket.queue().denied());
        numbers.put("upstream429", bucket.refused().sum());
        numbers.put("notUnderstood", bucket.silent().sum());
        return numbers;
    }

    /** Who waits elsewhere for the same tokens; nothing of a bucket that is not shared. */
    public static void show(AdmissionQueue queue, Map<String, Object> numbers) {
        if (queue instanceof SharedQueue shared) {
            numbers.put("shared", !shared.isAlone());
            numbers.put("waitingElsewhere", elsewhere(shared));
        }
    }

    private static Map<String, Integer> elsewhere(AdmissionQueue queue) {
        return queue.others().stream().collect(Collectors.groupingBy(Head::node, TreeMap::new, Collectors.summingInt(Head::waiting)));
    }

    /** With the nodes in whose lines others wait for the same tokens, where they are shared. */
    public static Explanation told(Explanation said, AdmissionQueue queue) {
        return queue.isShared() ? said.with("waitingElsewhere", elsewhere(queue)) : said;
    }

    @Override
    public void close() {
        store.close();
    }
}
