package dev.tollgate.budget;

import java.util.Optional;

import dev.tollgate.store.Step;

/**
 * The upstream refused the call for want of tokens: somebody else uses the key. Nothing was charged. Its envelope is
 * believed, and nothing is admitted before the next refill, whatever the envelope says is left: asking again at once
 * would only be refused again. Where it asks for a pause although something is left, the pause is all there is to wait for.
 *
 * @param id      the reservation
 * @param reading what the refusal says, when it says anything
 * @param pause   milliseconds that the upstream asks to be left alone for, 0 when it does not say
 */
public record Refuse(String id, Optional<Reading> reading, long pause) implements BucketEvent<Settlement> {

    /** A refusal that asks for no pause of its own. */
    public Refuse(String id, Optional<Reading> reading) {
        this(id, reading, 0);
    }

    @Override
    public Step<BucketState, Settlement> on(BucketState s) {
        Step<BucketState, Settlement> released = new Release(id).on(s);
        boolean known = released.result().known();
        if (reading.isEmpty()) {
            return new Step<>(released.state().heldUntil(Math.max(s.nextTick(), s.at() + pause)), released.result());
        }
        Step<BucketState, Settlement> read = new Settle(id, reading.get(), 0).on(s);
        boolean news = read.result().adopted();
        boolean onlyPauses = pause > 0 && reading.get().tokensLeft() > 0;
        long hold = onlyPauses ? 0 : news ? read.state().nextTick() : s.at() + Bucket.JITTER;
        return new Step<>(read.state().heldUntil(Math.max(hold, s.at() + pause)), new Settlement(known, news, 0));
    }
}
