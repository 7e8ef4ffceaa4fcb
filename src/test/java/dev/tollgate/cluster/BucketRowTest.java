package dev.tollgate.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.jdbc.DatabaseDriver;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.Head;
import dev.tollgate.queue.Quote;
import dev.tollgate.queue.SharedBucket;
import dev.tollgate.queue.SharedBucket.AwayException;
import dev.tollgate.queue.SharedQueue;
import dev.tollgate.queue.SharedState;
import dev.tollgate.secret.MasterKeys;
import dev.tollgate.store.Step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A token bucket that several nodes share in one row of a real database. */
@Timeout(60)
class BucketRowTest {

    private static final int DAY = 24 * 60 * 60 * 1000;
    /** Ten tokens, and one more tomorrow. */
    private static final Plan TEN = new Plan(1, 0, 10 * Plan.TOKEN, DAY, DAY);

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final DataSource database = engine().migrated();
    private final List<Cluster> open = new ArrayList<>();
    final ExecutorService threads = Executors.newCachedThreadPool();

    Engine engine() {
        return Engine.POSTGRESQL;
    }

    @AfterEach
    void close() throws IOException {
        threads.shutdownNow();
        for (Cluster cluster : open) {
            cluster.close();
        }
    }

    @Test
    void noStepOfThreeNodesIsLost() {
        List<SharedBucket> rows = Stream.of("a", "b", "c").map(this::node).map(this::row).toList();
        AtomicInteger kept = new AtomicInteger();
        AtomicInteger uncertain = new AtomicInteger();
        CompletableFuture.allOf(IntStream.range(0, 90).mapToObj(n -> CompletableFuture.runAsync(() -> {
            try {
                rows.get(n % 3).update((state, now) -> new Step<>(new SharedState(state.bucket(), state.heads(), state.putBy() + 1), true));
                kept.incrementAndGet();
            } catch (AwayException silent) {
                uncertain.incrementAndGet(); // a machine that has no time for a thread within two seconds takes its row away
            }
        }, threads)).toArray(CompletableFuture[]::new)).join();
        assertThat(kept.get()).isPositive();
        await().atMost(SOON).untilAsserted(() -> assertThat(rows.get(0).look().orElseThrow().putBy()).isBetween((long) kept.get(),
                (long) kept.get() + uncertain.get()));
    }

    @Test
    void aNodeThatFallsSilentInTheMiddleOfAStepLosesTheRow() {
        SharedBucket silent = row(node("a"));
        SharedBucket other = row(node("b"));
        other.update((state, now) -> new Step<>(state, true));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch overtaken = new CountDownLatch(1);
        CompletableFuture<Boolean> late = CompletableFuture.supplyAsync(() -> silent.update((state, now) -> {
            begun.countDown();
            uninterrupted(overtaken);
            return new Step<>(new SharedState(state.bucket(), state.heads(), 1), true);
        }), threads);
        uninterrupted(begun);
        other.update((state, now) -> new Step<>(new SharedState(state.bucket(), state.heads(), 2), true));
        overtaken.countDown();
        assertThatThrownBy(late::join).hasCauseInstanceOf(AwayException.class);
        assertThat(other.look().orElseThrow().putBy()).isEqualTo(2);
    }

    @Test
    void threeNodesTogetherLetThroughWhatTheBucketHolds() {
        List<SharedQueue> queues = Stream.of("a", "b", "c").map(name -> new SharedQueue(row(node(name)), BucketState.unheard(TEN, 10, open.get(0).clock()
                .instant()), new Terms(0, Duration.ofDays(400), Duration.ofMinutes(3), false), 100)).toList();
        List<Admission> calls = IntStream.range(0, 30).mapToObj(n -> queues.get(n % 3).arrive(Quote.fixed("", 1), Quote.fixed("", 1).price(),
                ServiceClass.INTERACTIVE)).toList();
        await().atMost(SOON).untilAsserted(() -> assertThat(calls).filteredOn(Admission::isAdmitted).hasSize(10));
        queues.forEach(SharedQueue::refresh);
        await().atMost(SOON).untilAsserted(() -> assertThat(queues).extracting(queue -> queue.state().inFlight().size()).containsExactly(10, 10, 10));
        assertThat(calls).filteredOn(Admission::isAdmitted).hasSize(10);
        assertThat(calls).filteredOn(Admission::isWaiting).hasSize(20);
        // Which node came first with all of its calls is chance, so that one of the two may have nobody waiting.
        Set<String> waiting = Stream.of(1, 2).filter(node -> IntStream.range(0, 30).anyMatch(n -> n % 3 == node && calls.get(n).isWaiting()))
                .map(node -> node == 1 ? "b" : "c").collect(Collectors.toSet());
        assertThat(waiting).isNotEmpty();
        await().atMost(SOON).untilAsserted(() -> {
            queues.get(0).refresh(); // a node is known to the others with their next heartbeat
            assertThat(queues.get(0).others()).as("who waits at the others").extracting(Head::node).containsOnlyElementsOf(waiting);
        });
    }

    static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    SharedBucket row(Cluster node) {
        return node.bucket("bucket", false, () -> BucketState.unheard(TEN, 10, node.clock().instant()));
    }

    Cluster node(String name) {
        try {
            Path data = folder.resolve(name);
            Cluster cluster = Cluster.join(new ClusterProperties(true, name, Duration.ofSeconds(60), new ClusterProperties.Postures(WhenAway.CLOSED,
                    WhenAway.SHARE, WhenAway.SHARE)), new ClusterDatabase(database, new Tables("", ""), DatabaseDriver.valueOf(engine().name()),
                    Duration.ofSeconds(30)),
                    MasterKeys.open("5a".repeat(32), data), data, "test");
            open.add(cluster);
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
