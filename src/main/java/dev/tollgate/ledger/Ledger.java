package dev.tollgate.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Fault;
import dev.tollgate.disk.FileOwner;
import dev.tollgate.disk.HeldFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Books what was paid for: once, whatever fails. A usage goes to the database, or to the spool on disk when the
 * database does not take it now; {@link #replay()} brings it over later. Safe for any number of threads.
 */
public final class Ledger implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final Path dataDir;
    private final FileOwner folder;
    private final DatabaseHealth health;
    private final Reservations reservations;
    private final Transactions transactions;
    private final UsageWriter usageWriter;
    private final AttemptWriter attemptWriter;
    private final Turns turns;
    private final Rejected rejected;
    private final Probe probes;
    private final Spool<Usage> usages;
    private final Spool<Attempt> attempts;
    private final Replay<Usage> usageReplay;
    private final Replay<Attempt> attemptReplay;
    private final ReentrantLock replaying = new ReentrantLock();
    private final AtomicLong spooled = new AtomicLong();
    private final Unsaved unsaved;
    private final boolean databaseOnThisDisk;
    private volatile Consumer<String> whenSaved = callId -> { };

    /**
     * Opens the spool below {@code dataDir} and counts what waits there as used.
     *
     * @throws IOException when the spool cannot be written, or belongs to another process
     */
    public Ledger(DataSource dataSource, LedgerTables tables, LedgerProperties properties, Path dataDir,
            DatabaseHealth health, Reservations reservations, Clock clock) throws IOException {
        this(dataSource, tables, Long.MAX_VALUE, DatabaseClock.here(), properties, dataDir, health, reservations, clock, false);
    }

    /**
     * @param most               the greatest sum that the tables hold
     * @param databaseOnThisDisk the database is a file of this process: without room for the spool it has none either
     */
    Ledger(DataSource dataSource, LedgerTables tables, long most, DatabaseClock databaseClock, LedgerProperties properties, Path dataDir, DatabaseHealth health,
            Reservations reservations, Clock clock, boolean databaseOnThisDisk) throws IOException {
        Path path = dataDir.resolve("spool").toAbsolutePath();
        this.dataDir = dataDir.toAbsolutePath().normalize();
        this.folder = FileOwner.claimFolder(path);
        this.health = health;
        this.unsaved = new Unsaved(clock);
        this.databaseOnThisDisk = databaseOnThisDisk;
        this.reservations = reservations;
        this.transactions = new Transactions(dataSource, properties.queryTimeout(), databaseClock);
        LedgerSql sql = LedgerSql.of(tables, most);
        this.probes = new Probe(transactions, sql, clock);
        this.usageWriter = new UsageWriter(transactions, sql, clock);
        this.attemptWriter = new AttemptWriter(transactions, sql);
        this.turns = new Turns(clock, properties.queryTimeout(), properties.probeEvery());
        long bytes = properties.spoolMaxSize().toBytes();
        this.usages = new Spool<>(path, "usage", Usage.class, bytes, true);
        this.attempts = new Spool<>(path, "attempts", Attempt.class, bytes / 8, false);
        this.rejected = new Rejected(path, clock, bytes);
        this.usageReplay = new Replay<>(usages, new UsageDestination(usageWriter, reservations, spooled), rejected, health);
        this.attemptReplay = new Replay<>(attempts, new AttemptDestination(attemptWriter), rejected, health);
        countSpooled();
    }

    /**
     * Books one paid call. When this returns, the usage is in the database or synced to disk; or, when neither takes it,
     * in memory, from where {@link #replay()} writes it as soon as one does. {@link #canBook()} is false until then.
     *
     * @throws UncheckedIOException when too many wait in memory; the whole record then stands in the log as an ERROR
     */
    public Booking book(Usage usage) {
        if (health.mayWrite() && turns.enter(usage.tokenId())) {
            try {
                Booked booked = usageWriter.write(usage);
                health.wrote();
                reservations.booked(usage.tokenId(), booked.used());
                return booked.outcome();
            } catch (SQLException | RuntimeException e) {
                notBooked(usage, e);
            } finally {
                turns.leave(usage.tokenId());
            }
        }
        return spool(usage);
    }

    private void notBooked(Usage usage, Exception e) {
        Fault fault = Fault.of(e);
        if (health.failed(e)) {
            return;
        }
        if (fault == Fault.HELD_UP) {
            turns.locked(usage.tokenId());
        } else if (fault.isOfTheRecord() || fault == Fault.UNCLEAR) {
            reservations.refused(usage.tokenId());
        }
        LOG.warn("Usage of request {} goes to the spool: {}", usage.requestId(), Fault.text(e));
    }

    /**
     * Whether a call that is paid for now could be put on record; when false, refuse it before it costs anything. It is false,
     * too, while files below data-dir have lost their names: what is written into those ends with the process.
     */
    public boolean canBook() {
        return !HeldFiles.isLostBelow(dataDir) && !folder.isContested() && unsaved.size() == 0
                && (!health.isAway() && !databaseOnThisDisk || usages.hasRoom());
    }

    /** Why the spool takes nothing more, and what mends it; empty while it does. */
    Optional<String> spoolTrouble() {
        if (unsaved.size() == 0 && usages.hasRoom()) {
            return Optional.empty();
        }
        return Optional.of("The spool below tollgate.data-dir has no room: make room on its disk, or let the database take what"
                + " waits; tollgate.ledger.spool-max-size bounds it. Paid calls in memory only: " + unsaved.size() + ".");
    }

    /** Paid usage in memory only, because neither the database nor the disk takes it now. */
    public int inMemory() {
        return unsaved.size();
    }

    /** Whether a call's usage is in memory only. */
    boolean isInMemory(String callId) {
        return unsaved.has(callId);
    }

    /** Tells each time that a usage left memory for disk or database; by the id of its call. */
    void whenSaved(Consumer<String> listener) {
        whenSaved = listener;
    }

    /**
     * Whether one more call of this token may be paid for: {@link #canBook()}, and the database has not refused such usage for good.
     *
     * @param tokenId null for the fallback key
     */
    public boolean mayBook(Long tokenId) {
        return canBook() && reservations.mayTry(tokenId);
    }

    /** Whether the database has refused such usage for good, and no call may find out just now whether that is mended. */
    public boolean refuses(long tokenId) {
        return reservations.isRefused(tokenId);
    }

    /** Records that the database refused for good. */
    public long rejected() {
        return rejected.count();
    }

    /**
     * Offers the rejected records to the database once more, each booked once however often this is asked for.
     *
     * @throws UncheckedIOException when they cannot be read, or those that stay cannot be kept
     */
    public Rejections replayRejected() {
        replaying.lock();
        try {
            int[] replayed = new int[1];
            rejected.replay((record, before) -> {
                String reason = health.mayWrite() ? refusalOf(record) : before;
                replayed[0] += reason == null ? 1 : 0;
                return reason;
            });
            return new Rejections(replayed[0], rejected.count());
        } catch (IOException e) {
            throw new UncheckedIOException("The rejected records cannot be replayed", e);
        } finally {
            replaying.unlock();
        }
    }

    private String refusalOf(JsonNode record) throws IOException {
        try {
            if (record.has("callId")) {
                Usage usage = Json.MAPPER.treeToValue(record, Usage.class);
                reservations.booked(usage.tokenId(), usageWriter.write(usage).used());
            } else {
                attemptWriter.write(Json.MAPPER.treeToValue(record, Attempt.class));
            }
            health.wrote();
            return null;
        } catch (SQLException | RuntimeException e) {
            health.failed(e);
            return Fault.text(e);
        }
    }

    /** Usage records in the spool. */
    public long spooled() {
        return Math.max(0, spooled.get());
    }

    /** Bytes that usage takes on disk. */
    long spooledBytes() {
        return usages.bytes();
    }

    /** Writes an attempt, or keeps it as {@link #spoolAttempt} does when the database does not take it now. */
    public void record(Attempt attempt) {
        if (health.mayWrite()) {
            try {
                attemptWriter.write(attempt);
                health.wrote();
                return;
            } catch (SQLException | RuntimeException e) {
                health.failed(e);
            }
        }
        spoolAttempt(attempt);
    }

    /** Keeps an attempt that could not be written; without a sync, and dropped with a warning when there is no room. */
    public void spoolAttempt(Attempt attempt) {
        try {
            attempts.append(attempt);
        } catch (IOException e) {
            LOG.warn("Attempt {} of request {} is not on record: {}", attempt.attempt(), attempt.requestId(), e.toString());
        }
    }

    /**
     * Brings spooled records to the database, oldest first, and looks whether a database that is away is back. Meant to
     * be called every few seconds; returns at once when another replay is under way.
     *
     * @return how many records reached the database
     * @throws UncheckedIOException when the spool cannot be read or a refused record cannot be kept
     */
    public int replay() {
        if (!replaying.tryLock()) {
            return 0;
        }
        try {
            usages.rescueIfDisplaced();
            attempts.rescueIfDisplaced();
            save();
            if (!health.mayWrite()) {
                return 0;
            }
            if (usages.isEmpty() && attempts.isEmpty()) {
                probe();
                return 0;
            }
            int written = usageReplay.run();
            boolean goOn = usages.isEmpty() || !health.isAway();
            return goOn ? written + attemptReplay.run() : written;
        } catch (IOException e) {
            throw new UncheckedIOException("The spool cannot be replayed", e);
        } finally {
            replaying.unlock();
        }
    }

    private void probe() {
        if (!health.isAway()) {
            return;
        }
        try {
            if (health.isUnwritable()) {
                probes.write();
                health.wrote();
            } else {
                probes.read();
                health.succeeded();
            }
        } catch (SQLException | RuntimeException e) {
            health.failed(e);
        }
    }

    /** Counted before it is written, so that a replay that is faster than this thread finds it counted. */
    private Booking spool(Usage usage) {
        reservations.spool(usage);
        spooled.incrementAndGet();
        try {
            usages.append(usage);
            return Booking.SPOOLED;
        } catch (IOException e) {
            if (unsaved.keep(usage, e)) {
                return Booking.IN_MEMORY;
            }
            spooled.decrementAndGet();
            LOG.error("Neither the database nor the spool took {}", usage, e);
            throw new UncheckedIOException("Usage of request " + usage.requestId() + " is on record in the log only", e);
        }
    }

    /** What waits in memory goes to the spool, and from there on like the rest; with a full disk straight to the database. */
    private void save() {
        for (Usage usage : unsaved.all()) {
            if (onDisk(usage) || inDatabase(usage)) {
                unsaved.saved(usage);
                whenSaved.accept(usage.callId());
            }
        }
    }

    private boolean onDisk(Usage usage) {
        try {
            usages.append(usage);
            return true;
        } catch (IOException e) {
            LOG.debug("The spool does not take the usage of request {} yet", usage.requestId(), e);
            return false;
        }
    }

    private boolean inDatabase(Usage usage) {
        if (!health.mayWrite()) {
            return false;
        }
        try {
            Booked booked = usageWriter.write(usage);
            health.wrote();
            reservations.replayed(usage, booked.used());
            spooled.decrementAndGet();
            return true;
        } catch (SQLException | RuntimeException e) {
            health.failed(e);
            return false;
        }
    }

    private void countSpooled() throws IOException {
        for (Path file : usages.files()) {
            try (SpoolLines<Usage> lines = new SpoolLines<>(file, Usage.class)) {
                for (SpoolLines.Line<Usage> line = lines.next(); line != null; line = lines.next()) {
                    if (line.record() != null) {
                        reservations.spool(line.record());
                        spooled.incrementAndGet();
                    }
                }
            }
        }
    }

    /** Closes the files; everything in them is safe already. What is in memory is tried once more. */
    @Override
    public void close() throws IOException {
        save();
        unsaved.all().forEach(usage -> LOG.error("Neither the database nor the spool took {}", usage));
        try (folder; attempts; usages) {
            LOG.debug("Closing the ledger");
        }
    }
}
