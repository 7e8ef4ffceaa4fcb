package dev.tollgate.keepa;

import dev.tollgate.budget.Anchor;
import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Lose;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Reading;
import dev.tollgate.budget.Refuse;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Settle;
import dev.tollgate.budget.Settlement;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.Quote;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Keepa policy as a route uses it: price, stand in line, call, settle. See the package's description for the route.
 */
public final class KeepaToll {

    private static final Logger LOG = LoggerFactory.getLogger(KeepaToll.class);

    /** What a settled call leads to. */
    public enum Outcome {
        /** The reply goes to the caller. */
        DONE,
        /** Keepa refused for want of tokens; the caller is in line again, at its old place. */
        AGAIN,
        /** Keepa refused, and the caller would wait longer than it may: the denial goes to it. */
        DENIED
    }

    private final AdmissionQueue line;
    private final CostEstimator estimator;
    private final InstantSource clock;
    private final LongAdder refused = new LongAdder();

    public KeepaToll(AdmissionQueue line, CostEstimator estimator, InstantSource clock) {
        this.line = line;
        this.estimator = estimator;
        this.clock = clock;
    }

    /** The line itself: where to wait, and how to leave. */
    public AdmissionQueue line() {
        return line;
    }

    /** Prices a call and brings it to the line. */
    public Admission arrive(KeepaCall call, ServiceClass serviceClass) {
        Quote quote = PriceList.quote(call);
        return line.arrive(quote, estimator.price(quote), serviceClass);
    }

    /** What a call is expected to cost, by the list and by what was learned. */
    Price price(Quote quote) {
        return estimator.price(quote);
    }

    /** The answer to a ticket that was denied. */
    public Denial denial(Admission ticket) {
        return Denial.of(ticket.decision(), line.state(), clock.instant());
    }

    /**
     * Settles a call with its reply, whatever that was. A second time does nothing.
     *
     * @param status the HTTP status
     * @param body   the bytes as they came, gzip or plain
     */
    public Outcome settle(Admission ticket, int status, byte[] body) {
        return settle(ticket, status, EnvelopeReader.read(body));
    }

    /** The same for a reply whose envelope is read already; empty when it has none. */
    public Outcome settle(Admission ticket, int status, Optional<Envelope> envelope) {
        Optional<Reading> reading = envelope.flatMap(Envelope::reading);
        if (status == Denial.STATUS) {
            refused.increment();
            line.again(ticket, new Refuse(ticket.id(), reading));
            return ticket.isWaiting() ? Outcome.AGAIN : ticket.isDenied() ? Outcome.DENIED : Outcome.DONE;
        }
        int said = envelope.map(Envelope::tokensConsumed).orElse(Envelope.NOT_SAID);
        Settlement settlement = line.end(ticket, event(ticket, status, reading, said));
        if (settlement.known() && envelope.filter(e -> e.delivered(status)).isPresent()) {
            learn(ticket, said);
        }
        return Outcome.DONE;
    }

    /** A figure that cannot be true is counted at its bound and teaches nothing, or no such call would be let go again. */
    private void learn(Admission ticket, int said) {
        if (said < Envelope.MOST_CONSUMED) {
            estimator.learn(ticket.quote(), said);
        } else {
            LOG.warn("Keepa told that a call cost more tokens than can be true; {} are counted", said);
        }
    }

    /** What {@code /token} answers here. */
    public Envelope token() {
        return Denial.token(line.state(), clock.instant());
    }

    /** Whether Keepa was not heard for so long that {@code /token} may be asked; true before the first reply. */
    public boolean silentFor(Duration silence) {
        return line.state().heardAt() + silence.toMillis() <= clock.millis();
    }

    /** When Keepa last told its balance; empty before the first reply, when all there is is a guess. */
    public Optional<Instant> heardAt() {
        long millis = line.state().heardAt();
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /**
     * Believes an answer of {@code /token}.
     *
     * @param askedAt when it was asked
     */
    public void heard(Envelope envelope, Instant askedAt) {
        envelope.reading().ifPresent(reading -> line.apply(new Anchor(reading, askedAt.toEpochMilli())));
    }

    /** The bucket as it is now. */
    public BucketState bucket() {
        return line.state();
    }

    public LineStatus status() {
        BucketState s = line.state();
        return new LineStatus(Math.floorDiv(s.balance(), Plan.TOKEN), s.deficit(), s.plan().refillRate(),
                s.plan().capacity() / Plan.TOKEN, line.waiting(), line.nextFree().until(), s.consumed(), line.denied(),
                refused.sum());
    }

    /**
     * A reply with a meter settles. One without is charged what it says, or the list price when it delivered (a PNG), or
     * nothing when Keepa rejected the request; after a failure nobody knows, so the tokens stay reserved.
     */
    private static BucketEvent<Settlement> event(Admission ticket, int status, Optional<Reading> reading, int said) {
        if (reading.isPresent()) {
            return new Settle(ticket.id(), reading.get(), Math.max(0, said));
        }
        if (said >= 0) {
            return new Charge(ticket.id(), said);
        }
        if (status >= 500) {
            return new Lose(ticket.id());
        }
        return new Charge(ticket.id(), status < 300 ? ticket.price().expected() : 0);
    }
}
