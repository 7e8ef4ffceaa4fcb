package dev.tollgate.budget;

import dev.tollgate.store.Step;

/**
 * The upstream told its balance without a call being charged (Keepa: {@code /token}).
 *
 * <p>Also the one place that decides whether a reading is news. A reading replaces the balance when the upstream wrote
 * it later than the one that holds, or when it answers a question that was asked after the last one was heard: that is
 * later whatever the upstream's clock says. Of two readings of the same millisecond the lower one is the later.
 *
 * @param reading what the meter showed
 * @param askedAt when it was asked for, this machine's epoch milliseconds
 */
public record Anchor(Reading reading, long askedAt) implements BucketEvent<Settlement> {

    @Override
    public Step<BucketState, Settlement> on(BucketState s) {
        boolean news = isNews(s);
        return new Step<>(news ? adopt(s) : s, new Settlement(false, news, 0));
    }

    boolean isNews(BucketState s) {
        return reading.timestamp() > s.readingAt()
                || askedAt > s.heardAt()
                || reading.timestamp() == s.readingAt() && reading.tokensLeft() * Plan.TOKEN < s.balance();
    }

    /**
     * The reading becomes the balance. What is in flight stays reserved on top of it; a call whose reply was given up
     * before this reading was asked for is in it, and its reservation ends.
     */
    BucketState adopt(BucketState s) {
        Plan plan = new Plan(reading.refillRate(), reading.flowReduction(), reading.capacity(), s.plan().tick(),
                s.plan().period());
        return new BucketState(s.at(), reading.tokensLeft() * Plan.TOKEN, plan, s.at() + untilTick(plan.tick()),
                reading.timestamp(), s.at(), s.holdUntil(), s.consumed(),
                s.inFlight().stream().filter(r -> r.lostAt() == 0 || r.lostAt() > askedAt).toList());
    }

    /** More than a tick happens behind another gateway. Exactly 0 may be just before or just after: take the later. */
    private long untilTick(long tick) {
        long rest = reading.refillIn() % tick;
        return rest == 0 ? tick : rest;
    }
}
