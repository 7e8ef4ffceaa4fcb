package dev.tollgate.ledger;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

import dev.tollgate.database.Fault;

/**
 * Usage on its way to the database: from the spool's count to the database's, without a moment in neither.
 *
 * @param awaited what became of calls that somebody waits for
 */
record UsageDestination(UsageWriter writer, Reservations reservations, AtomicLong spooled, Map<String, Booking> awaited)
        implements Replay.Destination<Usage> {

    /** Rows of one transaction: enough to share its cost, and locks that are held for milliseconds only. */
    private static final int AT_ONCE = 256;

    @Override
    public int atOnce() {
        return AT_ONCE;
    }

    @Override
    public void write(List<Usage> usages) throws SQLException {
        List<UsageWriter.Written> written = writer.write(usages, reservations::post);
        if (usages.stream().anyMatch(usage -> usage.tokenId() == null)) {
            reservations.booked(null, OptionalLong.empty());
        }
        for (UsageWriter.Written one : written) {
            if (one.outcome() == Booking.ALREADY_BOOKED) {
                reservations.replayed(one.usage(), one.used());
            }
            spooled.decrementAndGet();
            awaited.computeIfPresent(one.usage().callId(), (call, before) -> one.outcome());
        }
    }

    @Override
    public void failed(Usage usage, Fault fault) {
        if (fault.isOfTheRecord() || fault == Fault.UNCLEAR) {
            reservations.refused(usage.tokenId());
        }
    }

    @Override
    public void gaveUp(Usage usage) {
        reservations.unspool(usage);
        reservations.refused(usage.tokenId());
        spooled.decrementAndGet();
    }

    @Override
    public Long locks(Usage usage) {
        return usage.tokenId();
    }

    @Override
    public boolean blamesDatabase(Fault fault) {
        return true;
    }

    @Override
    public String requestId(Usage usage) {
        return usage.requestId();
    }
}
