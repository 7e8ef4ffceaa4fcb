package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;

import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Refuse;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Settlement;
import dev.tollgate.door.CallerWatch;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.metrics.CallTimes;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.Quote;

/**
 * {@code token-bucket-action}: holds a call back until the bucket covers its cost, lets the steps inside make it, and
 * settles with what the reply says.
 */
public final class TokenBucketPolicy extends KitPolicy {

    private BucketSettings settings;
    private HeaderMeter told;
    private boolean waitsAgain;
    private Expression key;
    private Expression priority;
    private Expression cost;
    private Expression shape;
    private PriceSource prices;
    private ReplyMeter meter;
    private RateSource rates;

    public TokenBucketPolicy(Kit kit) {
        super(kit);
    }

    @Override
    void read(KameletParameters given) {
        int tokens = (int) given.whole("tokens", 1, Price.MAX);
        Duration per = given.duration("per");
        boolean steady = given.oneOf("refill", "at-once", "steady").equals("steady");
        Duration tick = given.text("tick").isEmpty() ? steady ? BucketSettings.steady(tokens, per) : per : given.duration("tick");
        Duration fillsIn = given.text("fillsIn").isEmpty() ? per : given.duration("fillsIn");
        long capacity = given.isZeroOrEmpty("capacity") ? (long) Math.ceil((double) tokens * fillsIn.toMillis() / per.toMillis())
                : given.whole("capacity", 1, Price.MAX);
        int maxWaiting = given.isZeroOrEmpty("maxWaiting") ? Kit.mostWaiting() : (int) given.whole("maxWaiting", 1, 100_000);
        given.require(given.text("rates").isEmpty() || !given.text("key").isEmpty(), "key",
                "what makes calls have a bucket each, because rates knows how each of them fills", "");
        told = HeaderMeter.read(given, steady);
        waitsAgain = given.oneOf("onRefusal", "pass", "wait-again").equals("wait-again");
        settings = new BucketSettings(tokens, per, tick, capacity, given.whole("maxDeficit", 0, Price.MAX),
                given.durationOrZero("maxWait"), maxWaiting, given.duration("lease"),
                told.tellsWhatIsLeft() || !given.text("meter").isEmpty(), !given.text("meter").isEmpty());
    }

    @Override
    void read(KameletParameters given, CamelContext context) {
        key = simple(context, given.text("key"));
        priority = simple(context, given.text("priority"));
        cost = simple(context, given.text("cost"));
        shape = simple(context, given.text("shape"));
        prices = given.bean("prices", PriceSource.class, context);
        meter = given.bean("meter", ReplyMeter.class, context);
        rates = given.bean("rates", RateSource.class, context);
    }

    /** Reads {@code caller} (the value of the bucket's key), {@code cost} (1 where it is not given) and {@code priority}. */
    @Override
    Optional<Explanation> explain(Question question, String step) {
        String caller = question.text("caller").orElse("");
        TokenBucket bucket = rates == null ? kit.buckets().bucket(name(), caller, revision(), settings)
                : kit.buckets().known(name(), caller).orElse(null);
        if (bucket == null) {
            return Optional.empty(); // full: nothing was asked for this caller yet
        }
        Quote quote = Quote.fixed("", question.number("cost", 0, Price.MAX).orElse(1L));
        Decision word = bucket.queue().forecast(quote, quote.price(), serviceClass(question.text("priority").orElse("")));
        if (word.admitted()) {
            return Optional.empty();
        }
        Explanation said = word.denied() ? Explanation.denied(step, spent(word), kit.clock().instant()) : Explanation.waits(step, word.until());
        return Optional.of(Buckets.told(said.with("balance", Math.floorDiv(bucket.queue().state().balance(), Plan.TOKEN))
                .with("waiting", bucket.queue().waiting()), bucket.queue()));
    }

    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        TokenBucket bucket = kit.buckets().bucket(name(), text(key, exchange), revision(), settings, rates == null ? null : rates.plan(exchange));
        Quote quote = prices == null ? quote(exchange) : prices.quote(exchange);
        Price price = prices == null && quote.shape().isEmpty() ? quote.price() : bucket.estimator().price(quote);
        // A call that the upstream may refuse is kept, so that it can be made again; read before it has a place to leave behind.
        Request request = waitsAgain ? Request.of(exchange) : null;
        Admission call = bucket.queue().arrive(quote, price, serviceClass(text(priority, exchange)));
        refuseIfDenied(call);
        return turn(new Visit(new BucketVisit(bucket, call, request, bucket.queue().now(), rates != null)), exchange);
    }

    private CompletionStage<Passage> turn(Visit visit, Exchange exchange) {
        long from = System.nanoTime();
        Admission call = visit.bucketVisit.call();
        if (call.isWaiting() && Caller.of(exchange).isGone()) {
            visit.leave(); // the first in the queue looks here between two waits, too short for the watch to see
        }
        exchange.setProperty(LEAVE, (Runnable) visit::leave);
        CallerWatch.Watch watch = call.isWaiting() ? kit.callers().watch(exchange, visit::leave) : null;
        return visit.bucketVisit.bucket().queue().turn(call).thenApply(first -> {
            if (watch != null) {
                watch.close();
                CallTimes.of(exchange).waited(System.nanoTime() - from);
            }
            if (!call.isOpen()) {
                throw Refusal.callerGone(); // nothing is paid for somebody who is gone
            }
            visit.bucketVisit.next(exchange);
            visit.departures = Departures.count(exchange);
            return visit;
        });
    }

    private Quote quote(Exchange exchange) {
        long tokens = wholeNumber(cost, exchange, "cost");
        return new Quote(text(shape, exchange), 1, tokens * 1000, tokens);
    }

    private static ServiceClass serviceClass(String priority) {
        return priority.equalsIgnoreCase("background") ? ServiceClass.BACKFILL : ServiceClass.INTERACTIVE;
    }

    private void refuseIfDenied(Admission call) {
        if (call.isDenied()) {
            throw spent(call.decision());
        }
    }

    private Refusal spent(Decision word) {
        return Refusal.until(429, "The budget " + name() + " is spent: come back when Retry-After says so.",
                Duration.ofMillis(word.waitMillis()));
    }

    /** One call's way. */
    private final class Visit implements Passage {

        private final BucketVisit bucketVisit;
        private int departures;

        Visit(BucketVisit bucketVisit) {
            this.bucketVisit = bucketVisit;
        }

        private void leave() {
            if (rates != null && bucketVisit.call().isAdmitted()) {
                served();
            }
            bucketVisit.bucket().queue().leave(bucketVisit.call());
        }

        /** A call without a reply may have arrived; no later reply will tell, so it is counted at once. */
        private void served() {
            Admission call = bucketVisit.call();
            bucketVisit.bucket().queue().end(call, new Charge(call.id(), call.price().expected()));
        }

        @Override
        public Optional<CompletionStage<Passage>> ended(Exchange exchange) throws Exception {
            Admission call = bucketVisit.call();
            if (call.isWaiting()) {
                return Optional.of(turn(this, exchange)); // the tokens were not there yet
            }
            if (!call.isAdmitted()) {
                if (exchange.getException() == null && !call.decision().admitted()) {
                    throw Refusal.callerGone(); // left while it waited, so there is no reply
                }
                return Optional.empty();
            }
            if (exchange.getException() != null) {
                if (Departures.noneSince(departures, exchange)) {
                    bucketVisit.bucket().queue().neverSent(call);
                } else if (rates != null) {
                    served();
                }
                return Optional.empty();
            }
            return settle(exchange, call);
        }

        private Optional<CompletionStage<Passage>> settle(Exchange exchange, Admission call) {
            TokenBucket bucket = bucketVisit.bucket();
            ReplyMeter.Told reply = read(exchange, call);
            BucketEvent<Settlement> event = reply.event();
            boolean learns = reply.charged().isPresent() && !call.quote().shape().isEmpty();
            if (!(event instanceof Refuse)) {
                if (bucket.queue().end(call, event).known() && learns) {
                    bucket.estimator().learn(call.quote(), reply.charged().getAsLong());
                }
                return Optional.empty();
            }
            bucket.refused().increment();
            if (learns) {
                bucket.estimator().learn(call.quote(), reply.charged().getAsLong());
            }
            if (!waitsAgain) {
                bucket.queue().end(call, event);
                return Optional.empty();
            }
            bucket.queue().again(call, event, reply.charged().isPresent() ? Price.exactly(reply.charged().getAsLong()) : call.price());
            refuseIfDenied(call);
            bucketVisit.request().restore(exchange);
            return Optional.of(turn(this, exchange));
        }

        private ReplyMeter.Told read(Exchange exchange, Admission call) {
            Instant now = bucketVisit.bucket().queue().now();
            if (rates == null) {
                return meter == null ? told.read(exchange, bucketVisit, settings.plan(), now) : meter.read(exchange, call);
            }
            Plan plan = bucketVisit.bucket().queue().state().plan();
            ReplyMeter.Told reply = told.pausingBy(plan).read(exchange, bucketVisit, plan, now);
            return reply.event() instanceof Charge charge
                    ? new ReplyMeter.Told(new Charge(charge.id(), charge.cost(), rates.told(exchange, plan)), reply.charged()) : reply;
        }

        /** A place in the queue is given back; tokens of a call that may have been served stay reserved. */
        @Override
        public void release(Exchange exchange) {
            leave();
        }
    }
}
