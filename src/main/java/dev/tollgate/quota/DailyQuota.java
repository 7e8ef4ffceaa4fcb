package dev.tollgate.quota;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import dev.tollgate.disk.DurableFiles;
import dev.tollgate.disk.FileOwner;
import dev.tollgate.disk.GroupCommit;
import dev.tollgate.disk.HeldFiles;

/**
 * A limit of calls per calendar day, kept in a file that one process owns.
 *
 * <p>A call is counted before it leaves, and the count is on disk (synced) before {@link #take()} returns; callers that come
 * together share one such write. A crash can therefore lose calls, never gain them. The day is derived from the clock at each
 * decision: there is no reset job that could run late.
 */
public final class DailyQuota implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(DailyQuota.class);

    private static final Duration GATHER = Duration.ofNanos(500_000);

    private volatile QuotaSettings settings;
    private final Clock clock;
    private final CountFile file;
    private final FileOwner owner;
    private final GroupCommit<QuotaState> commits;
    private final ReentrantLock lock = new ReentrantLock();
    /** Where several gateways count together; null for a gateway that counts for itself. The file is then a copy for readers. */
    private final @Nullable SharedQuota shared;
    /** What was counted in a file that is gone. */
    private final QuotaState lost;
    private QuotaState state;
    private boolean marks = true;

    private DailyQuota(QuotaSettings settings, Clock clock, @Nullable SharedCount shared, QuotaTakeover takeover, QuotaState lost, FileOwner owner) {
        this.settings = settings;
        this.clock = clock;
        this.shared = shared == null ? null : new SharedQuota(shared, () -> this.settings, (key, all) -> see(all), key -> counted());
        this.file = new CountFile(settings.file(), takeover.others());
        this.state = takeover.state();
        this.lost = lost;
        this.owner = owner;
        HeldFiles.holdRewritten(settings.file());
        this.commits = new GroupCommit<>("tollgate-quota-writer", this::writeNewest, GATHER);
    }

    /**
     * Takes over the state file, or starts one at the first call. A file that cannot be trusted (not JSON, negative,
     * over the limit, of a day to come) is copied to {@code .corrupt-<time>}, and the day counts as
     * {@link OnCorruptState} says. Where there is no file although calls of today were counted in one, the day begins at 0,
     * and the log and {@link QuotaView#uncounted} say so.
     *
     * @throws dev.tollgate.disk.FileInUseException when another process owns the file
     * @throws IOException                          when the file cannot be read or the copy not be written
     */
    public static DailyQuota open(QuotaSettings settings, Clock clock) throws IOException {
        return open(settings, clock, null);
    }

    /**
     * Counts together with other gateways, by their clock. What the file has counted for this gateway alone is added once; from
     * then on the file says what all have counted, for whoever reads it.
     */
    public static DailyQuota open(QuotaSettings settings, SharedCount shared) throws IOException {
        DailyQuota quota = open(settings, shared.clock(), shared);
        shared.watch(() -> quota.settings, (all, keys) -> quota.see(all));
        return quota;
    }

    private static DailyQuota open(QuotaSettings settings, Clock clock, @Nullable SharedCount shared) throws IOException {
        FileOwner owner = FileOwner.claim(settings.file());
        try {
            DurableFiles.dropUnfinished(settings.file());
            Instant now = clock.instant();
            LocalDate today = settings.dayOf(now);
            QuotaFile.Reading reading = QuotaFile.read(settings.file(), settings.zone());
            QuotaTakeover takeover = QuotaTakeover.of(reading, today, settings);
            QuotaState lost = reading instanceof QuotaFile.Reading.Absent ? lost(settings, today) : new QuotaState(today, 0);
            if (takeover.suspicion() != null) {
                Path copy = DurableFiles.keepAside(settings.file(), now);
                QuotaFile.write(settings.file(), takeover.state(), takeover.others());
                LOG.error("The quota state {} cannot be trusted: {}. It is kept as {}; {} counts as {}.", settings.file(),
                        takeover.suspicion(), copy.getFileName(), today, settings.onCorruptState());
            }
            share(settings, today, takeover, shared);
            return new DailyQuota(settings, clock, shared, takeover, lost, owner);
        } catch (IOException | RuntimeException failed) {
            owner.close();
            throw failed;
        }
    }

    /** Adds the file's own count to the shared one, once: the file then says that it is a copy. */
    private static void share(QuotaSettings settings, LocalDate today, QuotaTakeover takeover, @Nullable SharedCount shared) throws IOException {
        boolean copy = takeover.others().has(QuotaFile.SHARED);
        if (shared == null) {
            takeover.others().remove(QuotaFile.SHARED);
        } else if (!copy) {
            if (takeover.state().day().equals(today) && takeover.state().callsToday() > 0) {
                shared.add(Map.of("", takeover.state()), takeover.suspicion() == null, settings);
            }
            takeover.others().put(QuotaFile.SHARED, true);
            QuotaFile.write(settings.file(), takeover.state(), takeover.others());
        }
    }

    private static QuotaState lost(QuotaSettings settings, LocalDate today) throws IOException {
        QuotaState before = QuotaFile.read(QuotaFile.markOf(settings.file()), settings.zone()) instanceof QuotaFile.Reading.Valid mark
                ? mark.state().on(today) : new QuotaState(today, 0);
        if (before.day().equals(today) && before.callsToday() > 0) {
            LOG.warn("The quota state {} was deleted while the gateway was stopped: {} calls of {} were counted in it, and are "
                    + "counted no more. Put it back, or expect that the day costs up to {} calls more.", settings.file(),
                    before.callsToday(), today, before.callsToday());
        }
        return before;
    }

    /**
     * Counts one call, if the day has room for it. Blocks until the count is on disk: milliseconds, whatever the number of
     * callers. A denial writes nothing and waits for nothing.
     *
     * @return Granted with the permit, or Denied, also when the count cannot be written
     */
    public QuotaDecision take() {
        return shared == null ? takeHere() : shared.take("");
    }

    /** What all have counted, into the file for whoever reads it. */
    private void see(QuotaState all) {
        lock.lock();
        try {
            if (all.equals(state) || all.day().isBefore(state.day())) {
                return;
            }
            state = all;
            commits.submit(state).whenComplete((done, failed) -> {
                if (failed != null) {
                    LOG.warn("{} does not say what the nodes have counted: {}", settings.file(), failed.toString());
                }
            });
        } finally {
            lock.unlock();
        }
    }

    /** Whether a call may still leave on its permit, see {@link SharedQuota#isGood}; always, where one gateway counts for itself. */
    public boolean isGood(Permit permit) {
        return shared == null || shared.isGood(permit);
    }

    /** A call has ended, whatever it brought; see {@link SharedQuota#ended}. */
    public void ended(Permit permit) {
        if (shared != null) {
            shared.ended("", permit);
        }
    }

    private QuotaDecision takeHere() {
        while (true) {
            Permit permit;
            int callsToday;
            CompletableFuture<Void> durable;
            lock.lock();
            try {
                Instant now = clock.instant();
                LocalDate today = settings.dayOf(now);
                state = state.on(today);
                if (!state.allows(today, settings.limit())) {
                    return settings.denied(state, now);
                }
                state = state.counted();
                callsToday = state.callsToday();
                permit = new Permit(today);
                durable = commits.submit(state);
            } finally {
                lock.unlock();
            }
            try {
                GroupCommit.await(durable);
            } catch (IOException unwritten) {
                return unrecorded(permit, unwritten);
            }
            if (today().equals(permit.day())) {
                return new QuotaDecision.Granted(callsToday, permit);
            }
            // Midnight passed while the count was written: the call would leave on a day that has not counted it.
        }
    }

    /**
     * Takes a count back. Only for a request that certainly never left (no connection, refused before sending): one
     * that timed out may have been served and billed.
     */
    public GiveBack giveBack(Permit permit) {
        if (!permit.release()) {
            return GiveBack.ALREADY_RETURNED;
        }
        if (shared != null) {
            return shared.giveBack("", permit);
        }
        lock.lock();
        try {
            state = state.on(today());
            if (!permit.day().equals(state.day())) {
                return GiveBack.DAY_OVER;
            }
            state = state.givenBack(permit.day());
            commits.submit(state).whenComplete((done, failed) -> {
                if (failed != null) {
                    LOG.warn("A call that was given back still counts in {}: {}", settings.file(), failed.toString());
                }
            });
            return GiveBack.RETURNED;
        } finally {
            lock.unlock();
        }
    }

    /** Goes on with another limit or zone; what was counted stays. The file is that of the beginning. */
    public void change(int limit, ZoneId zone) {
        change(limit, zone, settings.period());
    }

    /** The same with another period: what was counted stays, and counts for the period of the day it was counted on. */
    public void change(int limit, ZoneId zone, CalendarPeriod period) {
        lock.lock();
        try {
            settings = new QuotaSettings(settings.file(), limit, zone, settings.onCorruptState(), period);
            state = new QuotaState(period.startOf(state.day()), state.callsToday());
        } finally {
            lock.unlock();
        }
    }

    /** The quota now; counts nothing. */
    public QuotaView view() {
        lock.lock();
        try {
            Instant now = clock.instant();
            LocalDate today = settings.dayOf(now);
            return new QuotaView(state.callsShownOn(today, settings.limit()), settings.limit(), settings.resetsAt(state, now),
                    lost.day().equals(today) ? lost.callsToday() : 0);
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is queued and gives the file free. */
    @Override
    public void close() throws IOException {
        if (shared != null) {
            shared.close();
        }
        commits.close();
        file.close();
        HeldFiles.release(settings.file());
        owner.close();
    }

    /** How a call that came now would be denied; empty when the day has room for it. Counts nothing. */
    public Optional<QuotaDecision.Denied> denial() {
        lock.lock();
        try {
            Instant now = clock.instant();
            LocalDate today = settings.dayOf(now);
            return state.on(today).allows(today, settings.limit()) ? Optional.empty() : Optional.of(settings.denied(state, now));
        } finally {
            lock.unlock();
        }
    }

    private QuotaState counted() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    private LocalDate today() {
        return settings.dayOf(clock.instant());
    }

    private QuotaDecision.Denied unrecorded(Permit permit, IOException unwritten) {
        LOG.error("A call was denied because its count cannot be written to {}", settings.file(), unwritten);
        lock.lock();
        try {
            state = state.givenBack(permit.day());
            return settings.denied(state, clock.instant(), "the call could not be counted on disk");
        } finally {
            lock.unlock();
        }
    }

    private void writeNewest(List<QuotaState> batch) throws IOException {
        QuotaState newest = batch.get(batch.size() - 1);
        file.write(newest);
        mark(newest);
    }

    /** A mark that cannot be written is no reason to refuse what the file took. */
    private void mark(QuotaState newest) {
        try {
            file.mark(newest);
            marks = true;
        } catch (IOException e) {
            LOG.atLevel(marks ? Level.WARN : Level.DEBUG).log("{} cannot be written: {}", QuotaFile.markOf(settings.file()), e.toString());
            marks = false;
        }
    }
}
