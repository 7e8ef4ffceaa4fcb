package dev.tollgate.kit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.quota.CalendarPeriod;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.KeyedQuota;
import dev.tollgate.quota.OnCorruptState;
import dev.tollgate.quota.Permit;
import dev.tollgate.quota.QuotaDecision;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.quota.QuotaView;

/** The calendar quotas of the kit by name, one file each. A count survives edits and a restart. */
@Component("tollQuotas")
public class Quotas implements AutoCloseable {

    /**
     * What a route file says of a quota.
     *
     * @param calls in a period, for each key
     * @param keyed whether each value of a key has a count of its own
     */
    record Limit(int calls, ZoneId zone, CalendarPeriod period, boolean keyed) {
    }

    /** The counts of one name: one for all, or one for each value of a key; the other is null. */
    record Counts(DailyQuota one, KeyedQuota each) implements Closeable {

        QuotaDecision take(String key) {
            return one != null ? one.take() : each.take(key);
        }

        void giveBack(String key, Permit permit) {
            if (one != null) {
                one.giveBack(permit);
            } else {
                each.giveBack(key, permit);
            }
        }

        Optional<QuotaDecision.Denied> denial(String key) {
            return one != null ? one.denial() : each.denial(key);
        }

        QuotaView view() {
            return one != null ? one.view() : each.view();
        }

        /** A call that was counted has ended, see {@link DailyQuota#ended}. */
        void ended(String key, Permit permit) {
            if (one != null) {
                one.ended(permit);
            } else {
                each.ended(key, permit);
            }
        }

        /** Whether a call may still leave on its permit, see {@link DailyQuota#isGood}. */
        boolean isGood(Permit permit) {
            return one != null ? one.isGood(permit) : each.isGood(permit);
        }

        private Counts change(Limit limit) {
            if (one != null) {
                one.change(limit.calls(), limit.zone(), limit.period());
            } else {
                each.change(limit.calls(), limit.zone(), limit.period());
            }
            return this;
        }

        @Override
        public void close() throws IOException {
            (one != null ? one : each).close();
        }
    }

    private final Path folder;
    private final Clock clock;
    /** Gives null where there is one gateway only. */
    private final Supplier<Cluster> cluster;
    private final PolicyRegistry<Limit, Counts> quotas = new PolicyRegistry<>();
    /** Bound: names that the gateway itself declares. */
    private final Set<Counts> declared = ConcurrentHashMap.newKeySet();

    Quotas(Path data, Clock clock) {
        this(data, clock, () -> null);
    }

    private Quotas(Path data, Clock clock, Supplier<Cluster> cluster) {
        this.folder = data.resolve("kit/quotas");
        this.clock = clock;
        this.cluster = cluster;
    }

    /** @param cluster the nodes that count together, if there are several */
    @Autowired
    Quotas(@Value("${tollgate.data-dir}") Path data, Clock clock, ObjectProvider<Cluster> cluster) {
        this(data, clock, cluster::getIfAvailable);
    }

    /** The quota of that name, with the numbers of the newest revision of the routes that asked. */
    Counts quota(String name, long revision, Limit limit) {
        return quotas.get(name, revision, limit, before -> {
            if (before != null && (before.each() != null) == limit.keyed()) {
                return before.change(limit);
            }
            try {
                if (before != null) {
                    before.close();
                }
                return open(name, limit);
            } catch (IOException e) {
                throw new UncheckedIOException("The quota " + name + " cannot be opened: " + e.getMessage(), e);
            }
        });
    }

    /**
     * Gives a quota that has a file of its own a name for routes. It stays whoever's it is, who closes it.
     *
     * @param calls a day
     */
    public void declare(String name, DailyQuota quota, int calls, ZoneId zone) {
        quotas.get(name, 0, new Limit(calls, zone, CalendarPeriod.DAY, false), before -> {
            Counts counts = new Counts(quota, null);
            declared.add(counts);
            return counts;
        });
    }

    private Counts open(String name, Limit limit) throws IOException {
        Path file = folder.resolve(name + (limit.keyed() ? ".keys.log" : ".json"));
        QuotaSettings settings = new QuotaSettings(file, limit.calls(), limit.zone(), OnCorruptState.SPENT, limit.period());
        Cluster nodes = cluster.get();
        if (limit.keyed()) {
            return new Counts(null, nodes == null ? KeyedQuota.open(settings, clock)
                    : KeyedQuota.open(settings, nodes.count("kit." + name, KeyedQuota.MOST_KEYS)));
        }
        return new Counts(nodes == null ? DailyQuota.open(settings, clock) : DailyQuota.open(settings, nodes.count("kit." + name)), null);
    }

    /** Tells of every quota's name, see {@link PolicyRegistry#onName}. */
    void onName(Consumer<String> told) {
        quotas.onName(told);
    }

    /** A quota that a route has asked for. */
    Counts quota(String name) {
        return quotas.find(name);
    }

    /** For {@code /status}: the same words as xAI's. */
    Map<String, Object> snapshot() {
        return quotas.snapshot(quota -> {
            QuotaView view = quota.view();
            Map<String, Object> numbers = new LinkedHashMap<>();
            numbers.put("callsToday", view.callsToday());
            numbers.put("dailyLimit", view.limit());
            numbers.put("resetsAt", view.resetsAt().toString());
            if (quota.each() != null) {
                numbers.put("keys", quota.each().keys());
            }
            numbers.put("warning", view.warning());
            return numbers;
        });
    }

    @Override
    public void close() throws IOException {
        for (Counts quota : quotas.values()) {
            if (!declared.contains(quota)) {
                quota.close();
            }
        }
    }
}
