package dev.tollgate.ledger;

import dev.tollgate.database.Fault;
import java.sql.SQLException;

/** Replayed attempts. */
record AttemptDestination(AttemptWriter writer) implements Replay.Destination<Attempt> {

    @Override
    public void write(Attempt attempt) throws SQLException {
        writer.write(attempt);
    }

    @Override
    public void gaveUp(Attempt attempt) {
        // Nothing counts attempts.
    }

    @Override
    public Long locks(Attempt attempt) {
        return null;
    }

    /** A table of attempts that nobody may write is no reason to doubt the others. */
    @Override
    public boolean blamesDatabase(Fault fault) {
        return fault != Fault.DENIED;
    }

    @Override
    public String requestId(Attempt attempt) {
        return attempt.requestId();
    }
}
