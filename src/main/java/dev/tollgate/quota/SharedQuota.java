package dev.tollgate.quota;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The decisions of a quota that several gateways count together, with a key or without. */
final class SharedQuota {

    private static final Duration COME_BACK = Duration.ofSeconds(5);

    private final SharedCount count;
    private final Supplier<QuotaSettings> settings;
    private final BiConsumer<String, QuotaState> seen;
    private final Function<String, QuotaState> last;

    /**
     * @param seen is told what all have counted for a key
     * @param last what was told last
     */
    SharedQuota(SharedCount count, Supplier<QuotaSettings> settings, BiConsumer<String, QuotaState> seen, Function<String, QuotaState> last) {
        this.count = count;
        this.settings = settings;
        this.seen = seen;
        this.last = last;
    }

    QuotaDecision take(String key) {
        while (true) {
            SharedCount.Word word = count.take(key, settings.get());
            Instant now = count.clock().instant();
            LocalDate today = settings.get().dayOf(now);
            if (word instanceof SharedCount.Word.Unknown unknown) { // not for the rest of the day, but until the others are reached again
                return new QuotaDecision.Denied(last.apply(key).on(today).callsToday(), settings.get().limit(), now.plus(COME_BACK),
                        unknown.reason());
            }
            if (word instanceof SharedCount.Word.Full) {
                return settings.get().full(now);
            }
            if (word instanceof SharedCount.Word.Spent spent) {
                seen.accept(key, spent.state());
                return settings.get().denied(spent.state(), now);
            }
            QuotaState counted = ((SharedCount.Word.Counted) word).state();
            seen.accept(key, counted);
            if (today.equals(counted.day())) {
                return new QuotaDecision.Granted(counted.callsToday(), new Permit(counted.day()));
            }
            // Midnight passed while it was counted: the call would leave on a day that has not counted it.
        }
    }

    /**
     * Whether a call may still leave on its permit. One that was held for long, by a paused machine for example, or past midnight,
     * would be sent on a day that has not counted it; nobody else makes up for that.
     */
    boolean isGood(Permit permit) {
        return permit.isYoung() && today().equals(permit.day());
    }

    /**
     * A call has ended, whatever it brought. One that was under way over midnight counts on both days, because a machine that was
     * paused may have sent it on the second.
     */
    void ended(String key, Permit permit) {
        if (!today().equals(permit.day()) && permit.release()) {
            count.late(key, settings.get());
        }
    }

    /** Of a permit that was not given back yet. */
    GiveBack giveBack(String key, Permit permit) {
        if (!permit.day().equals(today())) {
            return GiveBack.DAY_OVER;
        }
        count.giveBack(key, new QuotaState(permit.day(), 1));
        return GiveBack.RETURNED;
    }

    /** What all have counted for a key; empty where that is not known. */
    Optional<QuotaState> look(String key) {
        return count.look(key, settings.get());
    }

    private LocalDate today() {
        return settings.get().dayOf(count.clock().instant());
    }

    void close() {
        count.close();
    }
}
