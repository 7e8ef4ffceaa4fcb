package dev.tollgate.ledger;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a spool's records to the database, oldest first. A record that is refused for what it is lets the others pass, is
 * tried once more after them, and then goes to {@link Rejected}. One that fails for another reason, a locked row for example,
 * is passed over and stays for the next pass. Not for two threads at once.
 */
final class Replay<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    /** So many failures that nobody understands and no success: the database is to blame, not the records. */
    private static final int PATIENCE = 100;
    /** So many records, each tried several times, that met other transactions in one pass while none got through. */
    private static final int MOST_BUSY = 5;
    /** So many records that waited too long in one pass; each may cost tollgate.ledger.query-timeout. */
    private static final int MOST_WAITS = 3;

    private final Spool<T> spool;
    private final Destination<T> destination;
    private final Rejected rejected;
    private final DatabaseHealth health;
    /**
     * Lines of a segment that are done, for the passes after one that was cut short; a restart may forget them. Bound:
     * files of the spool, whose bytes are bounded by tollgate.ledger.spool-max-size.
     */
    private final Map<Path, BitSet> done = new HashMap<>();
    /** Tokens whose row was locked in this pass. Bound: MOST_WAITS. */
    private final Set<Long> locked = new HashSet<>();
    private int written;
    private int unclear;
    private int busy;

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

        /** Whose row it changes besides its own; null where it changes none. */
        Long locks(T record);

        /** Whether this failure says that usage cannot be written either. */
        boolean blamesDatabase(Fault fault);
    }

    /** Returns how many records reached the database; the rest stays for the next pass. */
    int run() throws IOException {
        written = 0;
        unclear = 0;
        busy = 0;
        locked.clear();
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
        int[] waiting = new int[1];
        try (SpoolLines<T> lines = new SpoolLines<>(segment, spool.type())) {
            for (SpoolLines.Line<T> line = lines.next(); line != null; line = lines.next()) {
                if (!finished.get(line.index()) && !pass(line, segment, finished, refusals, waiting)) {
                    return false;
                }
            }
        }
        List<Refusal<T>> stillRefused = new ArrayList<>();
        for (Refusal<T> refusal : refusals) {
            if (!pass(refusal.line(), segment, finished, stillRefused, waiting)) {
                return false;
            }
        }
        for (Refusal<T> refusal : stillRefused) {
            if (!rejected.hasRoom()) {
                return true;
            }
            T record = refusal.line().record();
            rejected.keep(record, destination.requestId(record), refusal.reason());
            destination.gaveUp(record);
            finished.set(refusal.line().index());
        }
        if (waiting[0] == 0) {
            spool.delete(segment);
            done.remove(segment);
        }
        return true;
    }

    private boolean pass(SpoolLines.Line<T> line, Path segment, BitSet finished, List<Refusal<T>> refusals, int[] waiting)
            throws IOException {
        if (line.record() == null) {
            rejected.keepDamaged(line.raw(), segment, line.number(), line.damage());
            finished.set(line.index());
            return true;
        }
        Long row = destination.locks(line.record());
        if (row != null && locked.contains(row)) {
            waiting[0]++;
            return true;
        }
        try {
            destination.write(line.record());
            finished.set(line.index());
            written++;
            health.wrote();
            return true;
        } catch (SQLException | RuntimeException e) {
            return failed(line, row, e, refusals, waiting);
        }
    }

    private boolean failed(SpoolLines.Line<T> line, Long row, Exception e, List<Refusal<T>> refusals, int[] waiting) {
        Fault fault = Fault.of(e);
        if (fault.isOfTheDatabase()) {
            if (destination.blamesDatabase(fault)) {
                health.failed(e);
            }
            LOG.debug("Replay stops until the next pass", e);
            return false;
        }
        if (fault.isOfTheRecord()) {
            refusals.add(new Refusal<>(line, Fault.text(e)));
            return true;
        }
        LOG.debug("The record of request {} is passed over until the next pass", destination.requestId(line.record()), e);
        waiting[0]++;
        if (fault == Fault.HELD_UP) {
            locked.add(Objects.requireNonNullElse(row, Long.MIN_VALUE));
            return locked.size() < MOST_WAITS;
        }
        if (fault == Fault.BUSY && ++busy >= MOST_BUSY && written == 0) {
            return false;
        }
        if (fault == Fault.UNCLEAR && ++unclear >= PATIENCE && written == 0) {
            health.failed(e);
            return false;
        }
        return true;
    }

    private record Refusal<T>(SpoolLines.Line<T> line, String reason) {
    }
}
