package dev.tollgate.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.queue.SharedBucket;
import dev.tollgate.queue.SharedState;
import dev.tollgate.store.Step;

import static org.assertj.core.api.Assertions.assertThat;

/** The same on the SQL Server that is named to be lost. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_SQLSERVER_URL", matches = ".+")
class SqlServerBucketRowTest extends BucketRowTest {

    @Override
    Engine engine() {
        return Engine.SQLSERVER;
    }

    /** No lock is held meanwhile: it makes its step anew, on what the other has left. */
    @Override
    @Test
    void aNodeThatFallsSilentInTheMiddleOfAStepLosesTheRow() {
        SharedBucket silent = row(node("a"));
        SharedBucket other = row(node("b"));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch overtaken = new CountDownLatch(1);
        CompletableFuture<Long> late = CompletableFuture.supplyAsync(() -> silent.update((state, now) -> {
            begun.countDown();
            uninterrupted(overtaken);
            return new Step<>(new SharedState(state.bucket(), state.heads(), state.putBy() + 1), state.putBy());
        }), threads);
        uninterrupted(begun);
        other.update((state, now) -> new Step<>(new SharedState(state.bucket(), state.heads(), 2), true));
        overtaken.countDown();
        assertThat(late.join()).isEqualTo(2);
        assertThat(other.look().orElseThrow().putBy()).isEqualTo(3);
    }
}
