package dev.tollgate.kit;

import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.StreamCache;
import org.apache.camel.support.SynchronizationAdapter;

import dev.tollgate.door.CallerWatch;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.metrics.CallTimes;

/** {@code concurrency-action}: no more than so many calls at once, for each value of a key. */
public final class ConcurrencyPolicy extends KitPolicy {

    private Concurrencies.Settings settings;
    private Expression key;

    public ConcurrencyPolicy(Kit kit) {
        super(kit);
    }

    @Override
    void read(KameletParameters given) {
        settings = new Concurrencies.Settings((int) given.whole("atOnce", 1, 100_000), given.durationOrZero("maxWait"),
                (int) given.whole("maxWaiting", 0, 100_000));
    }

    @Override
    void read(KameletParameters given, CamelContext context) {
        key = simple(context, given.text("key"));
    }

    @Override
    Optional<Explanation> explain(Question question, String step) {
        Concurrencies.Limit limit = kit.concurrencies().limit(name(), revision(), settings);
        if (limit.hasRoom(question.text("caller").orElse(""))) {
            return Optional.empty();
        }
        return Optional.of(settings.maxWait().isZero() ? Explanation.denied(step, limit.full(), kit.clock().instant())
                : Explanation.waits(step, null));
    }

    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        Concurrencies.Limit limit = kit.concurrencies().limit(name(), revision(), settings);
        String place = text(key, exchange);
        CompletableFuture<Void> turn = limit.enter(place);
        long from = System.nanoTime();
        Runnable leave = () -> limit.giveUp(place, turn, Refusal.callerGone());
        exchange.setProperty(LEAVE, leave);
        CallerWatch.Watch watch = turn.isDone() ? null : kit.callers().watch(exchange, leave);
        return turn.handle((entered, no) -> {
            if (watch != null) {
                watch.close();
                CallTimes.of(exchange).waited(System.nanoTime() - from);
            }
            return no;
        }).thenCompose(no -> no == null ? CompletableFuture.<Passage>completedFuture(new Passage() {
            @Override
            public void release(Exchange done) {
                Exchange request = done.getProperty(Received.EXCHANGE, Exchange.class);
                if (request != null && passesOn(done)) {
                    request.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                        @Override
                        public void onDone(Exchange answered) {
                            limit.leave(place);
                        }
                    });
                } else {
                    limit.leave(place);
                }
            }
        }) : CompletableFuture.failedFuture(no));
    }

    /** Whether the reply is still under way: it passes to the caller as it comes. */
    private static boolean passesOn(Exchange done) {
        Object reply = done.getMessage().getBody();
        return done.getException() == null && reply instanceof InputStream && !(reply instanceof StreamCache);
    }
}
