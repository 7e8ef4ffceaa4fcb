package dev.tollgate.kit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.Refusal;

/**
 * Runs a {@link KitPolicy} around the steps inside. A call that has to wait holds no thread where the door has others to go
 * on with; else (in a job, on JDK 17) the calling thread waits. A thread that brings a call back never does: it may be one of
 * the few that wake others, and then nobody would.
 *
 * <p>Goes by the callback alone: Camel's own processors may return true and call back later all the same.
 */
final class PolicyProcessor extends DelegateAsyncProcessor {

    private static final Duration CROWDED = Duration.ofSeconds(5);

    private final KitPolicy policy;
    private final Kit kit;

    PolicyProcessor(KitPolicy policy, Kit kit, Processor inside) {
        super(inside);
        this.policy = policy;
        this.kit = kit;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            proceed(exchange, policy.enter(exchange), null, callback);
        }
        catch (Exception refused) {
            refuse(exchange, refused);
            callback.done(false);
        }
        return false;
    }

    /**
     * Waits for the next passage and runs the steps inside.
     *
     * @param before the passage that asked for another; null at first
     */
    private void proceed(Exchange exchange, CompletionStage<Passage> next, Passage before, AsyncCallback callback) {
        CompletableFuture<Passage> waited = next.toCompletableFuture();
        if (!waited.isDone()) {
            Optional<Executor> threads = Caller.waitLong(exchange)
                    .or(() -> before == null ? Optional.empty() : Optional.of(kit.threads().executor()));
            if (threads.isPresent()) {
                waited.whenCompleteAsync((done, failed) -> run(exchange, waited, before, callback), threads.get());
                return;
            }
            if (before == null && exchange.getProperty(Received.ENTRANCE) != null) { // a job has a thread of its own
                waitOnThread(exchange, waited, callback);
                return;
            }
        }
        run(exchange, waited, before, callback);
    }

    /** Holds a thread of the web server, of which some must be left for those who need not wait. */
    private void waitOnThread(Exchange exchange, CompletableFuture<Passage> waited, AsyncCallback callback) {
        if (!kit.threads().mayWait()) {
            Optional.ofNullable(exchange.removeProperty(KitPolicy.LEAVE)).map(Runnable.class::cast).ifPresent(Runnable::run);
            waited.thenAccept(passage -> passage.release(exchange));
            refuse(exchange, Refusal.until(429, "As many callers wait as this gateway has threads for.", CROWDED));
            callback.done(false);
            return;
        }
        try {
            waited.exceptionally(failed -> null).join();
        }
        finally {
            kit.threads().go();
        }
        run(exchange, waited, null, callback);
    }

    private void run(Exchange exchange, CompletableFuture<Passage> waited, Passage before, AsyncCallback callback) {
        Passage passage;
        try {
            passage = await(waited);
        }
        catch (Exception refused) {
            refuse(exchange, refused);
            over(exchange, before, callback);
            return;
        }
        if (passage.isOpen()) {
            super.process(exchange, doneSync -> ended(exchange, passage, callback));
        }
        else {
            over(exchange, passage, callback);
        }
    }

    private void ended(Exchange exchange, Passage passage, AsyncCallback callback) {
        Optional<CompletionStage<Passage>> again = Optional.empty();
        Departures.ended(exchange);
        try {
            again = passage.ended(exchange);
        }
        catch (Exception instead) {
            refuse(exchange, instead);
        }
        if (again.isPresent()) {
            proceed(exchange, again.get(), passage, callback);
        }
        else {
            over(exchange, passage, callback);
        }
    }

    private void refuse(Exchange exchange, Exception refused) {
        exchange.setException(refused);
        if (refused instanceof Refusal no && !no.isCallerGone()) {
            kit.meters().denied(exchange, policy.rule());
        }
    }

    private void over(Exchange exchange, Passage passage, AsyncCallback callback) {
        try {
            if (passage != null) {
                passage.release(exchange);
            }
        }
        finally {
            if (Waker.isCurrent()) {
                Caller.waitLong(exchange).orElse(kit.threads().executor()).execute(() -> callback.done(false));
            }
            else {
                callback.done(false);
            }
        }
    }

    private static Passage await(CompletableFuture<Passage> waited) throws Exception {
        try {
            return waited.get();
        }
        catch (ExecutionException failed) {
            Throwable cause = failed.getCause() instanceof CompletionException wrapped ? wrapped.getCause() : failed.getCause();
            throw cause instanceof Exception known ? known : new IllegalStateException(cause);
        }
    }
}
