package dev.tollgate.kit;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import dev.tollgate.door.CallerWatch;
import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.ClusterGate;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RetryProperties;
import dev.tollgate.metrics.CallMeters;
import dev.tollgate.metrics.CallTimes;
import dev.tollgate.oauth.OAuthClients;

/**
 * What the policies of the kit share and what outlives every edit of the routes: the state by name, the watch over callers,
 * the meters, and the time.
 */
@Component("kit")
public record Kit(Buckets buckets, Quotas quotas, Caches caches, Breakers breakers, OAuthClients clients,
        Concurrencies concurrencies, Budgets budgets, CallerWatch callers, CallMeters meters, KitThreads threads, RetryProperties retry,
        ClusterGate nodes, Environment settings, Clock clock) {

    /** How many calls may wait at one bucket where its file does not say, so that waiting takes a bounded part of the heap. */
    public static int mostWaiting() {
        return Runtime.version().feature() >= 21 ? 10_000 : 400;
    }

    /** Whether the caller disconnected, and nobody else waits for what its call brings. */
    static boolean isAbandoned(Exchange exchange) {
        return !exchange.getProperty(CallerWatch.SHARED, false, boolean.class) && Caller.of(exchange).isGone();
    }

    /**
     * A pause that holds no thread.
     *
     * @return completes after that time; exceptionally, and earlier, with a {@link Refusal} when the caller disconnects, unless the
     *         call is made for others as well
     */
    CompletionStage<Void> pause(Exchange exchange, Duration wait) {
        CompletableFuture<Void> over = new CompletableFuture<Void>().completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS);
        CallerWatch.Watch watch = callers.watch(exchange, () -> {
            if (isAbandoned(exchange)) {
                over.completeExceptionally(Refusal.callerGone());
            }
        });
        long from = System.nanoTime();
        return over.whenComplete((done, gone) -> {
            watch.close();
            CallTimes.of(exchange).waited(System.nanoTime() - from);
        });
    }
}
