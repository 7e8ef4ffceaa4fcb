package dev.tollgate.gemini;

import java.util.HashMap;
import java.util.Map;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.Ledger;

import org.apache.camel.ExchangeProperty;

import org.springframework.stereotype.Component;

/** Failed attempts on their way into RetryAttempts. */
@Component("attempts")
public class Attempts {

    private final Ledger ledger;
    private final DatabaseClock clock;

    Attempts(Ledger ledger, DatabaseClock clock) {
        this.clock = clock;
        this.ledger = ledger;
    }

    /** Parameters of the INSERT. */
    public Map<String, Object> row(@ExchangeProperty(GeminiUpstream.ATTEMPT) Attempt attempt) {
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

    /** Keeps the row for later, where the database did not take it. */
    public void spool(@ExchangeProperty(GeminiUpstream.ATTEMPT) Attempt attempt) {
        ledger.spoolAttempt(attempt);
    }
}
