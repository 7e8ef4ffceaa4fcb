package dev.tollgate.gemini;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;

import org.apache.camel.ExchangeProperty;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.Ledger;

/** Failed attempts on their way into RetryAttempts. */
@Component("attempts")
public class Attempts {

    private final Ledger ledger;
    private final DatabaseClock clock;
    private final ExecutorService diagnostics;

    Attempts(Ledger ledger, DatabaseClock clock, @Qualifier("diagnostics") ExecutorService diagnostics) {
        this.clock = clock;
        this.ledger = ledger;
        this.diagnostics = diagnostics;
    }

    /** Parameters of the INSERT. */
    public Map<String, Object> row(@ExchangeProperty(GeminiCosts.ATTEMPT) Attempt attempt) {
        Map<String, Object> row = new HashMap<>();
        row.put("tokenId", attempt.tokenId());
        row.put("companyId", attempt.companyId());
        row.put("attempt", attempt.attempt());
        row.put("errorMessage", attempt.errorMessage());
        row.put("retryable", attempt.retryable());
        row.put("at", clock.local(attempt.at()));
        row.put("requestId", attempt.requestId());
        return row;
    }

    /** Writes the row of an attempt that failed where no route sees it: inside a reply that is passed on already. */
    void record(Attempt attempt) {
        diagnostics.execute(() -> ledger.record(attempt));
    }

    /** Keeps the row for later, where the database did not take it. */
    public void spool(@ExchangeProperty(GeminiCosts.ATTEMPT) Attempt attempt) {
        ledger.spoolAttempt(attempt);
    }
}
