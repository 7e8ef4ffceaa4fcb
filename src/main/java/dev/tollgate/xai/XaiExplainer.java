package dev.tollgate.xai;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.springframework.stereotype.Component;

import dev.tollgate.explain.Explainer;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Explanation.Outcome;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.QuotaDecision;
import dev.tollgate.quota.QuotaView;

/** What a judgement that no cached answer serves would meet. */
@Component
class XaiExplainer implements Explainer {

    private final XaiKey key;
    private final CircuitBreaker breaker;
    private final XaiUpstream upstream;
    private final DailyQuota quota;
    private final XaiProperties properties;
    private final Clock clock;

    XaiExplainer(XaiKey key, CircuitBreaker judgeBreaker, XaiUpstream upstream, DailyQuota quota, XaiProperties properties,
            Clock clock) {
        this.key = key;
        this.breaker = judgeBreaker;
        this.upstream = upstream;
        this.quota = quota;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public String api() {
        return "xai";
    }

    @Override
    public Set<String> parameters() {
        return Set.of();
    }

    /** In the order of the route's steps: key, breaker, books, quota. */
    @Override
    public Explanation explain(Question question) {
        Instant now = clock.instant();
        QuotaView view = quota.view();
        return decide(now).with("callsToday", view.callsToday()).with("dailyLimit", view.limit())
                .with("resetsAt", view.resetsAt().toString()).with("breaker", breaker.getState().name());
    }

    private Explanation decide(Instant now) {
        if (!key.isThere()) {
            return refusal(key::require).map(no -> Explanation.denied("judge-key", no, now)).orElseThrow();
        }
        if (breaker.getState() == CircuitBreaker.State.OPEN || breaker.getState() == CircuitBreaker.State.FORCED_OPEN) {
            String reason = XaiProblem.reason(CallNotPermittedException.createCallNotPermittedException(breaker));
            return fallback("judge-breaker", reason, now.plus(properties.breaker().open())); // at the latest
        }
        Optional<Refusal> unbookable = refusal(upstream::wouldBeBookable);
        if (unbookable.isPresent()) {
            return fallback("judge-books", unbookable.get().getMessage(),
                    now.plusSeconds(unbookable.get().getRetryAfterSeconds()));
        }
        Optional<QuotaDecision.Denied> denied = quota.denial();
        return denied.map(no -> fallback("judge-to-xai", no.reason(), no.resetsAt()))
                .orElseGet(() -> Explanation.passes("judge-to-xai", now));
    }

    private Explanation fallback(String step, String reason, Instant passesAt) {
        return new Explanation(Outcome.FALLS_BACK, 200, reason, step, passesAt, Map.of("verdict", properties.safeVerdict()));
    }

    private static Optional<Refusal> refusal(Runnable step) {
        try {
            step.run();
            return Optional.empty();
        } catch (Refusal no) {
            return Optional.of(no);
        }
    }
}
