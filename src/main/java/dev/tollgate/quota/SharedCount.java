package dev.tollgate.quota;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/**
 * A count of calls that several gateways keep together, each period by one clock; or one for each value of a key, which is
 * empty where there is none.
 */
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

        /** As many values of the key as may be have a count already, and this one has none. */
        record Full() implements Word {
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
    Word take(String key, QuotaSettings settings);

    /** Counts one call more in the period that is now, as far as there is room: for one that was counted in an earlier one and may have left in this. */
    void late(String key, QuotaSettings settings);

    /** Takes a count back; what that period was is told by the state of the permit's day. */
    void giveBack(String key, QuotaState countedOn);

    /**
     * Adds what a gateway has counted for itself before it shared its count.
     *
     * @param before  by key; nothing of a period that is not now
     * @param certain false for a count that is only feared: it is added where nobody has counted anything yet
     */
    void add(Map<String, QuotaState> before, boolean certain, QuotaSettings settings);

    /** The count of the period that is now; empty where there is none, or where it cannot be read. */
    Optional<QuotaState> look(String key, QuotaSettings settings);

    /** Tells of all counts of the period that is now, with the number of the keys: every second or so, of keys every ten. */
    void watch(Supplier<QuotaSettings> settings, ObjIntConsumer<QuotaState> seen);

    /** Gives back what was counted beforehand, and ends. */
    void close();
}
