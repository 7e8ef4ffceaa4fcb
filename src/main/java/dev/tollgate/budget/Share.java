package dev.tollgate.budget;

/**
 * One node's part of a bucket that all nodes share, while they cannot ask each other: its Nth of the rate, the capacity and the
 * balance, a debt included. What a call has cost is taken off that; of the balance that a reply tells an Nth is believed where that is
 * less, since somebody takes more than was thought, and not where it is more: the others would take the same tokens.
 *
 * @param nodes how many there are, 1 or more
 */
public record Share(int nodes) {

    /** @throws IllegalArgumentException for less than one node */
    public Share {
        if (nodes < 1) {
            throw new IllegalArgumentException("A share is of 1 node or more, not of " + nodes);
        }
    }

    /** What is left when all calls in flight cost what is expected, divided; of the reservations only those that the node has made. */
    public BucketState of(BucketState s, String owner) {
        long others = s.available() + Plan.TOKEN * s.inFlight().stream().filter(r -> r.counts(s.at()) && r.isOf(owner))
                .mapToLong(r -> r.price().expected()).sum();
        BucketState mine = s.withInFlight(s.inFlight().stream().filter(r -> r.isOf(owner)).toList());
        return mine.withBalance(Math.floorDiv(others, nodes)).filledBy(of(s.plan()));
    }

    /** The Nth of what arrives, to the thousandth of a token. */
    public Plan of(Plan plan) {
        long net = Math.max(0, Plan.TOKEN * plan.refillRate() - plan.flowReduction()) / nodes;
        int rate = (int) ((net + Plan.TOKEN - 1) / Plan.TOKEN);
        return new Plan(rate, rate * Plan.TOKEN - net, plan.capacity() / nodes, plan.tick(), plan.period());
    }

    private Reading of(Reading reading) {
        Plan plan = of(new Plan(reading.refillRate(), reading.flowReduction(), reading.capacity(), 1, 1));
        return new Reading(reading.timestamp(), Math.floorDiv(reading.tokensLeft(), nodes), reading.refillIn(), Math.max(1, plan.refillRate()),
                plan.refillRate() == 0 ? Plan.TOKEN : plan.flowReduction(), plan.capacity());
    }

    /** The event as it is for this node's part, which is in that state. */
    @SuppressWarnings("unchecked") // an event is replaced by one with the same result
    public <R> BucketEvent<R> of(BucketEvent<R> event, BucketState mine) {
        if (event instanceof Settle settle) {
            Reading told = of(settle.reading());
            boolean less = told.tokensLeft() < Math.floorDiv(mine.balance(), Plan.TOKEN) - settle.consumed();
            return (BucketEvent<R>) (less ? new Settle(settle.id(), told, settle.consumed()) : new Charge(settle.id(), settle.consumed()));
        }
        if (event instanceof Refuse refuse) {
            return (BucketEvent<R>) new Refuse(refuse.id(), refuse.reading().map(this::of), refuse.pause());
        }
        if (event instanceof Anchor anchor) {
            return (BucketEvent<R>) new Anchor(of(anchor.reading()), anchor.askedAt());
        }
        if (event instanceof Charge charge && charge.plan() != null) {
            return (BucketEvent<R>) new Charge(charge.id(), charge.cost(), of(charge.plan()));
        }
        if (event instanceof Replan replan) {
            return (BucketEvent<R>) new Replan(of(replan.plan()), replan.told());
        }
        return event;
    }
}
