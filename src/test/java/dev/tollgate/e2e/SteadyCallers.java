package dev.tollgate.e2e;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls paths in turn, so many times a second whatever the answers do, and remembers each that was not 200. */
final class SteadyCallers implements AutoCloseable {

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Queue<CompletableFuture<Void>> calls = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final Gateway gateway;
    private final List<String> paths;
    private final long start = System.nanoTime();
    private volatile long nanos;

    SteadyCallers(Gateway gateway, int perSecond, String... paths) {
        this.gateway = gateway;
        this.paths = List.of(paths);
        clock.scheduleAtFixedRate(this::call, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
    }

    private void call() {
        String path = paths.get(sent.getAndIncrement() % paths.size());
        HttpRequest request = HttpRequest.newBuilder(gateway.uri(path)).timeout(Duration.ofMinutes(1)).build();
        calls.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((answer, thrown) -> {
            if (thrown != null || answer.statusCode() != 200) {
                failures.add(path + ": " + (thrown == null ? answer.statusCode() + " " + answer.body() : thrown.toString()));
            }
            return null;
        }));
    }

    /** Sends no more and waits for the last answer. */
    void finish() throws InterruptedException {
        clock.shutdown();
        clock.awaitTermination(1, TimeUnit.MINUTES); // a call that is just being sent counts
        nanos = System.nanoTime() - start;
        calls.forEach(CompletableFuture::join);
    }

    int served() {
        return sent.get() - failures.size();
    }

    long perSecond() {
        return sent.get() * 1_000_000_000L / nanos;
    }

    Queue<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
