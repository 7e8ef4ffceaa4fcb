package dev.tollgate.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.StatusSection;

/** What every API of the route files has served and refused since the start, in {@code /status}. */
@Component
record ApiStatus(MeterRegistry meters) implements StatusSection {

    private static final String API = "api";

    @Override
    public String name() {
        return "apis";
    }

    @Override
    public Map<String, Object> snapshot() {
        Map<String, Object> apis = new TreeMap<>();
        for (Timer timer : meters.find("tollgate.waiting").timers()) {
            apis.put(timer.getId().getTag(API), numbers(timer));
        }
        return apis;
    }

    private Map<String, Object> numbers(Timer waiting) {
        String api = waiting.getId().getTag(API);
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("requests", waiting.count());
        numbers.put("upstreamCalls", meters.find("tollgate.upstream.calls").tag(API, api).timers().stream().mapToLong(Timer::count).sum());
        Map<String, Object> denied = new TreeMap<>();
        for (Counter counter : meters.find("tollgate.denied").tag(API, api).counters()) {
            denied.put(counter.getId().getTag("reason"), (long) counter.count());
        }
        numbers.put("denied", denied);
        numbers.put("waitingSeconds", waiting.totalTime(TimeUnit.SECONDS));
        numbers.put("upstreamSeconds", meters.find("tollgate.upstream.calls").tag(API, api).timers().stream()
                .mapToDouble(timer -> timer.totalTime(TimeUnit.SECONDS)).sum());
        numbers.put("ownSeconds", meters.find("tollgate.gateway.latency").tag(API, api).timers().stream()
                .mapToDouble(timer -> timer.totalTime(TimeUnit.SECONDS)).sum());
        return numbers;
    }
}
