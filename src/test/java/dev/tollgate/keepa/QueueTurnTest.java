package dev.tollgate.keepa;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import dev.tollgate.queue.Admission;

import static org.assertj.core.api.Assertions.assertThat;

/** A call that waits in the queue holds no thread: whoever is in front tells it when its turn comes. */
class QueueTurnTest {

    private final QueueFixture f = new QueueFixture(0, 600, 10);

    @Test
    void theFirstHasItsTurnAtOnce() {
        assertThat(f.line.turn(f.interactive(5))).isDone();
    }

    @Test
    void whoeverIsInFrontTellsTheNextOne() {
        Admission first = f.interactive(5);
        CompletableFuture<Void> second = f.line.turn(f.interactive(5));
        CompletableFuture<Void> third = f.line.turn(f.interactive(5));
        assertThat(second).isNotDone();

        f.seconds(60);
        f.line.admit(first);

        assertThat(second).isDone();
        assertThat(third).isNotDone();
    }

    @Test
    void aCallThatLeavesWaitsNoLonger() {
        f.interactive(5);
        Admission second = f.interactive(5);
        CompletableFuture<Void> turn = f.line.turn(second);

        f.line.leave(second);

        assertThat(turn).isDone();
        assertThat(f.line.waiting()).isOne();
    }

    @Test
    void aCallInFrontOfWhichAnOlderOneComesBackWaitsForItsTurnAgain() {
        f.seconds(60);
        Admission older = f.interactive(5);
        Admission younger = f.interactive(5);
        assertThat(f.line.turn(younger)).isDone();

        f.reply(older, 429, 0, -5);

        assertThat(f.line.turn(younger)).isNotDone();
        assertThat(f.line.turn(older)).isDone();
    }
}
