package dev.tollgate.keepa;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.kit.Buckets;

/** The Keepa policy in numbers. Tokens are whole ones. */
@Component
record KeepaMetrics(KeepaBalance balance, Buckets buckets) implements MeterBinder {

    private static final Duration[] WAITS = {Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(5),
        Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(100),
        Duration.ofMinutes(5), Duration.ofMinutes(30)};

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "balance", "tokens", "What Keepa's meter is thought to show; below zero is a debt",
                b -> (double) b.balance() / Plan.TOKEN);
        gauge(registry, "reserved", "tokens", "Set aside for calls whose reply is awaited",
                b -> (double) (b.balance() - b.available()) / Plan.TOKEN);
        gauge(registry, "refill.rate", "tokens", "Tokens that arrive in a minute, as Keepa said last",
                b -> b.plan().refillRate());
        gauge(registry, "capacity", "tokens", "Where unused tokens expire", b -> (double) b.plan().capacity() / Plan.TOKEN);
        FunctionCounter.builder("tollgate.keepa.consumed", balance, b -> b.state().consumed()).baseUnit("tokens")
                .description("Settled with what Keepa said it charged").register(registry);
        Map<ServiceClass, Timer> timers = new EnumMap<>(ServiceClass.class);
        for (ServiceClass each : ServiceClass.values()) {
            String name = each.name().toLowerCase(Locale.ROOT);
            Gauge.builder("tollgate.keepa.waiting", balance, b -> b.queue().waiting(each)).tag("class", name)
                    .baseUnit("callers").description("Callers in line").register(registry);
            timers.put(each, Timer.builder("tollgate.keepa.wait").tag("class", name).serviceLevelObjectives(WAITS)
                    .description("How long calls that were let through stood in line").register(registry));
        }
        buckets.listen(KeepaBalance.NAME, (serviceClass, waited) -> timers.get(serviceClass).record(waited));
    }

    private void gauge(MeterRegistry registry, String name, String unit, String description,
            ToDoubleFunction<BucketState> value) {
        Gauge.builder("tollgate.keepa." + name, balance, b -> value.applyAsDouble(b.state())).baseUnit(unit)
                .description(description).register(registry);
    }
}
