package dev.tollgate.keepa;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.tollgate.budget.Bucket;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Reserve;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.keepa.KeepaDesk.Outcome;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.Quote;

import static org.assertj.core.api.Assertions.assertThat;

/** What went wrong in a real deployment of a Keepa budget, and in gateways like it: each bug once. */
class BugDiaryTest {

    @Test
    void aTargetThatTheWaitLimitNeverReachesIsNoLivelock() {
        QueueFixture f = new QueueFixture(-180, 60, 10);
        Admission denied = f.interactive(100);
        assertThat(denied.isDenied()).isTrue();

        f.time.pass(Duration.ofMillis(denied.decision().waitMillis()));

        assertThat(f.interactive(100).isAdmitted()).isTrue();
    }

    @Test
    void aCallDearerThanTheBucketIsNoInfiniteStall() {
        QueueFixture f = new QueueFixture(0, 3600, 10);
        Admission ticket = f.interactive(450);
        assertThat(ticket.decision().waitMillis()).isEqualTo(3_600_000);

        f.seconds(3600);

        assertThat(f.line.admit(ticket).admitted()).isTrue();
    }

    @Test
    void theFirstLookAtTheTokensIsNotHeldBackByItsOwnThrottle() {
        QueueFixture f = new QueueFixture(20);

        assertThat(f.toll.silentFor(Duration.ofMinutes(5))).isFalse();
        f.seconds(300);
        assertThat(f.toll.silentFor(Duration.ofMinutes(5))).isTrue();
        f.toll.heard(new Envelope(f.time.millis(), 7, 60_000, 5, 0, 0, 0, null), f.time.instant());
        assertThat(f.toll.silentFor(Duration.ofMinutes(5))).isFalse();
        assertThat(f.balance()).isEqualTo(7);
    }

    @Test
    void anEstimateOfTwoForWhatCostsSevenIsCorrectedByTheReplies() {
        CostEstimator estimator = new CostEstimator();
        Quote tooLow = new Quote("product", 10, 20_000, 20);
        for (int i = 0; i < 20; i++) {
            estimator.learn(tooLow, 77);
        }

        assertThat(estimator.price(tooLow).expected()).isBetween(77L, 85L);
    }

    @Test
    void whatKeepaSaysIsLeftOverwritesWhatWeCounted() {
        QueueFixture f = new QueueFixture(-229);
        f.seconds(60);
        f.toll.heard(new Envelope(f.time.millis(), -104, 60_000, 5, 0, 0, 0, null), f.time.instant());

        assertThat(f.balance()).isEqualTo(-104);
    }

    @Test
    void deniedCallersDoNotStormBecauseTheWaitTheyAreToldIsTrue() {
        QueueFixture f = new QueueFixture(-200, 60, 10);
        long tries = 0;
        Admission ticket = f.interactive(1);
        while (ticket.isDenied() && tries < 100) {
            tries++;
            f.time.pass(Duration.ofMillis(f.toll.denial(ticket).envelope().refillIn() + 100));
            ticket = f.interactive(1);
        }

        assertThat(tries).isEqualTo(1);
    }

    @Test
    void aCrashBetweenReserveAndSettleGivesTheTokensBackWhenTheLeaseEnds() {
        QueueFixture f = new QueueFixture(100);
        f.interactive(60);
        f.interactive(39);
        assertThat(f.available()).isEqualTo(1);

        f.seconds(179);
        assertThat(f.available()).isEqualTo(11);
        f.seconds(1);

        assertThat(f.available()).isEqualTo(115);
    }

    @Test
    void aDenialIsCompressedForTheJavaClientAndIsAWholeEnvelope() {
        QueueFixture f = new QueueFixture(-10, 1, 10);
        Denial denial = f.toll.denial(f.interactive(1));

        byte[] body = EnvelopeWriter.body(denial.envelope(), Gzip.wanted("gzip"));

        assertThat(body).startsWith(0x1f, 0x8b);
        assertThat(EnvelopeReader.read(body)).contains(denial.envelope());
    }

    @Test
    void manyCallsAtOnceDoNotEachTakeTheSameFewTokens() {
        QueueFixture f = new QueueFixture(5, 600, 100);
        List<Admission> tickets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tickets.add(f.interactive(5));
        }

        assertThat(tickets).filteredOn(Admission::isAdmitted).hasSize(1);
    }

    @Test
    void whatIsChargedIsTheTruePriceAndNotTheEstimate() {
        QueueFixture f = new QueueFixture(100);
        Admission ticket = f.interactive(20);
        f.reply(ticket, 77, 23);

        assertThat(f.balance()).isEqualTo(23);
        assertThat(f.toll.status().consumed()).isEqualTo(77);
    }

    @Test
    void aReplyThatWasOvertakenDoesNotOverwriteTheNewerOne() {
        QueueFixture f = new QueueFixture(100);
        Admission slow = f.interactive(20);
        Admission quick = f.interactive(10);
        long then = f.time.millis() + 5;
        f.time.pass(Duration.ofMillis(50));
        f.toll.settle(quick, 200, Optional.of(new Envelope(then + 10, 70, 59_000, 5, 0, 10, 0, null)));

        f.toll.settle(slow, 200, Optional.of(new Envelope(then, 80, 59_000, 5, 0, 20, 0, null)));

        assertThat(f.balance()).isEqualTo(70);
        assertThat(f.available()).isEqualTo(70);
    }

    @Test
    void anInvalidKeyDoesNotCloseTheGateForEverybody() {
        QueueFixture f = new QueueFixture(100);
        Admission ticket = f.interactive(20);

        f.toll.settle(ticket, 400, Optional.of(new Envelope(f.time.millis() + 1, 0, 0, 0, 0, 0, 0,
                new KeepaError("invalidParameter", "", ""))));

        assertThat(f.available()).isEqualTo(100);
        assertThat(f.line.state().plan().refillRate()).isEqualTo(5);
    }

    @Test
    void aPageOfHtmlIsNoBalance() {
        QueueFixture f = new QueueFixture(100);
        Admission ticket = f.interactive(20);

        f.toll.settle(ticket, 404, "<html>".getBytes(StandardCharsets.UTF_8));

        assertThat(f.available()).isEqualTo(100);
    }

    @Test
    void aPictureIsChargedAndIsNoBalance() {
        QueueFixture f = new QueueFixture(100);
        Admission ticket = f.interactive(1);

        f.toll.settle(ticket, 200, new byte[] {(byte) 0x89, 'P', 'N', 'G'});

        assertThat(f.available()).isEqualTo(99);
    }

    @Test
    void aBrokenGatewayInBetweenLeavesTheTokensReserved() {
        QueueFixture f = new QueueFixture(100);
        Admission ticket = f.interactive(20);

        f.toll.settle(ticket, 502, "<html>".getBytes(StandardCharsets.UTF_8));

        assertThat(f.balance()).isEqualTo(100);
        assertThat(f.available()).isEqualTo(80);
    }

    @Test
    void aTimeoutIsNoRefund() {
        QueueFixture f = new QueueFixture(100);
        Admission timedOut = f.interactive(20);
        f.line.leave(timedOut);
        assertThat(f.available()).isEqualTo(80);
        f.seconds(1);

        f.reply(f.interactive(1), 1, 29);

        assertThat(f.available()).isEqualTo(29);
    }

    @Test
    void trackingsSlowTheRefillAndAChangeOfPlanIsBelieved() {
        QueueFixture f = new QueueFixture(10, 600, 10);
        Admission ticket = f.interactive(1);
        f.toll.settle(ticket, 200, Optional.of(new Envelope(f.time.millis() + 1, 9, 60_000, 25, 20_000, 1, 0, null)));

        assertThat(f.interactive(19).decision().waitMillis()).isEqualTo(120_000);
        assertThat(f.toll.status().capacity()).isEqualTo(1500);
    }

    @Test
    void aBucketEmptyForEverIsADenialAndNotADivisionByZero() {
        QueueFixture f = new QueueFixture(0);
        Admission probe = f.interactive(1);
        f.line.leave(probe);
        f.toll.heard(new Envelope(f.time.millis() + 1, 0, 60_000, 5, 5000, 0, 0, null), f.time.instant().plusMillis(1));

        Denial denial = f.toll.denial(f.interactive(1));

        assertThat(denial.retryAfterSeconds()).isEqualTo(3600);
        assertThat(denial.envelope().refillRate()).isEqualTo(5);
    }

    @Test
    void aRefusalThatIsNoJsonIsNoHotLoop() {
        QueueFixture f = new QueueFixture(100, 600, 10);
        Admission ticket = f.interactive(20);

        Outcome outcome = f.toll.settle(ticket, 429, "slow down".getBytes(StandardCharsets.UTF_8));

        assertThat(outcome).isEqualTo(Outcome.AGAIN);
        assertThat(f.line.admit(ticket).waitMillis()).isEqualTo(60_000);
    }

    @Test
    void anErrorInsideA200TeachesNoPrice() {
        QueueFixture f = new QueueFixture(100);
        Admission ticket = f.toll.arrive(KeepaCall.of("/product", "asin=B1,B2", null), ServiceClass.INTERACTIVE);

        f.toll.settle(ticket, 200, Optional.of(new Envelope(f.time.millis() + 1, 59, 26_645, 5, 0, 0, 0,
                new KeepaError("invalidParameter", "", ""))));

        assertThat(f.balance()).isEqualTo(59);
        assertThat(f.toll.arrive(KeepaCall.of("/product", "asin=B1,B2", null), ServiceClass.INTERACTIVE).price().expected())
                .isEqualTo(2);
    }

    @Test
    void theEnvelopeThatATokenPollShowsIsWhatEveryProcessWouldSee() {
        QueueFixture f = new QueueFixture(-104);

        assertThat(f.toll.token().tokensLeft()).isEqualTo(-104);
        assertThat(f.toll.token().timestamp()).isEqualTo(f.time.millis());
    }

    @Test
    void theClockSetBackAnHourStopsNobodyForAnHour() {
        QueueFixture f = new QueueFixture(0, 100, 10);
        BucketState before = f.store.get("keepa");
        Terms terms = new Terms(0, Duration.ofSeconds(100), Duration.ofMinutes(3));
        var call = new Reserve("x", Price.exactly(5), ServiceClass.INTERACTIVE, terms);

        assertThat(Bucket.next(before, call, f.time.instant().minusSeconds(3600)).result().waitMillis()).isEqualTo(60_000);
    }
}
