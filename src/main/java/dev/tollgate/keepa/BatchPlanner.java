package dev.tollgate.keepa;

import java.util.List;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.queue.CostEstimator;

/**
 * How many ASINs to ask for at once, and how long all of them will take. Pure functions of what is left to do, what was
 * learned about prices, and the bucket.
 */
record BatchPlanner(CostEstimator estimator) {

    /** Keepa's limit for a product request, and for one with offers. */
    static final int MOST = 100;
    private static final int MOST_WITH_OFFERS = 20;

    /**
     * The next batch: as many as Keepa takes and half a bucket pays for, at least one. Half, so that the other half is
     * there for callers who wait for an answer, and so that a batch that is dearer than expected still fits.
     *
     * @param pending what is left, in order; the batch is its beginning
     */
    public List<String> next(BackfillOrder order, List<String> pending, Plan plan) {
        int size = Math.min(pending.size(), order.params().containsKey("offers") ? MOST_WITH_OFFERS : MOST);
        long half = plan.capacity() / 2 / Plan.TOKEN;
        while (size > 1 && expected(order, pending.subList(0, size)) > half) {
            size--;
        }
        return List.copyOf(pending.subList(0, size));
    }

    /**
     * Seconds until the last of them is paid for at the true refill rate, rounded up, when nobody else uses the bucket;
     * {@link dev.tollgate.budget.Decision#NEVER} in seconds when nothing refills it.
     *
     * @param pending the first of them, as many as a batch may have
     * @param left    how many they are in all
     */
    public long etaSeconds(BackfillOrder order, List<String> pending, int left, BucketState bucket) {
        if (pending.isEmpty()) {
            return 0;
        }
        List<String> batch = next(order, pending, bucket.plan());
        long tokens = (expected(order, batch) * left + batch.size() - 1) / batch.size();
        return (bucket.millisUntil(tokens * Plan.TOKEN - bucket.available()) + 999) / 1000;
    }

    /** Whole tokens that these will probably cost. */
    long expected(BackfillOrder order, List<String> batch) {
        return estimator.price(PriceList.quote(KeepaCall.of("/product", order.query(batch), null))).expected();
    }
}
