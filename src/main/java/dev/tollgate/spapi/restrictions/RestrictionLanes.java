package dev.tollgate.spapi.restrictions;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Caller;
import dev.tollgate.jobs.Job;
import dev.tollgate.jobs.JobState;
import dev.tollgate.jobs.Jobs;
import dev.tollgate.spapi.SpApiDoor;
import dev.tollgate.spapi.sellers.AccessTokens;
import dev.tollgate.spapi.sellers.SpApiProperties;
import dev.tollgate.spapi.sellers.TokenSource;

/**
 * Hands the products of restriction checks to lanes, which work side by side: a seller's are as many as it takes to use the
 * whole rate although answers take their time. What comes of a call is in {@link RestrictionResults}.
 */
@Component("restrictionLanes")
record RestrictionLanes(Jobs jobs, RestrictionCheck kind, LaneBook book, SpApiDoor door, AccessTokens tokens, SpApiProperties properties,
        Clock clock) {

    /** Of the verdicts on a product, until results show how long they are. */
    private static final long LEAST_BYTES = 4 << 10;

    /** The lanes to open now: the seller of each. */
    public List<String> open() {
        return book.open(jobs.due(RestrictionCheck.TYPE).map(jobs::seller).distinct().toList());
    }

    /** Takes the next product of a lane's seller, oldest job first, and makes a call of it; without one the lane ends. */
    public void take(@ExchangeProperty("restrictionSeller") String seller, Exchange exchange) {
        book.closeWith(exchange, seller);
        exchange.removeProperty(RestrictionWork.PROPERTY);
        if (!exchange.getContext().isStopping()) {
            next(seller).ifPresent(taken -> ask(taken, exchange));
        }
    }

    private Optional<RestrictionWork> next(String seller) {
        if (!jobs.writeAgain(RestrictionCheck.TYPE)) {
            return Optional.empty();
        }
        for (Job job : jobs.due(RestrictionCheck.TYPE).filter(due -> seller.equals(jobs.seller(due))).toList()) {
            if (job.isComplete()) {
                job.finishOrWait(JobState.DONE, null, clock.instant());
            } else if (!properties.missingForTokens().isEmpty()) {
                job.holdUp("The gateway has no credential for Amazon: set " + String.join(", ", properties.missingForTokens()),
                        clock.instant());
            } else if (job.hasRoomFor(LaneBook.MOST, LEAST_BYTES, clock.instant())) {
                Optional<RestrictionWork> work = next(job);
                if (work.isPresent()) {
                    return work;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<RestrictionWork> next(Job job) {
        return job.plan((fields, items) -> new Plan(RestrictionOrder.of(fields, items), new HandOut()))
                .flatMap(plan -> plan.handOut.next(job::pending).map(asin -> new RestrictionWork(job, plan.order, plan.handOut, asin)));
    }

    private void ask(RestrictionWork work, Exchange exchange) {
        work.job().run();
        RestrictionOrder order = work.order();
        exchange.setProperty(RestrictionWork.PROPERTY, work);
        exchange.setProperty(Caller.PROPERTY, (Caller) () -> work.job().isOver() || exchange.getContext().isStopping());
        door.call(order.sellerId(), source(order), order.region(), order.request(work.asin())).inBackground().ask(exchange);
    }

    /** A refresh token that came with the order is read when a call needs it: where it cannot be, that is what the call meets. */
    private TokenSource source(RestrictionOrder order) {
        return order.bringsToken() ? TokenSource.ofRefreshToken(tokens, () -> kind.refreshToken(order))
                : TokenSource.ofSeller(tokens, order.sellerId(), order.region());
    }

    /** What a job asks, and who works on what of it. */
    private record Plan(RestrictionOrder order, HandOut handOut) {
    }
}
