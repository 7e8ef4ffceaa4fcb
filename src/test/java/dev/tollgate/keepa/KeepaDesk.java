package dev.tollgate.keepa;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import dev.tollgate.budget.Refuse;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Settlement;
import dev.tollgate.kit.ReplyMeter;
import dev.tollgate.kit.TokenBucket;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.Quote;

/** Does with a call what the policy around Keepa's route does, step by step, so that tests can stop between two steps. */
final class KeepaDesk {

    enum Outcome {
        /** The reply goes to the caller. */
        DONE,
        /** Keepa refused for want of tokens; the caller waits again, at its old place. */
        AGAIN,
        /** Keepa refused, and the caller would wait longer than it may. */
        DENIED
    }

    private final TokenBucket bucket;
    private final KeepaBalance balance;

    KeepaDesk(AdmissionQueue queue, CostEstimator estimator, InstantSource clock) {
        this.bucket = new TokenBucket(queue, estimator, new LongAdder(), new LongAdder());
        this.balance = new KeepaBalance(() -> bucket, clock);
    }

    AdmissionQueue line() {
        return bucket.queue();
    }

    KeepaBalance balance() {
        return balance;
    }

    Admission arrive(KeepaCall call, ServiceClass serviceClass) {
        Quote quote = PriceList.quote(call);
        return line().arrive(quote, bucket.estimator().price(quote), serviceClass);
    }

    Denial denial(Admission ticket) {
        return balance.denial(Duration.ofMillis(ticket.decision().waitMillis()));
    }

    Outcome settle(Admission ticket, int status, byte[] body) {
        return settle(ticket, status, EnvelopeReader.read(body));
    }

    Outcome settle(Admission ticket, int status, Optional<Envelope> envelope) {
        ReplyMeter.Told told = KeepaMeter.read(ticket, status, envelope);
        if (told.event() instanceof Refuse) {
            bucket.refused().increment();
            line().again(ticket, told.event());
            return ticket.isWaiting() ? Outcome.AGAIN : ticket.isDenied() ? Outcome.DENIED : Outcome.DONE;
        }
        Settlement settlement = line().end(ticket, told.event());
        if (settlement.known()) {
            told.charged().ifPresent(charged -> bucket.estimator().learn(ticket.quote(), charged));
        }
        return Outcome.DONE;
    }

    Envelope token() {
        return balance.token();
    }

    boolean silentFor(Duration silence) {
        return balance.silentFor(silence);
    }

    void heard(Envelope envelope, Instant askedAt) {
        balance.heard(envelope, askedAt);
    }

    LineStatus status() {
        return balance.status();
    }
}
