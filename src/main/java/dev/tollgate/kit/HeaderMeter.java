package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;

import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Reading;
import dev.tollgate.budget.Refuse;
import dev.tollgate.budget.Settle;
import dev.tollgate.gateway.Plausible;
import dev.tollgate.queue.Admission;

/**
 * Reads the places where a route file says that replies tell their limits.
 *
 * @param remaining what is left
 * @param charged what the call has cost
 * @param needed what had to be there for the call to pass
 * @param reset when tokens come back
 * @param refused which replies refuse the call for want of tokens
 * @param fillsSteadily whether tokens come back one by one: then {@code reset} is when all of them are back
 * @param pause how long an upstream is left alone that refuses and does not say for how long, the first time
 * @param longestPause the same where it refuses again and again
 */
record HeaderMeter(ReplyValue remaining, ReplyValue charged, ReplyValue needed, ReplyValue reset, ReplyCondition refused,
        boolean fillsSteadily, Duration pause, Duration longestPause) {

    /** Of the longest wait, so that a call is made again a few times before it is denied. */
    private static final int TRIES = 10;

    private static final Duration LONGEST = Duration.ofMinutes(1);

    static HeaderMeter read(KameletParameters given, boolean fillsSteadily) {
        Duration pause = given.duration("pause");
        Duration longest = given.durationOrZero("maxWait").dividedBy(TRIES);
        return new HeaderMeter(ReplyValue.read(given, "remaining"), ReplyValue.read(given, "charged"), ReplyValue.read(given, "needed"),
                ReplyValue.read(given, "reset"), ReplyCondition.read(given, "refusedWhen"), fillsSteadily, pause,
                longest.compareTo(pause) > 0 ? longest : pause);
    }

    /** The same where pauses follow from how fast the bucket fills: the first is as long as a token takes. */
    HeaderMeter pausingBy(Plan plan) {
        Duration token = Duration.ofMillis(Math.max(1, plan.tick() * Plan.TOKEN / Math.max(1, plan.perTick())));
        return new HeaderMeter(remaining, charged, needed, reset, refused, true, token, token.compareTo(LONGEST) > 0 ? token : LONGEST);
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
        OptionalLong cost = number(charged.in(reply, body).map(LimitText::charged));
        OptionalLong need = number(needed.in(reply, body).map(LimitText::charged));
        Optional<Duration> back = reset.in(reply, body).flatMap(text -> LimitText.wait(text, Reply.date(reply).orElse(now)));
        Optional<Duration> asked = Reply.retryAfter(reply, now);
        long refillIn = (fillsSteadily ? asked : back.or(() -> asked)).map(Duration::toMillis).orElse(0L);
        if (refused.holds(reply, body)) {
            boolean tooDear = left.isPresent() && need.orElse(0) > left.getAsLong();
            Duration wait = tooDear ? asked.orElse(Duration.ZERO) : pause(visit, left, back, asked, now);
            return new ReplyMeter.Told(new Refuse(call.id(), Optional.of(reading(plan, visit, reply, left.orElse(0), refillIn)),
                    wait.toMillis()), bounded(need));
        }
        visit.bucket().backoff().served(visit.left());
        boolean promised = remaining.anywhere() || charged.anywhere() || reset.anywhere();
        if (promised && left.isEmpty() && cost.isEmpty() && back.isEmpty()) {
            visit.bucket().silent().increment();
        }
        long paid = bounded(cost).orElse(call.price().expected());
        OptionalLong learned = need.isEmpty() ? cost : OptionalLong.of(Math.max(need.getAsLong(), cost.orElse(0)));
        return new ReplyMeter.Told(left.isPresent() ? new Settle(call.id(), reading(plan, visit, reply, left.getAsLong(), refillIn), paid)
                : new Charge(call.id(), paid), bounded(learned));
    }

    /**
     * How long nothing is to be asked. What a refusal asks for itself says more than when the budget is filled again; where
     * something is left, and where tokens come one by one, that moment says nothing of it. Zero stands for the next refill.
     */
    private Duration pause(BucketVisit visit, OptionalLong left, Optional<Duration> back, Optional<Duration> asked, Instant now) {
        boolean untilFilled = !fillsSteadily && left.orElse(0) <= 0;
        return asked.or(() -> untilFilled ? Optional.of(back.orElse(Duration.ZERO)) : Optional.empty())
                .orElseGet(() -> visit.bucket().backoff().refused(visit.left(), now, pause, longestPause));
    }

    private static Reading reading(Plan plan, BucketVisit visit, Exchange reply, long left, long refillIn) {
        Instant written = Reply.date(reply).filter(date -> !date.isAfter(visit.arrived().plus(Plausible.LONGEST_WAIT)))
                .orElse(visit.arrived());
        return Reading.of(plan, written.toEpochMilli(), left, refillIn);
    }

    private static OptionalLong bounded(OptionalLong told) {
        return told.isEmpty() ? told : OptionalLong.of(Math.min(Price.MAX, Math.max(0, told.getAsLong())));
    }

    private static OptionalLong number(Optional<OptionalLong> read) {
        return read.orElse(OptionalLong.empty());
    }
}
