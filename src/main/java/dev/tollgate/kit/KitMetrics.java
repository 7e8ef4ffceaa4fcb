package dev.tollgate.kit;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

import dev.tollgate.budget.Plan;

/** Gauges of every bucket and quota of the kit, by the name that its route file gives it. */
@Component
class KitMetrics {

    private final MeterRegistry registry;

    /** Bound: one series of each gauge for a name that stands in a route file. */
    KitMetrics(MeterRegistry registry, Buckets buckets, Quotas quotas) {
        this.registry = registry;
        buckets.onName(name -> {
            gauge("tollgate.bucket.balance", "tokens", "bucket", name, buckets, all -> Math.floorDiv(all.declared(name).queue().state().balance(), Plan.TOKEN),
                    "What a bucket holds, of one with a key that of calls without; below zero is a debt");
            gauge("tollgate.bucket.waiting", "callers", "bucket", name, buckets, all -> all.waiting(name), "Callers in the queue of a bucket");
        });
        quotas.onName(name -> {
            gauge("tollgate.quota.used", "calls", "quota", name, quotas, all -> all.quota(name).view().callsToday(), "Calls counted in the day");
            gauge("tollgate.quota.limit", "calls", "quota", name, quotas, all -> all.quota(name).view().limit(), "Calls that the day has room for");
        });
    }

    private <T> void gauge(String meter, String unit, String tag, String name, T of, ToDoubleFunction<T> value, String meaning) {
        Gauge.builder(meter, of, value).baseUnit(unit).tag(tag, name).description(meaning).register(registry);
    }
}
