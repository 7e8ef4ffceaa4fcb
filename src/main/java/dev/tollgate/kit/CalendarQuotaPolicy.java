package dev.tollgate.kit;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.Permit;
import dev.tollgate.quota.QuotaDecision;

import org.apache.camel.Exchange;

/** {@code daily-quota-action}: counts every call on the disk before it leaves; one that never left is given back. */
public final class CalendarQuotaPolicy extends KitPolicy {

    private final Kit kit;
    private int limit;
    private ZoneId zone;

    public CalendarQuotaPolicy(Kit kit) {
        super(kit);
        this.kit = kit;
    }

    @Override
    void read(KameletParameters given) {
        limit = (int) given.whole("calls", 0, Integer.MAX_VALUE);
        zone = given.zone("zone");
    }

    private Refusal spent(QuotaDecision.Denied denied) {
        return Refusal.until(429, "The quota " + name() + " is spent: " + denied.reason() + ".",
                Duration.between(kit.clock().instant(), denied.resetsAt()));
    }

    @Override
    Optional<Explanation> explain(Question question, String step) {
        return kit.quotas().quota(name(), revision(), limit, zone).denial()
                .map(denied -> Explanation.denied(step, spent(denied), kit.clock().instant()));
    }

    @Override
    String kind() {
        return "daily-quota";
    }

    /** @throws Refusal 429 until midnight, when the day is spent */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        DailyQuota quota = kit.quotas().quota(name(), revision(), limit, zone);
        QuotaDecision word = quota.take();
        if (word instanceof QuotaDecision.Denied denied) {
            throw spent(denied);
        }
        Permit permit = ((QuotaDecision.Granted) word).permit();
        int departures = Departures.count(exchange);
        return CompletableFuture.completedFuture(new Passage() {
            @Override
            public Optional<CompletionStage<Passage>> ended(Exchange done) {
                if (Departures.noneSince(departures, done)) {
                    quota.giveBack(permit);
                }
                return Optional.empty();
            }
        });
    }
}
