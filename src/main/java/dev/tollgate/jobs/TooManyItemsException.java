package dev.tollgate.jobs;

/** An order has more items than {@code tollgate.jobs.max-items} allows. Its message is for whoever ordered. */
public final class TooManyItemsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooManyItemsException(int most) {
        super("The order has more than %d items, the most of one order (tollgate.jobs.max-items). Order them in parts."
                .formatted(most), null, false, false);
    }
}
