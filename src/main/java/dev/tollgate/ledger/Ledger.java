package dev.tollgate.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import javax.sql.DataSource;

import com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Fault;
import dev.tollgate.database.TextWidths;
import dev.tollgate.disk.FileOwner;
import dev.tollgate.disk.HeldFiles;

/**
 * Books what was paid for: once, whatever fails. A usage is safe, and its caller is answered, when it stands in the journal on
 * disk, which all callers of a moment sync together; {@link JournalWriter} brings it to the database within tens of
 * milliseconds, together with those of others. While the database is away the journal only grows. Safe for any number of
 * threads.
 */
public final class Ledger implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final Duration WITHOUT_END = Duration.ofDays(1);

    private final Path dataDir;
    private final FileOwner folder;
    private final DatabaseHealth health;
    private final Reservations reservations;
    private final Transactions transactions;
    private final UsageWriter usageWriter;
    private final AttemptWriter attemptWriter;
    private final Rejected rejected;
    private final Probe probes;
    private final Spool<Usage> usages;
    private final Spool<Attempt> attempts;
    private final Replay<Usage> usageReplay;
    private final Replay<Attempt> attemptReplay;
    private final ReentrantLock replaying = new ReentrantLock();
    /** Held by the one that brings fresh usage over. */
    private final ReentrantLock bringing = new ReentrantLock(true);
    private final Duration longestWait;
    private final JournalWriter writer;
    /** What became of calls that somebody waits for. Bound: those who wait. */
    private final Map<String, Booking> awaited = new ConcurrentHashMap<>();
    private final AtomicLong spooled = new AtomicLong();
    private final Unsaved unsaved;
    private final boolean databaseOnThisDisk;
    private final AtomicBoolean unsynced = new AtomicBoolean();
    private volatile Consumer<String> whenSaved = callId -> { };

    /**
     * Opens the spool below {@code dataDir} and counts what waits there as used.
     *
     * @throws IOException when the spool cannot be written, or belongs to another process
     */
    public Ledger(DataSource dataSource, LedgerTables tables, LedgerProperties properties, Path dataDir,
            DatabaseHealth health, Reservations reservations, Clock clock) throws IOException {
        this(dataSource, LedgerSql.of(tables, Long.MAX_VALUE, TextWidths.OWN), DatabaseClock.here(), properties, dataDir, health, reservations, clock, false);
    }

    /**
     * @param sql                suits what the tables hold
     * @param databaseOnThisDisk the database is a file of this process: without room for the spool it has none either
     */
    Ledger(DataSource dataSource, LedgerSql sql, DatabaseClock databaseClock, LedgerProperties properties, Path dataDir, DatabaseHealth health,
            Reservations reservations, Clock clock, boolean databaseOnThisDisk) throws IOException {
        Path path = dataDir.resolve("spool").toAbsolutePath();
        this.dataDir = dataDir.toAbsolutePath().normalize();
        this.folder = FileOwner.claimFolder(path);
        this.health = health;
        this.unsaved = new Unsaved(clock);
        this.databaseOnThisDisk = databaseOnThisDisk;
        this.reservations = reservations;
        this.transactions = new Transactions(dataSource, properties.queryTimeout(), databaseClock);
        this.probes = new Probe(transactions, sql, clock);
        this.usageWriter = new UsageWriter(transactions, sql, clock, reservations.holds());
        this.attemptWriter = new AttemptWriter(transactions, sql);
        long bytes = properties.spoolMaxSize().toBytes();
        this.usages = new Spool<>(path, "usage", Usage.class, bytes, true);
        this.attempts = new Spool<>(path, "attempts", Attempt.class, bytes / 8, false);
        this.rejected = new Rejected(path, clock, bytes);
        this.usageReplay = new Replay<>(usages, new UsageDestination(usageWriter, reservations, spooled, awaited), rejected, health,
                clock, properties.probeEvery());
        this.attemptReplay = new Replay<>(attempts, new AttemptDestination(attemptWriter), rejected, health, clock, properties.probeEvery());
        this.longestWait = properties.queryTimeout();
        countSpooled();
        reservations.begin();
        this.writer = new JournalWriter(() -> bringOver(WITHOUT_END));
    }

    /** @see UsageWriter#pauseBy */
    void pauseBy(IntConsumer instead) {
        usageWriter.pauseBy(instead);
    }

    /**
     * Books one paid call. When this returns, the usage is synced to the journal; or, when the disk does not take it, in the
     * database; or, when neither does, in memory, from where {@link #replay()} writes it as soon as one does. {@link #canBook()}
     * is false until then.
     *
     * <p>Of a token of which the database has taken nothing lately, it waits for the database's word: so a call whose usage is
     * refused is known before the next one is paid for.
     *
     * @throws UncheckedIOException when too many wait in memory; the whole record then stands in the log as an ERROR
     */
    public Booking book(Usage usage) {
        return book(usage, !reservations.isProven(usage.tokenId()));
    }

    /** The same for a call that may have been booked before: waits for the database, which knows. */
    public Booking bookAgain(Usage usage) {
        return book(usage, true);
    }

    /** @param toTheEnd whether to wait until the database has taken it, or could not, for tollgate.ledger.query-timeout at most */
    Booking book(Usage usage, boolean toTheEnd) {
        reservations.spool(usage); // before it is written, so that a writer that is faster than this thread finds it counted
        spooled.incrementAndGet();
        if (toTheEnd) {
            awaited.put(usage.callId(), Booking.SPOOLED);
        }
        try {
            usages.append(usage);
        } catch (IOException e) {
            awaited.remove(usage.callId());
            return withoutJournal(usage, e);
        }
        if (!toTheEnd) {
            writer.wake();
            return Booking.SPOOLED;
        }
        bringOver(longestWait);
        return Objects.requireNonNullElse(awaited.remove(usage.callId()), Booking.SPOOLED);
    }

    /**
     * Returns when the database has been offered everything that was booked before, so that a reader of its tables sees it; at
     * once while the database is away, and after tollgate.ledger.query-timeout at most.
     */
    public void catchUp() {
        if (!health.isAway()) {
            bringOver(longestWait);
        }
    }

    /** Lets what an earlier process has left be brought over, without waiting for it. */
    void begin() {
        writer.wake();
    }

    /**
     * @param longest a caller does not work off what an outage has left; the writer does
     * @return how many records reached the database
     */
    private int bringOver(Duration longest) {
        if (!usages.hasFresh()) {
            return 0;
        }
        int written = 0;
        try {
            if (bringing.tryLock(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    if (usages.hasFresh() && health.mayWrite()) {
                        usages.rescueIfDisplaced();
                        written = usageReplay.fresh(longest).written();
                        delete(usages, usages.tidy(false));
                    }
                } finally {
                    bringing.unlock();
                    if (longest != WITHOUT_END && usages.hasFresh()) {
                        writer.wake();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            writer.wake();
        } catch (IOException | RuntimeException e) {
            LOG.error("The journal of usage cannot be brought to the database now; it is tried again", e);
        }
        return written;
    }

    /**
     * Whether a call that is paid for now could be put on record; when false, refuse it before it costs anything. It is false,
     * too, while files below data-dir have lost their names: what is written into those ends with the process.
     */
    public boolean canBook() {
        return !HeldFiles.isLostBelow(dataDir) && !folder.isContested() && unsaved.size() == 0
                && (health.isAway() ? usages.hasRoom() : !databaseOnThisDisk || usages.hasDisk());
    }

    /** Why the spool takes nothing more, and what mends it; empty while it does. */
    Optional<String> spoolTrouble() {
        if (unsaved.size() == 0 && (health.isAway() ? usages.hasRoom() : usages.hasDisk())) {
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

    /** Tells each time that a booking has changed a token's Status. */
    void whenExceeded(Runnable listener) {
        usageWriter.whenExceeded(listener);
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
                reservations.booked(usage.tokenId(), usageWriter.write(usage, reservations::postUncounted).used());
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

    /** Usage records in the journal that the database has not taken yet. */
    public long spooled() {
        return Math.max(0, spooled.get());
    }

    /** Bytes that usage takes on disk until the database has it. */
    long spooledBytes() {
        return usages.isDone() ? 0 : usages.bytes();
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
            usages.rescan();
            attempts.rescan();
            if (usages.isDone() && attempts.isDone()) {
                probe();
                tidy();
                return 0;
            }
            boolean hadUsage = !usages.isDone();
            Replay.Pass done = replay(usages, usageReplay);
            boolean goOn = done.goesOn() && (!hadUsage || !health.isAway());
            int written = done.written() + (goOn ? replay(attempts, attemptReplay).written() : 0);
            tidy();
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException("The spool cannot be replayed", e);
        } finally {
            replaying.unlock();
        }
    }

    private <T> Replay.Pass replay(Spool<T> spool, Replay<T> replay) throws IOException {
        Replay.Pass fresh;
        bringing.lock();
        try {
            fresh = replay.fresh(WITHOUT_END);
            spool.sealWaiting();
        } finally {
            bringing.unlock();
        }
        if (!fresh.goesOn()) {
            return fresh;
        }
        Replay.Pass left = replay.left();
        return new Replay.Pass(fresh.written() + left.written(), left.goesOn());
    }

    private void tidy() throws IOException {
        bringing.lock();
        try {
            delete(usages, usages.tidy(true));
            delete(attempts, attempts.tidy(true));
        } finally {
            bringing.unlock();
        }
    }

    /** H2 does not sync what it commits, so what it has taken leaves the journal when its file is synced, and not before. */
    private void delete(Spool<?> spool, List<Path> done) throws IOException {
        if (done.isEmpty()) {
            return;
        }
        if (databaseOnThisDisk) {
            try {
                transactions.call(statements -> statements.update("CHECKPOINT SYNC"));
            } catch (SQLException | RuntimeException e) {
                if (Fault.of(e).isOfTheDatabase()) {
                    LOG.debug("The database's file is not synced yet; the journal stays until it is", e);
                    return;
                }
                if (!unsynced.getAndSet(true)) {
                    LOG.warn("H2's file cannot be synced from here, so a power cut may cost what was booked in the seconds before: {}",
                            Fault.text(e));
                }
            }
        }
        for (Path file : done) {
            spool.delete(file);
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

    /** The disk is full, or its part of it: straight into the database. */
    private Booking withoutJournal(Usage usage, IOException full) {
        if (inDatabase(usage)) {
            return Booking.BOOKED;
        }
        if (unsaved.keep(usage, full)) {
            return Booking.IN_MEMORY;
        }
        spooled.decrementAndGet();
        LOG.error("Neither the database nor the spool took {}", usage, full);
        throw new UncheckedIOException("Usage of request " + usage.requestId() + " is on record in the log only", full);
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
            UsageWriter.Written booked = usageWriter.write(usage, reservations::post);
            health.wrote();
            if (booked.outcome() == Booking.ALREADY_BOOKED) {
                reservations.replayed(usage, booked.used());
            }
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
        writer.close();
        save();
        catchUp();
        try {
            tidy();
        } catch (IOException e) {
            LOG.warn("The journal of usage stays as it is; the next start brings over again what is in it: {}", e.toString());
        }
        unsaved.all().forEach(usage -> LOG.error("Neither the database nor the spool took {}", usage));
        try (folder; attempts; usages) {
            LOG.debug("Closing the ledger");
        }
    }
}
