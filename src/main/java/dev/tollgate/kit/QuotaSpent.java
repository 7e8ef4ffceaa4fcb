package dev.tollgate.kit;

import java.util.Optional;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.QuotaDecision;

/** Why a quota refused a call: the cause of its refusal, for an API that says it in words of its own. */
public final class QuotaSpent extends RuntimeException {

    private static final int MOST_CAUSES = 20;

    private final transient QuotaDecision.Denied decision;

    /** Null where the quota is spent indeed. */
    private final transient Refusal uncounted;

    QuotaSpent(QuotaDecision.Denied decision) {
        this(decision, null);
    }

    /** @param uncounted what is said of a call that could not be counted, which another gateway may be able to */
    QuotaSpent(QuotaDecision.Denied decision, Refusal uncounted) {
        super(decision.reason(), null, false, false);
        this.decision = decision;
        this.uncounted = uncounted;
    }

    /** What the quota said whose refusal a call failed with; empty for a call that failed for another reason. */
    public static Optional<QuotaDecision.Denied> in(Throwable failure) {
        return find(failure).map(spent -> spent.decision);
    }

    /** What is to be said of a call that could not be counted; empty for a spent quota, and for another failure. */
    public static Optional<Refusal> uncounted(Throwable failure) {
        return find(failure).map(spent -> spent.uncounted);
    }

    private static Optional<QuotaSpent> find(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof QuotaSpent spent) {
                return Optional.of(spent);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
