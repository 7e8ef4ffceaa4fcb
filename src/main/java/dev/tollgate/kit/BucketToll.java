package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Reading;
import dev.tollgate.budget.Refuse;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Settle;
import dev.tollgate.budget.Settlement;
import dev.tollgate.door.Caller;
import dev.tollgate.gateway.Plausible;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.queue.Quote;
import dev.tollgate.queue.Admission;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The words of {@code toll-bucket}: arrive, stand in line, admit, settle, leave. */
public final class BucketToll extends Toll {

    /** Numbers above this are a time in seconds since 1970 rather than a wait, and far above it in milliseconds. */
    private static final long UNIX_TIME = 1_000_000_000;
    private static final long UNIX_TIME_MILLIS = 100_000_000_000L;

    private static final Pattern TOKENS = Pattern.compile("\\d{1,9}");

    /** @param arrived stands for the time of a reply that has no date: who came later was answered later */
    private record Place(Buckets.Line bucket, Admission ticket, Instant arrived) {
    }

    private final Buckets buckets;
    private BucketSettings settings;
    private Told remaining;
    private Told charged;
    private Told reset;

    public BucketToll(Buckets buckets) {
        this.buckets = buckets;
    }

    @Override
    void read(Given given) {
        int tokens = (int) given.whole("tokens", 1, 1_000_000);
        remaining = Told.read(given, "remaining");
        charged = Told.read(given, "charged");
        reset = Told.read(given, "reset");
        long capacity = given.text("capacity").isEmpty() ? tokens : given.whole("capacity", 1, 1_000_000_000);
        settings = new BucketSettings(tokens, given.duration("per"), capacity,
                given.oneOf("refill", "at-once", "steady").equals("steady"), given.whole("maxDeficit", 0, 1_000_000_000),
                given.duration("maxWait"), given.duration("lease"), remaining.anywhere());
    }

    /**
     * Comes to the line.
     *
     * @param cost what the call will probably cost, whole tokens
     * @throws Refusal 429 with the true wait, when that is longer than the caller may wait; 400 for a cost that is none
     */
    public void arrive(@ExchangeProperty("tollCost") String cost, Exchange exchange) {
        long tokens = tokens(cost);
        Buckets.Line bucket = buckets.line(name(), edition(), settings);
        Admission ticket = bucket.line().arrive(new Quote(name(), 1, tokens * 1000, tokens), Price.exactly(tokens),
                ServiceClass.INTERACTIVE);
        exchange.setProperty(property(), new Place(bucket, ticket, buckets.clock().instant()));
        if (ticket.isDenied()) {
            throw Refusal.until(429, "The budget " + name() + " is spent: come back when Retry-After says so.",
                    Duration.ofMillis(ticket.decision().waitMillis()));
        }
    }

    private static long tokens(String cost) {
        if (cost == null || !TOKENS.matcher(cost.strip()).matches()) {
            throw Refusal.of(400, "The cost of this call is not known: it must be a whole number.");
        }
        return Long.parseLong(cost.strip());
    }

    public boolean isWaiting(Exchange exchange) {
        return place(exchange).ticket().isWaiting();
    }

    /** Whether tokens are reserved for the call; not so for a caller who went away. */
    public boolean isAdmitted(Exchange exchange) {
        return place(exchange).ticket().isAdmitted();
    }

    /** Parks until the caller is the first in line; one who goes away meanwhile gives the place back. */
    public void standInLine(Exchange exchange) throws InterruptedException {
        Place place = place(exchange);
        place.bucket().line().awaitTurn(place.ticket(), Caller.of(exchange)::isGone);
    }

    /** For the delayer: milliseconds until it is worth asking again. */
    public long millisUntilTurn(Exchange exchange) {
        return place(exchange).bucket().line().millisUntilTurn(place(exchange).ticket());
    }

    /** Asks the budget against the state of this moment; nothing is paid for a caller who is gone. */
    public void admit(Exchange exchange) {
        Place place = place(exchange);
        if (place.ticket().isWaiting() && Caller.of(exchange).isGone()) {
            leave(exchange);
        }
        place.bucket().line().admit(place.ticket());
    }

    /** Settles with the reply in the message, which passes on as it came. */
    public void settle(Exchange exchange) {
        Place place = place(exchange);
        place.bucket().line().end(place.ticket(), event(place, exchange));
    }

    private BucketEvent<Settlement> event(Place place, Exchange exchange) {
        String id = place.ticket().id();
        Supplier<JsonNode> body = Told.body(exchange);
        OptionalLong left = remaining.in(exchange, body);
        if (Reply.status(exchange) == 429) {
            place.bucket().refused().increment();
            long pause = refillIn(exchange, body);
            return new Refuse(id, Optional.of(reading(place, exchange, Math.min(0, left.orElse(0)), pause)), pause);
        }
        long told = charged.in(exchange, body).orElse(place.ticket().price().expected());
        long cost = Math.min(Price.MAX, Math.max(0, told));
        return left.isPresent() ? new Settle(id, reading(place, exchange, left.getAsLong(), refillIn(exchange, body)), cost)
                : new Charge(id, cost);
    }

    private Reading reading(Place place, Exchange exchange, long left, long refillIn) {
        Instant written = Reply.date(exchange).filter(date -> !date.isAfter(place.arrived().plus(Plausible.LONGEST_WAIT)))
                .orElse(place.arrived());
        long bounded = Math.max(-Price.MAX, Math.min(Price.MAX, left));
        return Reading.of(settings.plan(), written.toEpochMilli(), bounded, refillIn);
    }

    /** Milliseconds; 0 stands for not known. */
    private long refillIn(Exchange exchange, Supplier<JsonNode> body) {
        Instant now = Reply.date(exchange).orElse(buckets.clock().instant());
        OptionalLong told = reset.in(exchange, body);
        if (told.isEmpty()) {
            return Reply.retryAfter(exchange, now).map(Duration::toMillis).orElse(0L);
        }
        long seconds = told.getAsLong() > UNIX_TIME_MILLIS ? told.getAsLong() / 1000 : told.getAsLong();
        long wait = seconds > UNIX_TIME ? seconds - now.getEpochSecond() : seconds;
        return 1000 * Math.max(0, Math.min(Plausible.LONGEST_WAIT.toSeconds(), wait));
    }

    /** There was no connection: the tokens are free again, and the failure goes on. */
    public void neverSent(Exchange exchange) throws Exception {
        place(exchange).bucket().line().neverSent(place(exchange).ticket());
        throw exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }

    /** The way out, whatever happened: gives a place in line back, keeps the tokens of a call that may have been served. */
    public void leave(Exchange exchange) {
        Place place = place(exchange);
        if (place != null) {
            place.bucket().line().leave(place.ticket());
        }
    }

    private Place place(Exchange exchange) {
        return exchange.getProperty(property(), Place.class);
    }
}
