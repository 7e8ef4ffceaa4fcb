package dev.tollgate.budget;

import dev.tollgate.store.Step;

/**
 * The settings say how the bucket fills. The result says whether that is another plan than before.
 *
 * @param plan the settings'
 * @param told whether replies tell how it fills, too: what one has told outlives the settings, but for the length of a tick
 */
public record Replan(Plan plan, boolean told) implements BucketEvent<Boolean> {

    @Override
    public Step<BucketState, Boolean> on(BucketState s) {
        boolean keeps = s.plan().equals(plan) || told && s.heardAt() > 0 && s.plan().tick() == plan.tick();
        return new Step<>(keeps ? s : s.under(plan), !keeps);
    }
}
