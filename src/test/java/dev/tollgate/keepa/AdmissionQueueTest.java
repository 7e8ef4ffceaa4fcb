package dev.tollgate.keepa;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tollgate.keepa.KeepaDesk.Outcome;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;

import static org.assertj.core.api.Assertions.assertThat;

class AdmissionQueueTest {

    @Test
    void aCallThatIsCoveredDoesNotWait() {
        QueueFixture f = new QueueFixture(20);

        assertThat(f.interactive(20).isAdmitted()).isTrue();
        assertThat(f.available()).isZero();
    }

    @Test
    void balanceTenEstimateTwentyFiveAMinuteWaitsTwoMinutesToTheSecond() {
        QueueFixture f = new QueueFixture(10, 120, 10);
        Admission ticket = f.interactive(20);
        assertThat(ticket.isWaiting()).isTrue();
        assertThat(ticket.decision().waitMillis()).isEqualTo(120_000);

        f.time.pass(Duration.ofMillis(119_999));
        assertThat(f.line.admit(ticket).waitMillis()).isEqualTo(1);
        f.time.pass(Duration.ofMillis(1));

        assertThat(f.line.admit(ticket).admitted()).isTrue();
    }

    @Test
    void theFirstInLineNeverGoesLongWithoutLooking() {
        QueueFixture f = new QueueFixture(10, 120, 10);
        Admission ticket = f.interactive(20);

        assertThat(f.line.millisUntilTurn(ticket)).isEqualTo(AdmissionQueue.STEP_MILLIS);
        f.time.pass(Duration.ofMillis(119_983));
        assertThat(f.line.millisUntilTurn(ticket)).isEqualTo(17);
        f.seconds(1);
        assertThat(f.line.millisUntilTurn(ticket)).isZero();
    }

    @Test
    void whoWouldWaitTooLongIsDeniedAtOnceWithTheTrueWait() {
        QueueFixture f = new QueueFixture(10, 119, 10);

        Admission ticket = f.interactive(20);

        assertThat(ticket.isDenied()).isTrue();
        assertThat(f.toll.denial(ticket).retryAfterSeconds()).isEqualTo(120);
        assertThat(f.toll.status().denied()).isEqualTo(1);
        assertThat(f.line.waiting()).isZero();
    }

    @Test
    void theTrueWaitCountsEverybodyInFront() {
        QueueFixture f = new QueueFixture(0, 600, 10);
        f.interactive(10);
        f.interactive(15);

        assertThat(f.interactive(5).decision().waitMillis()).isEqualTo(360_000);
        assertThat(f.interactive(30).isDenied()).isTrue();
    }

    @Test
    void nobodyPassesWhoCameFirst() {
        QueueFixture f = new QueueFixture(10, 600, 10);
        Admission dear = f.interactive(20);
        Admission cheap = f.interactive(1);

        assertThat(f.line.admit(cheap).admitted()).isFalse();
        f.seconds(120);
        assertThat(f.line.admit(cheap).admitted()).isFalse();
        assertThat(f.line.admit(dear).admitted()).isTrue();
        assertThat(f.line.admit(cheap).admitted()).isFalse();
        f.seconds(60);
        assertThat(f.line.admit(cheap).admitted()).isFalse();
        f.reply(dear, 20, 5);
        assertThat(f.line.admit(cheap).admitted()).isTrue();
    }

    @Test
    void whoLeavesTheLineGivesThePlaceBack() {
        QueueFixture f = new QueueFixture(0, 600, 10);
        Admission first = f.interactive(40);
        Admission second = f.interactive(5);
        assertThat(second.first()).isNotDone();

        f.line.leave(first);

        assertThat(second.first()).isDone();
        assertThat(f.line.waiting()).isEqualTo(1);
        assertThat(f.interactive(5).decision().waitMillis()).isEqualTo(120_000);
        f.seconds(60);
        assertThat(f.line.admit(second).admitted()).isTrue();
    }

    @Test
    void whoLeavesInTheMiddleShortensTheWaitOfTheOthers() {
        QueueFixture f = new QueueFixture(0, 600, 10);
        f.interactive(5);
        Admission middle = f.interactive(40);
        f.line.leave(middle);
        f.line.leave(middle);

        assertThat(f.interactive(5).decision().waitMillis()).isEqualTo(120_000);
    }

    @Test
    void theLineHasAnEnd() {
        QueueFixture f = new QueueFixture(0, 600, 2);
        f.interactive(5);
        f.backfill(5);

        Admission excess = f.interactive(5);

        assertThat(excess.isDenied()).isTrue();
        assertThat(f.toll.denial(excess).retryAfterSeconds()).as("two calls and what is put by for backfill").isEqualTo(180);
    }

    @Test
    void aFullLineThatIsMovingIsNotAskedAgainAtOnce() {
        QueueFixture f = new QueueFixture(0, 600, 1);
        f.interactive(5);
        f.seconds(600);

        Admission excess = f.interactive(5);

        assertThat(excess.isDenied()).isTrue();
        assertThat(f.toll.denial(excess).envelope().refillIn()).isEqualTo(1000);
    }

    @Test
    void interactiveCallsGoBeforeBackfill() {
        QueueFixture f = new QueueFixture(0, 600, 10);
        Admission job = f.backfill(5);
        Admission urgent = f.interactive(5);

        f.seconds(60);

        assertThat(f.line.admit(job).admitted()).isFalse();
        assertThat(f.line.admit(urgent).admitted()).isTrue();
        f.reply(urgent, 5, 0);
        f.seconds(60);
        assertThat(f.line.admit(job).admitted()).isTrue();
    }

    @Test
    void backfillWaitsAsLongAsItTakes() {
        assertThat(new QueueFixture(-300, 1, 10).backfill(200).isWaiting()).isTrue();
    }

    @Test
    void whatIsPutByForBackfillIsNotTakenByInteractiveCalls() {
        QueueFixture f = new QueueFixture(50, 600, 10);
        Admission job = f.backfill(100);
        Admission first = f.interactive(40);
        assertThat(first.isAdmitted()).isTrue();
        f.reply(first, 40, 10);

        assertThat(f.interactive(7).isWaiting()).isTrue();
        assertThat(job.isWaiting()).isTrue();
    }

    @Test
    void backfillWithNobodyInFrontGoesAtOnce() {
        QueueFixture f = new QueueFixture(100);

        assertThat(f.backfill(100).isAdmitted()).isTrue();
    }

    @Test
    void aCallThatKeepaRefusedComesBackToItsOldPlace() {
        QueueFixture f = new QueueFixture(20, 600, 10);
        Admission refused = f.interactive(20);
        Admission next = f.interactive(5);
        assertThat(next.first()).isDone();

        Outcome outcome = f.reply(refused, 429, 0, -3);

        assertThat(outcome).isEqualTo(Outcome.AGAIN);
        assertThat(refused.isWaiting()).isTrue();
        assertThat(f.line.isFirst(refused)).isTrue();
        assertThat(next.first()).isNotDone();
        f.seconds(300);
        assertThat(f.line.admit(next).admitted()).isFalse();
        assertThat(f.line.admit(refused).admitted()).isTrue();
        assertThat(next.first()).isDone();
        assertThat(f.toll.status().upstream429()).isEqualTo(1);
    }

    @Test
    void twoRefusedCallsComeBackInTheirOldOrderAndTheSecondIsWokenOnlyOnce() {
        QueueFixture f = new QueueFixture(60, 600, 10);
        Admission first = f.interactive(10);
        Admission second = f.interactive(10);
        f.reply(first, 429, 0, -3);
        f.reply(second, 429, 0, -3);

        assertThat(f.line.isFirst(first)).isTrue();
        assertThat(first.first()).isDone();
        assertThat(second.first()).isNotDone();
    }

    @Test
    void aCallThatKeepaRefusedIsDeniedWithTheTrueWaitWhenThatIsLongerThanIsLeftOfMaxWait() {
        QueueFixture f = new QueueFixture(15, 150, 10);
        Admission refused = f.interactive(20);
        Admission next = f.interactive(1);
        f.seconds(60);
        f.line.admit(refused);

        Outcome outcome = f.reply(refused, 429, 0, 12);

        assertThat(outcome).isEqualTo(Outcome.DENIED);
        assertThat(f.toll.denial(refused).retryAfterSeconds()).as("90 s are left, and 8 tokens are two refills").isEqualTo(120);
        assertThat(f.toll.status().denied()).isEqualTo(1);
        assertThat(f.available()).isEqualTo(12);
        assertThat(f.line.isFirst(next)).isTrue();
        assertThat(next.first()).isDone();
    }

    @Test
    void aCallThatKeepaRefusedWaitsForThoseWhoCameBeforeItAndNotForThoseBehind() {
        QueueFixture f = new QueueFixture(30, 200, 10);
        Admission first = f.interactive(10);
        Admission second = f.interactive(5);
        Admission behind = f.interactive(20);
        assertThat(behind.isWaiting()).isTrue();

        f.reply(first, 429, 0, 0);

        assertThat(f.reply(second, 429, 0, 0)).isEqualTo(Outcome.AGAIN);
    }

    @Test
    void backfillThatKeepaRefusedWaitsAsLongAsItTakes() {
        QueueFixture f = new QueueFixture(20, 1, 10);

        assertThat(f.reply(f.backfill(20), 429, 0, -300)).isEqualTo(Outcome.AGAIN);
    }

    @Test
    void anEarlierCallThatCostMoreHoldsBackWhoThoughtItWasCovered() {
        QueueFixture f = new QueueFixture(30, 600, 10);
        Admission first = f.interactive(20);
        Admission second = f.interactive(20);
        f.seconds(120);
        f.reply(first, 60, -20);

        assertThat(f.line.admit(second).admitted()).isFalse();
        assertThat(second.decision().waitMillis()).isPositive();
    }

    @Test
    void leavingAfterSettlingDoesNothing() {
        QueueFixture f = new QueueFixture(20);
        Admission ticket = f.interactive(20);
        f.reply(ticket, 25, -5);

        f.line.leave(ticket);
        f.line.neverSent(ticket);
        f.reply(ticket, 25, -5);

        assertThat(f.toll.status().consumed()).isEqualTo(25);
        assertThat(f.available()).isEqualTo(-5);
    }

    @Test
    void aCallThatNeverLeftIsFree() {
        QueueFixture f = new QueueFixture(20);
        Admission ticket = f.interactive(20);

        f.line.neverSent(ticket);

        assertThat(f.available()).isEqualTo(20);
    }

    @Test
    void statusTellsWhenTheNextCallCouldStart() {
        QueueFixture f = new QueueFixture(-3, 600, 10);
        f.interactive(5);

        LineStatus status = f.toll.status();

        assertThat(status.balance()).isEqualTo(-3);
        assertThat(status.deficit()).isEqualTo(3);
        assertThat(status.waiting()).isEqualTo(1);
        assertThat(status.nextFreeAt()).isEqualTo(f.time.instant().plusSeconds(120));
        assertThat(status.capacity()).isEqualTo(300);
    }

    @Test
    void everybodyIsServedInTheOrderOfArrival() {
        QueueFixture f = new QueueFixture(0, 100_000, 1000);
        List<Admission> tickets = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tickets.add(f.interactive(1 + i % 7));
        }
        for (Admission ticket : tickets) {
            assertThat(ticket.first()).isDone();
            while (!f.line.admit(ticket).admitted()) {
                f.seconds(1);
            }
            f.reply(ticket, 1, (int) f.balance() - 1);
        }
        assertThat(f.line.waiting()).isZero();
    }
}
