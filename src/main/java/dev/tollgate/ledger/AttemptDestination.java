package dev.tollgate.ledger;

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
    public String requestId(Attempt attempt) {
        return attempt.requestId();
    }
}
