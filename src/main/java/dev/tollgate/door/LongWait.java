package dev.tollgate.door;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.MDC;

import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.tomcat.AttentiveProtocol.Connection;

/**
 * Lets a request go on without the servlet's thread, from a step that would hold it for long. Nothing changes for a
 * request that never comes to such a step.
 *
 * <p>The parts that follow run on threads of their own. What touches the request or the answer waits until Tomcat's thread
 * has let go of both: filters that unwind and a route that answers must not meet there.
 */
final class LongWait implements Caller.LongCall {

    private final HttpServletRequest request;
    private final Connection connection;
    private final String requestId;
    private final Executor threads;
    private final Thread servlet = Thread.currentThread();
    private final CompletableFuture<Boolean> left = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile AsyncContext async;

    /** @param threads new ones, as many as are asked for: virtual */
    LongWait(HttpServletRequest request, Executor threads) {
        this.request = request;
        this.connection = (Connection) request.getAttribute(Caller.PROPERTY);
        this.requestId = String.valueOf(request.getAttribute(RequestIds.HEADER));
        this.threads = threads;
    }

    /**
     * Begins to wait without a thread; nothing where it began before.
     *
     * @return the threads to go on with; empty where the calling thread is not the servlet's, so that it has to wait
     */
    @Override
    public synchronized Optional<Executor> begin() {
        if (async == null) {
            if (Thread.currentThread() != servlet || !request.isAsyncSupported()) {
                return Optional.empty();
            }
            async = request.startAsync();
            async.setTimeout(0); // how long a call may take is the route's to say
            async.addListener(new UntilOver());
            connection.whenLeft(left::complete);
        }
        return Optional.of(this::execute);
    }

    boolean hasBegun() {
        return async != null;
    }

    /**
     * Ends the request once its route is done. A caller who has gone gets no answer.
     *
     * @param answer told whether there still is somebody to answer
     */
    void end(CompletableFuture<Void> routed, Consumer<Boolean> answer) {
        routed.thenCombineAsync(left, (done, stays) -> stays, this::execute).thenAccept(stays -> {
            try {
                end(stays, answer);
            }
            finally {
                over.complete(null);
            }
        });
    }

    private void end(boolean stays, Consumer<Boolean> answer) {
        if (stays && !connection.isGone()) {
            try {
                connection.wake();
                answer.accept(true);
            }
            finally {
                async.complete();
            }
            return;
        }
        answer.accept(false);
        if (stays) {
            connection.hangUp();
            async.complete();
        }
    }

    /** With the request's id in the logging context. */
    private void execute(Runnable part) {
        threads.execute(() -> {
            try (MDC.MDCCloseable ignored = MDC.putCloseable(RequestIds.MDC_KEY, requestId)) {
                part.run();
            }
        });
    }

    /**
     * Tomcat ends a request by itself when its connection breaks in a write or when the gateway stops, and uses its objects
     * for the next one. Not before the route let go of them.
     */
    private final class UntilOver implements AsyncListener {

        @Override
        public void onError(AsyncEvent brokenConnection) {
            over.join();
        }

        @Override
        public void onTimeout(AsyncEvent stop) {
            over.join();
        }

        @Override
        public void onStartAsync(AsyncEvent again) {
            // nobody begins it again
        }

        @Override
        public void onComplete(AsyncEvent end) {
            // whoever completes it knows
        }
    }
}
