package dev.tollgate.kit;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;

import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.CalendarPeriod;
import dev.tollgate.quota.Permit;
import dev.tollgate.quota.QuotaDecision;

/**
 * {@code daily-quota-action}: counts every call on the disk before it leaves, for the day, week or month; one that never left, or
 * whose reply says that it costs nothing, is given back.
 */
public final class CalendarQuotaPolicy extends KitPolicy {

    private Quotas.Limit limit;
    private Expression key;
    private ReplyCondition free;

    public CalendarQuotaPolicy(Kit kit) {
        super(kit);
    }

    @Override
    void read(KameletParameters given) {
        limit = new Quotas.Limit((int) given.whole("calls", 0, Integer.MAX_VALUE), given.zone("zone"),
                CalendarPeriod.valueOf(given.oneOf("period", "day", "week", "month").toUpperCase(Locale.ROOT)),
                !given.text("key").isEmpty());
        free = ReplyCondition.read(given, "freeWhen");
    }

    @Override
    void read(KameletParameters given, CamelContext context) {
        key = simple(context, given.text("key"));
    }

    private Quotas.Counts counts() {
        return kit.quotas().quota(name(), revision(), limit);
    }

    private Refusal spent(QuotaDecision.Denied denied) {
        return Refusal.until(429, "The quota " + name() + " is spent: " + denied.reason() + ".",
                Duration.between(kit.clock().instant(), denied.resetsAt())).because(new QuotaSpent(denied));
    }

    /** Reads {@code caller}, the value of the quota's key. */
    @Override
    Optional<Explanation> explain(Question question, String step) {
        return counts().denial(question.text("caller").orElse(""))
                .map(denied -> Explanation.denied(step, spent(denied), kit.clock().instant()));
    }

    @Override
    String kind() {
        return "daily-quota";
    }

    /** @throws Refusal 429 until the next period begins, when this one is spent; 503 while it cannot be counted with the other nodes */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        Quotas.Counts quota = counts();
        String caller = text(key, exchange);
        return CompletableFuture.completedFuture(new Count(quota, caller, exchange));
    }

    private Permit take(Quotas.Counts quota, String caller) {
        QuotaDecision word = quota.take(caller);
        if (word instanceof QuotaDecision.Denied denied) {
            kit.nodes().uncounted().ifPresent(no -> {
                throw no.because(new QuotaSpent(denied, no));
            });
            throw spent(denied);
        }
        return ((QuotaDecision.Granted) word).permit();
    }

    /** One call that was counted. */
    private final class Count implements Passage {

        private final Quotas.Counts quota;
        private final String caller;
        private final int departures;
        private final Runnable unchecked;
        private Permit permit;

        Count(Quotas.Counts quota, String caller, Exchange exchange) {
            this.quota = quota;
            this.caller = caller;
            this.permit = take(quota, caller);
            this.departures = Departures.count(exchange);
            this.unchecked = Departures.beforeEach(exchange, this::leave);
        }

        /** A call that was held since it was counted, by a paused machine or past midnight, is counted anew. */
        private void leave() {
            if (!quota.isGood(permit)) {
                permit = take(quota, caller);
            }
        }

        @Override
        public Optional<CompletionStage<Passage>> ended(Exchange done) {
            boolean costsNothing = done.getException() == null && free.holds(done, ReplyValue.body(done));
            if (costsNothing || Departures.noneSince(departures, done)) {
                quota.giveBack(caller, permit);
            }
            return Optional.empty();
        }

        @Override
        public void release(Exchange done) {
            unchecked.run();
            quota.ended(caller, permit);
        }
    }
}
