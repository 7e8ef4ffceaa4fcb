package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Reading;
import dev.tollgate.budget.Refuse;
import dev.tollgate.budget.Settle;
import dev.tollgate.budget.Settlement;
import dev.tollgate.gateway.Plausible;
import dev.tollgate.queue.Admission;

import org.apache.camel.Exchange;

/**
 * Reads the places where a route file says that replies tell their limits.
 *
 * @param remaining what is left
 * @param charged what the call has cost
 * @param reset when tokens come back
 * @param refused which replies refuse the call for want of tokens
 */
record HeaderMeter(ReplyValue remaining, ReplyValue charged, ReplyValue reset, ReplyCondition refused) {

    static HeaderMeter read(KameletParameters given) {
        return new HeaderMeter(ReplyValue.read(given, "remaining"), ReplyValue.read(given, "charged"),
                ReplyValue.read(given, "reset"), ReplyCondition.read(given, "refusedWhen"));
    }

    boolean tellsWhatIsLeft() {
        return remaining.anywhere();
    }

    /**
     * @param visit counts a reply in which nothing was understood
     * @param now this machine's time, for a reply without a date
     */
    ReplyMeter.Told read(Exchange reply, BucketVisit visit, Plan plan, Instant now) {
        Admission call = visit.call();
        Supplier<JsonNode> body = ReplyValue.body(reply);
        OptionalLong left = number(remaining.in(reply, body).map(LimitText::left));
        OptionalLong told = number(charged.in(reply, body).map(LimitText::charged));
        Instant written = Reply.date(reply).orElse(now);
        Optional<Duration> wait = reset.in(reply, body).flatMap(text -> LimitText.wait(text, written));
        if (refused.holds(reply, body)) {
            long pause = wait.or(() -> Reply.retryAfter(reply, now)).map(Duration::toMillis).orElse(0L);
            return new ReplyMeter.Told(new Refuse(call.id(),
                    Optional.of(reading(plan, visit, reply, Math.min(0, left.orElse(0)), pause)), pause), OptionalLong.empty());
        }
        boolean promised = remaining.anywhere() || charged.anywhere() || reset.anywhere();
        if (promised && left.isEmpty() && told.isEmpty() && wait.isEmpty()) {
            visit.bucket().silent().increment();
        }
        long cost = Math.min(Price.MAX, Math.max(0, told.orElse(call.price().expected())));
        long refillIn = wait.or(() -> Reply.retryAfter(reply, now)).map(Duration::toMillis).orElse(0L);
        BucketEvent<Settlement> event = left.isPresent()
                ? new Settle(call.id(), reading(plan, visit, reply, left.getAsLong(), refillIn), cost) : new Charge(call.id(), cost);
        return new ReplyMeter.Told(event, told);
    }

    private static Reading reading(Plan plan, BucketVisit visit, Exchange reply, long left, long refillIn) {
        Instant written = Reply.date(reply).filter(date -> !date.isAfter(visit.arrived().plus(Plausible.LONGEST_WAIT)))
                .orElse(visit.arrived());
        return Reading.of(plan, written.toEpochMilli(), left, refillIn);
    }

    private static OptionalLong number(Optional<OptionalLong> read) {
        return read.orElse(OptionalLong.empty());
    }
}
