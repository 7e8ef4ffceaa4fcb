package dev.tollgate.quota;

import java.time.LocalDate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tollgate.quota.QuotaFile.Reading;

/**
 * What the state file found at start-up means. Pure: the file has been read, the day is known.
 *
 * @param state     what to go on with
 * @param others    keys of the file that are not ours
 * @param suspicion why the file is kept aside; null when it is to be trusted
 */
record QuotaTakeover(QuotaState state, ObjectNode others, @Nullable String suspicion) {

    static QuotaTakeover of(Reading reading, LocalDate today, QuotaSettings settings) {
        if (reading instanceof Reading.Absent) {
            return new QuotaTakeover(new QuotaState(today, 0), QuotaFile.noOthers(), null);
        }
        if (reading instanceof Reading.Corrupt corrupt) {
            return new QuotaTakeover(distrusted(today, settings), QuotaFile.noOthers(), corrupt.reason());
        }
        Reading.Valid valid = (Reading.Valid) reading;
        QuotaState found = new QuotaState(settings.period().startOf(valid.state().day()), valid.state().callsToday());
        if (found.day().isAfter(today)) {
            // Tomorrow's count can be true (the clock stepped back, the zone was changed): today is spent, and tomorrow
            // goes on from there. A day further off is a mistake that must not close the gate for longer than today.
            boolean plausible = settings.onCorruptState() == OnCorruptState.SPENT && found.day().equals(settings.period().after(today));
            return new QuotaTakeover(plausible ? found : distrusted(today, settings), valid.others(),
                    "its day " + found.day() + " has not begun: here it is " + today);
        }
        if (found.day().equals(today) && found.callsToday() > settings.limit()) {
            return new QuotaTakeover(distrusted(today, settings), valid.others(),
                    "it counts " + found.callsToday() + " calls where only " + settings.limit() + " are allowed");
        }
        return new QuotaTakeover(found, valid.others(), null);
    }

    private static QuotaState distrusted(LocalDate today, QuotaSettings settings) {
        return new QuotaState(today, settings.onCorruptState() == OnCorruptState.RESET ? 0 : settings.limit());
    }
}
