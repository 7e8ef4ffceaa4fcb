package dev.tollgate.ledger;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a spool's records to the database, oldest first. A record that is refused lets the others pass, is tried once
 * more after them, and then goes to {@link Rejected}. Not for two threads at once.
 */
final class Replay<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    /** So many unclear failures and no success: the database is to blame, not the records. */
    private static final int PATIENCE = 100;

    private final Spool<T> spool;
    private final Destination<T> destination;
    private final Rejected rejected;
    private final DatabaseHealth health;
    /**
     * Lines of a segment that are done, for the passes after one that was cut short; a restart may forget them. Bound:
     * files of the spool, whose bytes are bounded by tollgate.ledger.spool-max-size.
     */
    private final Map<Path, BitSet> done = new HashMap<>();
    private int written;

    Replay(Spool<T> spool, Destination<T> destination, Rejected rejected, DatabaseHealth health) {
        this.spool = spool;
        this.destination = destination;
        this.rejected = rejected;
        this.health = health;
    }

    /** Where records go. Writing one twice must do no harm. */
    interface Destination<T> {
        void write(T record) throws SQLException;

        /** It was kept as rejected instead. */
        void gaveUp(T record);

        String requestId(T record);
    }

    /** Returns how many records reached the database; the rest stays for the next pass. */
    int run() throws IOException {
        written = 0;
        boolean goOn = true;
        for (Path segment : spool.sealed()) {
            goOn = goOn && drain(segment);
        }
        Optional<Path> fresh = goOn ? spool.seal() : Optional.empty();
        if (fresh.isPresent()) {
            drain(fresh.get());
        }
        return written;
    }

    /** Returns false when there is no point in going on now. */
    private boolean drain(Path segment) throws IOException {
        BitSet finished = done.computeIfAbsent(segment, s -> new BitSet());
        List<Refusal<T>> refusals = new ArrayList<>();
        try (SpoolLines<T> lines = new SpoolLines<>(segment, spool.type())) {
            for (SpoolLines.Line<T> line = lines.next(); line != null; line = lines.next()) {
                if (!finished.get(line.index()) && !pass(line, segment, finished, refusals)) {
                    return false;
                }
            }
        }
        List<Refusal<T>> stillRefused = new ArrayList<>();
        for (Refusal<T> refusal : refusals) {
            if (!pass(refusal.line(), segment, finished, stillRefused)) {
                return false;
            }
        }
        if (stillRefused.stream().anyMatch(r -> r.fault() == Fault.UNCLEAR) && written == 0) {
            return true;
        }
        for (Refusal<T> refusal : stillRefused) {
            T record = refusal.line().record();
            rejected.keep(record, destination.requestId(record), refusal.reason());
            destination.gaveUp(record);
            finished.set(refusal.line().index());
        }
        spool.delete(segment);
        done.remove(segment);
        return true;
    }

    private boolean pass(SpoolLines.Line<T> line, Path segment, BitSet finished, List<Refusal<T>> refusals)
            throws IOException {
        if (line.record() == null) {
            rejected.keepDamaged(line.raw(), segment, line.number(), line.damage());
            finished.set(line.index());
            return true;
        }
        try {
            destination.write(line.record());
            finished.set(line.index());
            written++;
            health.wrote();
            return true;
        } catch (SQLException | RuntimeException e) {
            Fault fault = Fault.of(e);
            if (fault.isOfTheDatabase() || fault == Fault.BUSY) {
                health.failed(e);
                LOG.debug("Replay stops until the next pass", e);
                return false;
            }
            refusals.add(new Refusal<>(line, fault, Fault.text(e)));
            if (fault == Fault.UNCLEAR && written == 0 && refusals.size() >= PATIENCE) {
                health.failed(e);
                return false;
            }
            return true;
        }
    }

    private record Refusal<T>(SpoolLines.Line<T> line, Fault fault, String reason) {
    }
}
