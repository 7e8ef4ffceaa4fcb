package dev.tollgate.xai;

import dev.tollgate.gateway.Denied;
import dev.tollgate.quota.QuotaDecision;

/** The daily quota denied a call; a denial is an answer, so this has no stack trace. */
public final class QuotaSpent extends RuntimeException implements Denied {

    private final transient QuotaDecision.Denied decision;

    QuotaSpent(QuotaDecision.Denied decision) {
        super(decision.reason(), null, false, false);
        this.decision = decision;
    }

    /** What the quota said. */
    public QuotaDecision.Denied getDecision() {
        return decision;
    }
}
