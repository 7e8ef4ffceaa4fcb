package dev.tollgate.oauth;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Where shared work runs, off the callers' threads: token requests, at most 16 at once, and reads of grants, which must
 * not wait for them.
 */
public final class TokenThreads implements AutoCloseable {

    private static final int REQUESTS = 16;
    private static final int READS = 4;
    private static final int MOST_WAITING = 10_000;

    private final ExecutorService requests = pool("tokens-", REQUESTS);
    private final ExecutorService reads = pool("grants-", READS);

    private static ExecutorService pool(String name, int threads) {
        CustomizableThreadFactory factory = new CustomizableThreadFactory(name);
        factory.setDaemon(true);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(MOST_WAITING), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    public Executor requests() {
        return requests;
    }

    public Executor reads() {
        return reads;
    }

    /**
     * Done after that time, on a thread for token requests; until then none is held. Fails with a
     * {@link java.util.concurrent.RejectedExecutionException} where too many wait for such a thread.
     */
    public CompletionStage<Void> pause(Duration wait) {
        return new CompletableFuture<Void>().completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS)
                .thenRunAsync(() -> { }, requests);
    }

    @Override
    public void close() {
        requests.shutdownNow();
        reads.shutdownNow();
    }
}
