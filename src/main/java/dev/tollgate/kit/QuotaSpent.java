package dev.tollgate.kit;

import java.util.Optional;

import dev.tollgate.quota.QuotaDecision;

/** Why a quota refused a call: the cause of its refusal, for an API that says it in words of its own. */
public final class QuotaSpent extends RuntimeException {

    private static final int MOST_CAUSES = 20;

    private final transient QuotaDecision.Denied decision;

    QuotaSpent(QuotaDecision.Denied decision) {
        super(decision.reason(), null, false, false);
        this.decision = decision;
    }

    /** What the quota said whose refusal a call failed with; empty for a call that failed for another reason. */
    public static Optional<QuotaDecision.Denied> in(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof QuotaSpent spent) {
                return Optional.of(spent.decision);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
