package dev.tollgate.disk;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GroupCommitTest {

    @Test
    void whatGathersDuringOneWriteIsWrittenTogetherAndInOrder() throws Exception {
        List<List<Integer>> batches = new ArrayList<>();
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        try (GroupCommit<Integer> commits = new GroupCommit<>("test-writer", batch -> {
            batches.add(batch);
            awaitQuietly(firstMayEnd);
        })) {
            commits.submit(0);
            while (batches.isEmpty()) {
                Thread.onSpinWait();
            }
            List<CompletableFuture<Void>> rest = IntStream.rangeClosed(1, 100).mapToObj(commits::submit).toList();
            firstMayEnd.countDown();
            for (CompletableFuture<Void> one : rest) {
                GroupCommit.await(one);
            }
        }
        assertThat(batches).hasSize(2);
        assertThat(batches.get(1)).containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
    }

    /** The first batch has one item, the second the crowd's; behind a crowd the next item waits for another, which no thread is late for. */
    @Test
    void behindACrowdTheNextWriteGathersForAMomentAndACallerAloneIsWrittenAtOnce() throws Exception {
        List<List<Integer>> batches = new ArrayList<>();
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        try (GroupCommit<Integer> commits = new GroupCommit<>("test-writer", batch -> {
            batches.add(batch);
            awaitQuietly(firstMayEnd);
        }, Duration.ofSeconds(1))) {
            CompletableFuture<Void> alone = commits.submit(0);
            while (batches.isEmpty()) {
                Thread.onSpinWait();
            }
            CompletableFuture<Void> crowd = CompletableFuture.allOf(commits.submit(1), commits.submit(2));
            firstMayEnd.countDown();
            GroupCommit.await(alone);
            GroupCommit.await(crowd);
            CompletableFuture<Void> next = commits.submit(3);
            GroupCommit.await(CompletableFuture.allOf(next, commits.submit(4)));
            GroupCommit.await(commits.submit(5));
            GroupCommit.await(commits.submit(6));
        }
        assertThat(batches).containsExactly(List.of(0), List.of(1, 2), List.of(3, 4), List.of(5), List.of(6));
    }

    @Test
    void aFailedWriteIsToldToItsCallersAndTheNextOneGoesOn() throws Exception {
        try (GroupCommit<Boolean> commits = new GroupCommit<>("test-writer", batch -> {
            if (batch.contains(true)) {
                throw new IOException("No space left on device");
            }
        })) {
            assertThatThrownBy(() -> GroupCommit.await(commits.submit(true)))
                    .isInstanceOf(IOException.class).hasMessageContaining("No space left on device");
            GroupCommit.await(commits.submit(false));
        }
    }

    @Test
    void anInterruptedCallerStillLearnsThatItsItemIsWritten() throws Exception {
        try (GroupCommit<Integer> commits = new GroupCommit<>("test-writer", batch -> { })) {
            Thread.currentThread().interrupt();
            GroupCommit.await(commits.submit(1));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void closingWritesWhatIsQueuedAndRefusesLaterItems() {
        List<Integer> written = new ArrayList<>();
        GroupCommit<Integer> commits = new GroupCommit<>("test-writer", written::addAll);
        commits.submit(1);
        commits.submit(2);
        commits.close();
        assertThat(written).containsExactly(1, 2);
        assertThatThrownBy(() -> GroupCommit.await(commits.submit(3))).hasMessageContaining("test-writer is closed");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
