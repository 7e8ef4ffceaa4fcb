package dev.tollgate.kit;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.CalendarPeriod;
import dev.tollgate.quota.Permit;
import dev.tollgate.quota.QuotaDecision;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;

/**
 * {@code daily-quota-action}: counts every call on the disk before it leaves, for the day, week or month; one that never left is
 * given back.
 */
public final class CalendarQuotaPolicy extends KitPolicy {

    private final Kit kit;
    private Quotas.Limit limit;
    private Expression key;

    public CalendarQuotaPolicy(Kit kit) {
        super(kit);
        this.kit = kit;
    }

    @Override
    void read(KameletParameters given) {
        limit = new Quotas.Limit((int) given.whole("calls", 0, Integer.MAX_VALUE), given.zone("zone"),
                CalendarPeriod.valueOf(given.oneOf("period", "day", "week", "month").toUpperCase(Locale.ROOT)),
                !given.text("key").isEmpty());
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
                Duration.between(kit.clock().instant(), denied.resetsAt()));
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

    /** @throws Refusal 429 until the next period begins, when this one is spent */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        Quotas.Counts quota = counts();
        String caller = text(key, exchange);
        QuotaDecision word = quota.take(caller);
        if (word instanceof QuotaDecision.Denied denied) {
            throw spent(denied);
        }
        Permit permit = ((QuotaDecision.Granted) word).permit();
        int departures = Departures.count(exchange);
        return CompletableFuture.completedFuture(new Passage() {
            @Override
            public Optional<CompletionStage<Passage>> ended(Exchange done) {
                if (Departures.noneSince(departures, done)) {
                    quota.giveBack(caller, permit);
                }
                return Optional.empty();
            }
        });
    }
}
