package dev.tollgate.xai;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** The xAI policy in numbers. */
@Component
record XaiMetrics(JudgePolicy judge, XaiBooks books) implements MeterBinder {

    private static final double TICKS_PER_DOLLAR = 1e10;

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "quota.used", "calls", "Calls counted today", XaiStatus::callsToday);
        gauge(registry, "quota.limit", "calls", "Calls that a day has room for", XaiStatus::dailyLimit);
        gauge(registry, "cache.entries", "answers", "Answers in memory", XaiStatus::cacheEntries);
        lookups(registry, "hit", XaiStatus::cacheHits);
        lookups(registry, "miss", XaiStatus::cacheMisses);
        FunctionCounter.builder("tollgate.xai.fallbacks", judge, j -> j.status().fallbacks()).baseUnit("answers")
                .description("Judgements that were the safe verdict").register(registry);
        FunctionCounter.builder("tollgate.xai.usage.unknown", books, XaiBooks::unknownUsages).baseUnit("answers")
                .description("Answers that did not say what they cost, so that a guess is booked").register(registry);
        Gauge.builder("tollgate.xai.cost.today", books, b -> b.costTodayInUsdTicks() / TICKS_PER_DOLLAR)
                .baseUnit("dollars").description("What today's calls cost, as far as xAI named a price").register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String unit, String description,
            ToDoubleFunction<XaiStatus> value) {
        Gauge.builder("tollgate.xai." + name, judge, j -> value.applyAsDouble(j.status())).baseUnit(unit)
                .description(description).register(registry);
    }

    private void lookups(MeterRegistry registry, String result, ToDoubleFunction<XaiStatus> value) {
        FunctionCounter.builder("tollgate.xai.cache.lookups", judge, j -> value.applyAsDouble(j.status()))
                .tag("result", result).baseUnit("lookups").description("Judgements looked for in the cache").register(registry);
    }
}
