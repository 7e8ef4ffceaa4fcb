package dev.tollgate.keepa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.tollgate.queue.Admission;
import org.junit.jupiter.api.Test;

class AsyncTurnTest {

    private final QueueFixture f = new QueueFixture(0, 600, 10);
    private final AtomicInteger threads = new AtomicInteger();

    @Test
    void whoIsFirstNeedsNoThread() {
        assertThat(stand(f.interactive(5), false)).isDone();
        assertThat(threads).hasValue(0);
    }

    @Test
    void whoeverIsInFrontWakesTheNextOneOnAThread() {
        Admission first = f.interactive(5);
        CompletableFuture<Void> second = stand(f.interactive(5), false);
        CompletableFuture<Void> third = stand(f.interactive(5), false);
        assertThat(second).isNotDone();

        f.seconds(60);
        f.line.admit(first);

        assertThat(second).isDone();
        assertThat(third).isNotDone();
        assertThat(threads).hasValue(1);
    }

    @Test
    void whoLeavesStandsNoLonger() {
        f.interactive(5);
        Admission second = f.interactive(5);
        CompletableFuture<Void> standing = stand(second, false);

        f.line.leave(second);

        assertThat(standing).isDone();
        assertThat(f.line.waiting()).isOne();
    }

    @Test
    void whoIsGoneIsNoticedAndGivesThePlaceBack() {
        f.interactive(5);
        CompletableFuture<Void> standing = stand(f.interactive(5), true);

        assertThat(standing).succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(f.line.waiting()).isOne();
    }

    private CompletableFuture<Void> stand(Admission ticket, boolean gone) {
        return f.line.awaitTurn(ticket, () -> gone, part -> {
            threads.incrementAndGet();
            part.run();
        }).toCompletableFuture();
    }
}
