package dev.tollgate.quota;

import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A count of calls that several gateways keep together, each period by one clock. */
public interface SharedCount {

    /** What became of one call. */
    sealed interface Word {

        /**
         * The call is counted, durably.
         *
         * @param state the count with it, and whose period it is
         */
        record Counted(QuotaState state) implements Word {
        }

        /**
         * The period has no room; nothing was counted.
         *
         * @param state the count
         */
        record Spent(QuotaState state) implements Word {
        }

        /**
         * It is not certain that the call was counted, so it must not leave.
         *
         * @param reason a sentence
         */
        record Unknown(String reason) implements Word {
        }
    }

    /** The clock by which all count. */
    Clock clock();

    /** Counts one call if there is room for it; callers that come together share one transaction. */
    Word take(QuotaSettings settings);

    /** Counts one call more in the period that is now, as far as there is room: for one that was counted in an earlier one and may have left in this. */
    void late(QuotaSettings settings);

    /** Takes a count back; what that period was is told by the state of the permit's day. */
    void giveBack(QuotaState countedOn);

    /**
     * Adds what a gateway has counted for itself before it shared its count.
     *
     * @param certain false for a count that is only feared: it is added where nobody has counted anything yet
     */
    void add(QuotaState before, boolean certain, QuotaSettings settings);

    /** Tells of the count of the period that is now, every second or so. */
    void watch(Supplier<QuotaSettings> settings, Consumer<QuotaState> seen);

    /** Gives back what was counted beforehand, and ends. */
    void close();
}
