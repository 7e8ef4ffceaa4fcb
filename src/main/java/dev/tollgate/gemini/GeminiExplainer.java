package dev.tollgate.gemini;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.springframework.stereotype.Component;

import dev.tollgate.explain.Explainer;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.kit.Concurrencies;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.Reservations;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.TokenVerdict;

/** What an {@code /extract} with a good file would meet. The route reads the company's rows beforehand. */
@Component
class GeminiExplainer implements Explainer {

    /** The name of the concurrency-action in the route files. */
    private static final String LIMIT = "gemini";
    private static final String BUDGET = "gemini-call-budget";

    private final KeyRing keys;
    private final Ledger ledger;
    private final Concurrencies limits;
    private final CircuitBreaker breaker;
    private final Reservations reservations;
    private final GeminiProperties properties;
    private final Clock clock;

    GeminiExplainer(KeyRing keys, Ledger ledger, Concurrencies limits, CircuitBreaker geminiBreaker,
            Reservations reservations, GeminiProperties properties, Clock clock) {
        this.keys = keys;
        this.ledger = ledger;
        this.limits = limits;
        this.breaker = geminiBreaker;
        this.reservations = reservations;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public String api() {
        return "gemini";
    }

    @Override
    public Set<String> parameters() {
        return Set.of("companyID");
    }

    @Override
    @SuppressWarnings("unchecked") // the route puts TokenRows' list there
    public Explanation explain(Question question) {
        question.required("companyID", "ACME");
        List<TokenRow> all = (List<TokenRow>) question.rows();
        List<TokenRow> rows = all.stream().filter(TokenRow::isGemini).toList();
        return decide(all, clock.instant())
                .with("tokens", rows.stream().map(row -> row.tokenId() + " " + row.status()).toList())
                .with("remaining", rows.stream().mapToLong(TokenRow::remaining).sum())
                .with("reserved", rows.stream().mapToLong(row -> reservations.reserved(row.tokenId())).sum())
                .with("breaker", breaker.getState().name());
    }

    /** In the order of the route's steps: rows, places, breaker, books, key. */
    private Explanation decide(List<TokenRow> rows, Instant now) {
        TokenVerdict verdict = TokenVerdict.ofGemini(rows);
        Optional<Refusal> no = keys.refusal(verdict);
        if (no.isPresent()) {
            return Explanation.denied("extract-admit", no.get(), now);
        }
        Optional<Refusal> full = limits.refusal(LIMIT);
        if (full.isPresent()) {
            return Explanation.denied("extract-enter", full.get(), now);
        }
        if (breaker.getState() == CircuitBreaker.State.OPEN || breaker.getState() == CircuitBreaker.State.FORCED_OPEN) {
            return Explanation.denied("gemini-breaker",
                    Refusal.until(503, UploadGuard.FAILED, properties.breaker().open()), now);
        }
        if (!ledger.canBook()) {
            return Explanation.denied(BUDGET, Refusal.until(503, UploadGuard.FAILED, Duration.ofSeconds(30)), now);
        }
        List<TokenRow> serving = TokenVerdict.servingGemini(rows);
        boolean spent = !serving.isEmpty() && serving.stream()
                .noneMatch(row -> reservations.hasRoom(row.tokenId(), row.used(), row.totalTokenLimit()));
        boolean held = serving.stream()
                .anyMatch(row -> !reservations.isSpent(row.tokenId(), row.used(), row.totalTokenLimit()));
        return spent ? Explanation.denied(BUDGET, KeyRing.noRoom(held), now)
                : Explanation.passes("gemini-http", now);
    }
}
