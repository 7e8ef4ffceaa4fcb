package dev.tollgate.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Callers of {@code /judge} at three nodes, and what they were told. */
final class Askers implements AutoCloseable {

    /** One answer. */
    record Told(int question, int node, int status, String source, boolean verdict, String reason) {
    }

    private final ThreeNodes nodes;
    private final ExecutorService threads;
    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private final Map<Integer, Integer> cutAt = new ConcurrentHashMap<>();

    Askers(ThreeNodes nodes, int callers) {
        this.nodes = nodes;
        this.threads = Executors.newFixedThreadPool(callers);
    }

    /** Asks so many times, spread over the nodes; the latch opens when all have an answer or were cut off. */
    CountDownLatch ask(int first, int times, IntUnaryOperator question) {
        CountDownLatch done = new CountDownLatch(times);
        for (int n = first; n < first + times; n++) {
            int number = n;
            threads.execute(() -> {
                try {
                    askOnce(question.applyAsInt(number), number % ThreeNodes.NODES);
                }
                finally {
                    done.countDown();
                }
            });
        }
        return done;
    }

    /** Asks one node so many questions. */
    CountDownLatch askAt(int node, int first, int times) {
        CountDownLatch done = new CountDownLatch(times);
        for (int n = first; n < first + times; n++) {
            int number = n;
            threads.execute(() -> {
                try {
                    askOnce(number, node);
                }
                finally {
                    done.countDown();
                }
            });
        }
        return done;
    }

    private void askOnce(int question, int node) {
        long begun = System.nanoTime();
        try {
            Gateway.Answer answer = nodes.gateway(node).request("POST", "/judge", "application/json",
                    "{\"title\":\"Title %d\",\"category\":\"c\",\"season\":\"s\",\"price\":7}".formatted(question).getBytes());
            JsonNode json = answer.json();
            told.add(new Told(question, node, answer.status(), json.path("source").asText(), json.path("verdict").asBoolean(),
                    json.path("reason").asText()));
            longest.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), Math::max);
        }
        catch (RuntimeException gone) {
            cut.incrementAndGet(); // as a caller of a killed process sees it
            cutAt.merge(node, 1, Integer::sum);
        }
    }

    List<Told> told() {
        return List.copyOf(told);
    }

    int cut() {
        return cut.get();
    }

    int cutAt(int node) {
        return cutAt.getOrDefault(node, 0);
    }

    Duration longestWait() {
        return Duration.ofMillis(longest.get());
    }

    static void await(CountDownLatch done) throws InterruptedException {
        assertThat(done.await(5, TimeUnit.MINUTES)).as("every caller has an answer").isTrue();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
