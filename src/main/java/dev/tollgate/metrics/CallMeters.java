package dev.tollgate.metrics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * The meters that all APIs share. Tags are an API (a route's group, or its id where it has none), an HTTP status and the id of a step: all of them are
 * bounded by the route files. A company, a seller, a key or a path is never a tag.
 */
@Component
public class CallMeters {

    private static final Duration[] CALLS = {millis(10), millis(50), millis(100), millis(500), millis(1000), millis(5000),
        millis(15_000), millis(60_000), millis(120_000)};
    private static final Duration[] OWN = {millis(1), millis(2), millis(5), millis(10), millis(25), millis(50), millis(100),
        millis(250), millis(1000)};

    private final MeterProvider<Timer> requests;
    private final MeterProvider<Timer> latency;
    private final MeterProvider<Timer> waiting;
    private final MeterProvider<Timer> upstream;
    private final MeterProvider<Counter> repetitions;
    private final MeterProvider<Counter> denied;

    public CallMeters(MeterRegistry registry) {
        requests = Timer.builder("tollgate.requests").serviceLevelObjectives(CALLS)
                .description("Requests of callers by their answer, from the first step to the last").withRegistry(registry);
        latency = Timer.builder("tollgate.gateway.latency").serviceLevelObjectives(OWN)
                .description("What the gateway itself added to a request: without the upstream's time and without waits in "
                        + "line; requests with repeated calls are left out").withRegistry(registry);
        waiting = Timer.builder("tollgate.waiting").serviceLevelObjectives(CALLS)
                .description("For how long policies held a request back: in a queue, or between two attempts").withRegistry(registry);
        upstream = Timer.builder("tollgate.upstream.calls").serviceLevelObjectives(CALLS)
                .description("Calls that left for an upstream, by its answer; status none: there was no answer")
                .withRegistry(registry);
        repetitions = Counter.builder("tollgate.upstream.retries").baseUnit("calls")
                .description("Calls that were repetitions of an earlier one of the same request").withRegistry(registry);
        denied = Counter.builder("tollgate.denied").baseUnit("calls")
                .description("Calls that a rule refused; the reason is the id of its step, or door").withRegistry(registry);
    }

    /** A call was refused; counted once, by the name of the rule that was first to say so. */
    public void denied(Exchange exchange, String rule) {
        CallTimes times = CallTimes.of(exchange);
        if (times.deny()) {
            denied(times.api(exchange), rule);
        }
    }

    void answered(String api, int status, CallTimes times) {
        long whole = times.whole();
        requests.withTags("api", api, "status", String.valueOf(status)).record(whole, TimeUnit.NANOSECONDS);
        waiting.withTags("api", api).record(times.waiting(), TimeUnit.NANOSECONDS);
        if (!times.repeated()) {
            latency.withTags("api", api).record(times.ownOf(whole), TimeUnit.NANOSECONDS);
        }
    }

    void called(String api, String status, long nanos, CallTimes times) {
        upstream.withTags("api", api, "status", status).record(nanos, TimeUnit.NANOSECONDS);
        if (times.called(nanos)) {
            repetitions.withTags("api", api).increment();
        }
    }

    void denied(String api, String reason) {
        denied.withTags("api", api, "reason", reason).increment();
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
