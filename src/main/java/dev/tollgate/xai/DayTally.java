package dev.tollgate.xai;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.UnaryOperator;

import dev.tollgate.gateway.Plausible;

/** Numbers of one calendar day of the quota's zone; they start at 0 when the clock says that it is another day. */
final class DayTally {

    /**
     * @param day        the day these belong to
     * @param learned    calls of {@code /learn}
     * @param costInUsdTicks what all calls cost, as far as xAI named a price
     */
    record Numbers(LocalDate day, long learned, long costInUsdTicks) {

        Numbers on(LocalDate today) {
            return today.equals(day) ? this : new Numbers(today, 0, 0);
        }
    }

    private final Clock clock;
    private final ZoneId zone;
    private Numbers numbers;

    DayTally(Clock clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
        this.numbers = new Numbers(today(), 0, 0);
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    synchronized Numbers now() {
        return numbers.on(today());
    }

    void learned(long calls) {
        change(now -> new Numbers(now.day, Plausible.add(now.learned, calls), now.costInUsdTicks));
    }

    void paid(long ticks) {
        change(now -> new Numbers(now.day, now.learned, Plausible.add(now.costInUsdTicks, ticks)));
    }

    private synchronized void change(UnaryOperator<Numbers> step) {
        numbers = step.apply(now());
    }
}
