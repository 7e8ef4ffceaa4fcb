package dev.tollgate.ledger;

import java.time.Instant;
import java.util.Objects;

/** One failed try of an upstream call, as it stands in RetryAttempts. The message is cut to 4000 characters. */
public record Attempt(
        String requestId, Long tokenId, String companyId, int attempt, String errorMessage, boolean retryable, Instant at) {

    /** @throws NullPointerException without a time */
    public Attempt {
        requestId = Text.cut(requestId, Usage.REQUEST_ID);
        companyId = Text.cut(companyId, 50);
        errorMessage = Text.cut(errorMessage, 4000);
        Objects.requireNonNull(at, "at");
    }
}
