package dev.tollgate.ledger;

import java.sql.SQLException;
import java.util.List;

import dev.tollgate.database.Fault;

/** Replayed attempts. */
record AttemptDestination(AttemptWriter writer) implements Replay.Destination<Attempt> {

    @Override
    public int atOnce() {
        return 1;
    }

    @Override
    public void write(List<Attempt> attempts) throws SQLException {
        for (Attempt attempt : attempts) {
            writer.write(attempt);
        }
    }

    @Override
    public void failed(Attempt attempt, Fault fault) {
        // Nothing counts attempts.
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
