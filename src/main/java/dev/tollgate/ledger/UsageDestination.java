package dev.tollgate.ledger;

import dev.tollgate.database.Fault;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

/** Replayed usage: from the spool's count to the database's, without a moment in neither. */
record UsageDestination(UsageWriter writer, Reservations reservations, AtomicLong spooled)
        implements Replay.Destination<Usage> {

    @Override
    public void write(Usage usage) throws SQLException {
        Booked booked = writer.write(usage);
        reservations.replayed(usage, booked.used());
        spooled.decrementAndGet();
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
