package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Fault;

/**
 * Brings a spool's records to the database. {@link #fresh} offers each once, oldest first and many in one transaction; where
 * that fails, those of one token, and then each on its own. What fails for a reason of its own, a locked row for example, is
 * passed over, and {@link #left} tries it again. A record that is refused for what it is lets the others pass, is tried once
 * more after them, and then goes to {@link Rejected}.
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
    private final Clock clock;
    private final Duration avoid;
    /** Tokens whose row was locked, and until when nothing new of theirs is tried. Bound: tokens with a booking within that time. */
    private final Map<Long, Instant> locked = new ConcurrentHashMap<>();

    /** @param avoid how long fresh records pass by a token whose row was locked */
    Replay(Spool<T> spool, Destination<T> destination, Rejected rejected, DatabaseHealth health, Clock clock, Duration avoid) {
        this.spool = spool;
        this.destination = destination;
        this.rejected = rejected;
        this.health = health;
        this.clock = clock;
        this.avoid = avoid;
    }

    /** Where records go. Writing one twice must do no harm. */
    interface Destination<T> {

        /** Most records that are written together. */
        int atOnce();

        /** Writes all of them or none. */
        void write(List<T> records) throws SQLException;

        /** The first try failed, for a reason that is not the database's. */
        void failed(T record, Fault fault);

        /** It was kept as rejected instead. */
        void gaveUp(T record);

        String requestId(T record);

        /** Whose row it changes besides its own; null where it changes none. */
        Long locks(T record);

        /** Whether this failure says that usage cannot be written either. */
        boolean blamesDatabase(Fault fault);
    }

    /**
     * What a pass did.
     *
     * @param written records that reached the database
     * @param goesOn  false when there is no point in going on now
     */
    record Pass(int written, boolean goesOn) {
    }

    /**
     * Offers what nobody has offered yet. One thread at a time.
     *
     * @param longest after this long no further transaction is begun; the rest stays fresh
     */
    Pass fresh(Duration longest) throws IOException {
        Count count = new Count(System.nanoTime(), longest.toNanos());
        boolean goOn = true;
        for (Path file : spool.known()) {
            goOn = goOn && offer(file, count);
        }
        return new Pass(count.written, goOn);
    }

    private boolean offer(Path file, Count count) throws IOException {
        Progress progress = spool.progress(file);
        long end = spool.readable(file);
        if (progress.tried().position() >= end) {
            return true;
        }
        List<SpoolLines.Line<T>> batch = new ArrayList<>();
        try (SpoolLines<T> lines = new SpoolLines<>(file, spool.type(), progress.tried(), end)) {
            SpoolLines.Line<T> last = null;
            for (SpoolLines.Line<T> line = lines.next(); line != null; line = lines.next()) {
                last = line;
                if (line.record() == null && !progress.isDone(line.index())) {
                    rejected.keepDamaged(line.raw(), file, line.number(), line.damage());
                    progress.done(line.index());
                } else if (!progress.isDone(line.index()) && !isLocked(line)) {
                    batch.add(line);
                }
                if (batch.size() >= destination.atOnce() && lines.isBetweenLines()) {
                    if (!offer(batch, progress, count)) {
                        return false;
                    }
                    progress.tried(line.next());
                    batch.clear();
                    if (count.isOver()) {
                        return false;
                    }
                }
            }
            if (!offer(batch, progress, count)) {
                return false;
            }
            if (last != null) {
                progress.tried(last.next());
            }
        }
        return true;
    }

    private boolean isLocked(SpoolLines.Line<T> line) {
        Long row = destination.locks(line.record());
        Instant until = row == null ? null : locked.get(row);
        if (until == null) {
            return false;
        }
        if (clock.instant().isBefore(until)) {
            return true;
        }
        locked.remove(row);
        return false;
    }

    /** All together; where that fails, row by row, since a lock or a limit of one is not the others'. */
    private boolean offer(List<SpoolLines.Line<T>> batch, Progress progress, Count count) {
        if (batch.size() <= 1) {
            return batch.isEmpty() || offerOne(batch.get(0), progress, count);
        }
        Exception e = write(batch, progress, count);
        if (e == null) {
            return true;
        }
        if (Fault.of(e).isOfTheDatabase()) {
            return blamed(e);
        }
        Map<Object, List<SpoolLines.Line<T>>> rows = new LinkedHashMap<>();
        batch.forEach(line -> rows.computeIfAbsent(Objects.requireNonNullElse(destination.locks(line.record()), ""), row -> new ArrayList<>())
                .add(line));
        for (List<SpoolLines.Line<T>> row : rows.values()) {
            if (!offerRow(row, rows.size() == 1 ? e : null, progress, count)) {
                return false;
            }
        }
        return true;
    }

    /** @param failure of the same records together; null when they were not alone */
    private boolean offerRow(List<SpoolLines.Line<T>> row, Exception failure, Progress progress, Count count) {
        if (row.size() == 1) {
            return offerOne(row.get(0), progress, count);
        }
        Exception e = failure == null ? write(row, progress, count) : failure;
        if (e == null) {
            return true;
        }
        if (Fault.of(e).isOfTheDatabase()) {
            return blamed(e);
        }
        if (Fault.of(e) == Fault.HELD_UP) {
            row.forEach(line -> destination.failed(line.record(), Fault.HELD_UP));
            return heldUp(row.get(0), e);
        }
        for (SpoolLines.Line<T> line : row) {
            if (!isLocked(line) && !offerOne(line, progress, count)) {
                return false;
            }
        }
        return true;
    }

    private boolean offerOne(SpoolLines.Line<T> line, Progress progress, Count count) {
        Exception e = write(List.of(line), progress, count);
        if (e == null) {
            return true;
        }
        Fault fault = Fault.of(e);
        if (fault.isOfTheDatabase()) {
            return blamed(e);
        }
        LOG.warn("Usage of request {} waits for another try: {}", destination.requestId(line.record()), Fault.text(e));
        destination.failed(line.record(), fault);
        return switch (fault) {
            case HELD_UP -> heldUp(line, e);
            case UNCLEAR -> !health.failed(e);
            case BUSY -> ++count.busy < MOST_BUSY || count.written > 0;
            default -> true;
        };
    }

    private boolean heldUp(SpoolLines.Line<T> line, Exception e) {
        Long row = destination.locks(line.record());
        if (row != null) {
            locked.put(row, clock.instant().plus(avoid));
        }
        return !health.failed(e);
    }

    /** @return false, as the end of the pass */
    private boolean blamed(Exception e) {
        if (destination.blamesDatabase(Fault.of(e))) {
            health.failed(e);
        }
        LOG.debug("Nothing more is tried until the next pass", e);
        return false;
    }

    /** @return why they were not written; null when they were */
    private Exception write(List<SpoolLines.Line<T>> lines, Progress progress, Count count) {
        try {
            destination.write(lines.stream().map(SpoolLines.Line::record).toList());
        } catch (SQLException | RuntimeException e) {
            return e;
        }
        lines.forEach(line -> progress.done(line.index()));
        count.written += lines.size();
        health.wrote();
        return null;
    }

    /**
     * Tries again what {@link #fresh} has passed over and what stands in sealed files, each record on its own. One thread at a
     * time, also beside a fresh pass.
     */
    Pass left() throws IOException {
        Count count = new Count(0, Long.MAX_VALUE);
        Set<Long> lockedNow = new HashSet<>();
        boolean goOn = true;
        for (Path file : spool.known()) {
            Progress progress = spool.progress(file);
            if (goOn && progress != null && progress.isWaiting() && !file.equals(spool.activePath())) {
                goOn = again(file, progress, lockedNow, count);
            }
        }
        return new Pass(count.written, goOn);
    }

    private boolean again(Path file, Progress progress, Set<Long> lockedNow, Count count) throws IOException {
        List<Refusal<T>> refusals = new ArrayList<>();
        Progress.Place tried = progress.tried();
        try (SpoolLines<T> lines = new SpoolLines<>(file, spool.type())) {
            for (SpoolLines.Line<T> line = lines.next(); line != null && line.index() < tried.index(); line = lines.next()) {
                if (line.record() != null && !progress.isDone(line.index()) && !pass(line, progress, lockedNow, refusals, count)) {
                    return false;
                }
            }
        }
        List<Refusal<T>> stillRefused = new ArrayList<>();
        for (Refusal<T> refusal : refusals) {
            if (!pass(refusal.line(), progress, lockedNow, stillRefused, count)) {
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
            progress.done(refusal.line().index());
        }
        return true;
    }

    private boolean pass(SpoolLines.Line<T> line, Progress progress, Set<Long> lockedNow, List<Refusal<T>> refusals, Count count) {
        Long row = destination.locks(line.record());
        if (row != null && lockedNow.contains(row)) {
            return true;
        }
        Exception e = write(List.of(line), progress, count);
        if (e == null) {
            if (row != null) {
                locked.remove(row);
            }
            return true;
        }
        Fault fault = Fault.of(e);
        if (fault.isOfTheDatabase()) {
            return blamed(e);
        }
        if (fault.isOfTheRecord()) {
            refusals.add(new Refusal<>(line, Fault.text(e)));
            return true;
        }
        LOG.debug("The record of request {} is passed over until the next pass", destination.requestId(line.record()), e);
        if (fault == Fault.HELD_UP) {
            lockedNow.add(Objects.requireNonNullElse(row, Long.MIN_VALUE));
            return lockedNow.size() < MOST_WAITS;
        }
        if (fault == Fault.BUSY && ++count.busy >= MOST_BUSY && count.written == 0) {
            return false;
        }
        if (fault == Fault.UNCLEAR && ++count.unclear >= PATIENCE && count.written == 0) {
            health.failed(e);
            return false;
        }
        return true;
    }

    private static final class Count {
        private final long begun;
        private final long longest;
        private int written;
        private int busy;
        private int unclear;

        Count(long begun, long longest) {
            this.begun = begun;
            this.longest = longest;
        }

        boolean isOver() {
            return System.nanoTime() - begun > longest;
        }
    }

    private record Refusal<T>(SpoolLines.Line<T> line, String reason) {
    }
}
