package dev.tollgate.budget;

import dev.tollgate.budget.Decision.Verdict;
import dev.tollgate.store.Step;

/**
 * A call asks to leave. It is admitted when two things hold.
 *
 * <ul>
 * <li>The mission's rule: what is available, less what is in flight, covers the expected price (or, with a deficit
 * allowed, is positive and does not end below it). Otherwise it waits for (missing tokens / refill per minute), counted
 * in the upstream's own ticks.
 * <li>The upstream will not refuse it: the meter is positive whenever a call in flight arrives there, even if they
 * overtake each other, every other one costs its bound, and the balance is wrong by its {@link BucketState#doubt}. A call
 * is exempt while no other is awaited, so that nothing waits for ever; its reply then tells for all.
 * </ul>
 *
 * @param id           names the reservation
 * @param price        what the call may cost
 * @param serviceClass who asks
 * @param terms        the policy
 * @param ahead        milli-tokens that callers in front of this one wait for; with any of them it is not admitted
 * @param keepBack     milli-tokens that must stay available after this call
 */
public record Reserve(String id, Price price, ServiceClass serviceClass, Terms terms, long ahead, long keepBack)
        implements BucketEvent<Decision> {

    /** A call with nobody in front of it. */
    public Reserve(String id, Price price, ServiceClass serviceClass, Terms terms) {
        this(id, price, serviceClass, terms, 0, 0);
    }

    @Override
    public Step<BucketState, Decision> on(BucketState s) {
        long missing = ahead + keepBack + terms.needed(price, s.plan()) - s.available();
        long wait = Math.max(s.holdUntil() - s.at(), s.millisUntil(missing));
        if (wait > terms.patience().toMillis()) {
            return new Step<>(s, Decision.of(Verdict.DENIED, s, wait));
        }
        if (wait > 0 || ahead > 0) {
            return new Step<>(s, Decision.of(Verdict.WAIT, s, Math.max(0, wait)));
        }
        if (terms.metered() && s.awaitsReply() && s.assuredWith(price) < Plan.TOKEN) {
            return new Step<>(s, Decision.of(Verdict.WAIT, s, untilFirstLeaseEnd(s)));
        }
        Reservation made = new Reservation(id, price, serviceClass, s.at(), s.at() + terms.lease().toMillis(), 0);
        return new Step<>(s.with(made), Decision.of(Verdict.ADMITTED, s, 0));
    }

    private static long untilFirstLeaseEnd(BucketState s) {
        return s.inFlight().stream().filter(r -> r.awaited(s.at())).mapToLong(r -> r.leaseEnd() - s.at()).min()
                .orElse(0);
    }
}
