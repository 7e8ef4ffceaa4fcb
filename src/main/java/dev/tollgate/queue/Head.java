package dev.tollgate.queue;

import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;

/**
 * The first of those who wait at one node, as the others see it: whoever came earlier goes first, at whichever node.
 *
 * @param node         where it waits
 * @param epoch        of that node's start; a head of an earlier start is nobody's
 * @param line         tells the line of this set of routes from one that an edit has replaced
 * @param serviceClass which class it is the first of
 * @param arrivedAt    when it came, epoch milliseconds by the clock of all
 * @param claim        milli-tokens that it waits for, 1 or more
 * @param claimed      milli-tokens that all of that line wait for, this one included
 * @param waiting      how many they are
 */
public record Head(String node, long epoch, String line, ServiceClass serviceClass, long arrivedAt, long claim, long claimed, int waiting) {

    /** Whether it goes before another; of the same millisecond the one of the lesser name. */
    boolean isBefore(long otherArrived, String otherNode) {
        return arrivedAt < otherArrived || arrivedAt == otherArrived && node.compareTo(otherNode) < 0;
    }

    /** The same without what stands behind it. */
    Head place() {
        return new Head(node, epoch, line, serviceClass, arrivedAt, claim, 0, 0);
    }

    /** Milli-tokens that must be there before it may go. */
    long needed(Terms terms, Plan plan) {
        return terms.needed(Price.exactly(Math.min(Price.MAX, claim / Plan.TOKEN)), plan);
    }
}
