package dev.tollgate.keepa;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.util.RawValue;
import org.springframework.stereotype.Component;

import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.explain.Explainer;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Explanation.Outcome;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.kit.Buckets;
import dev.tollgate.queue.Quote;

/** What a call to Keepa would meet: of one token, of an estimate, or of a path as a caller would send it. */
@Component
record KeepaExplainer(KeepaBalance balance, KeepaEntrance entrance, Clock clock) implements Explainer {

    @Override
    public String api() {
        return "keepa";
    }

    @Override
    public Set<String> parameters() {
        return Set.of("path", "estimate");
    }

    @Override
    public Explanation explain(Question question) {
        if (question.text("path").isPresent() && question.text("estimate").isPresent()) {
            throw Refusal.of(400, "Provide path or estimate, not both: the estimate of a path follows from the path.");
        }
        String path = question.text("path").map(text -> text.startsWith("/") ? text : "/" + text).orElse("/product");
        String[] parts = path.split("\\?", 2);
        Instant now = clock.instant();
        try {
            entrance.check(parts[0], "GET");
        } catch (Refusal no) {
            return Explanation.denied("keepa-open", no, now);
        }
        if (parts[0].matches("/token/?")) {
            return Explanation.passes("keepa-token", now);
        }
        Quote quote = question.text("path").isPresent()
                ? PriceList.quote(KeepaCall.of(parts[0], parts.length < 2 ? null : parts[1], null))
                : Quote.fixed("estimate", question.number("estimate", 0, Price.MAX).orElse(1L));
        Price price = question.text("path").isPresent() ? balance.price(quote) : quote.price();
        return told(balance.queue().forecast(quote, price, ServiceClass.INTERACTIVE), price, now);
    }

    private Explanation told(Decision decision, Price price, Instant now) {
        Explanation said = switch (decision.verdict()) {
            case ADMITTED -> Explanation.passes("keepa-to-call", now);
            case WAIT -> Explanation.waits("keepa-to-call", decision.until());
            case DENIED -> new Explanation(Outcome.DENIED, Denial.STATUS, null, "keepa-to-call", decision.until(),
                    Map.of("answer", answer(decision, now)));
        };
        return Buckets.told(said.with("estimate", price.expected()).with("waitMillis", decision.waitMillis())
                .with("balance", Math.floorDiv(balance.state().balance(), Plan.TOKEN)).with("waiting", balance.queue().waiting()), balance.queue());
    }

    /** Keepa's refusals have no message; what clients read are the numbers of its envelope. */
    private RawValue answer(Decision decision, Instant now) {
        Envelope envelope = Denial.of(Duration.ofMillis(decision.waitMillis()), balance.state(), now).envelope();
        return new RawValue(new String(EnvelopeWriter.body(envelope, false), StandardCharsets.UTF_8));
    }
}
