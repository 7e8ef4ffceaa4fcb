package dev.tollgate.quota;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.CheckedLines;
import dev.tollgate.disk.FileOwner;
import dev.tollgate.disk.LineLog;

/**
 * A limit of calls in a calendar period for each value of a key: a {@link DailyQuota} a caller. All counts are in one file, to
 * which each call appends a line that is on disk (synced) before {@link #take} returns; callers that come together share one
 * sync. A crash can lose calls, never gain them.
 */
public final class KeyedQuota implements Closeable {

    /** Values of the key that may be counted in one period; a call with a further one is denied. */
    public static final int MOST_KEYS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(KeyedQuota.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Bytes of the file above which it is written anew, with a line for each key. */
    private static final long LONGEST_FILE = 8 << 20;

    private final FileOwner owner;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** Bound: {@link #MOST_KEYS}, of at most 200 characters each where the kit makes them. */
    private final Map<String, QuotaState> states = new LinkedHashMap<>();
    private volatile QuotaSettings settings;
    /** Where several gateways count together; null for a gateway that counts for itself. The file is then a copy. */
    private final @Nullable SharedQuota shared;
    private @Nullable LineLog log;
    /** Of all gateways, where they count together. */
    private QuotaState sum = new QuotaState(LocalDate.MIN, 0);
    private int sharedKeys;

    private KeyedQuota(QuotaSettings settings, Clock clock, @Nullable SharedCount shared, FileOwner owner) {
        this.settings = settings;
        this.clock = clock;
        this.owner = owner;
        this.shared = shared == null ? null : new SharedQuota(shared, () -> this.settings, this::see, this::counted);
    }

    /**
     * Takes over the counts of a file, or starts one.
     *
     * @throws dev.tollgate.disk.FileInUseException when another process owns the file
     * @throws IOException when it cannot be read; damage inside it is said, and what can be read of it counts
     */
    public static KeyedQuota open(QuotaSettings settings, Clock clock) throws IOException {
        return open(settings, clock, null);
    }

    /**
     * Counts together with other gateways, by their clock. What the file has counted for this gateway alone is added once; from
     * then on the file says what all have counted for the keys that this one has met.
     */
    public static KeyedQuota open(QuotaSettings settings, SharedCount shared) throws IOException {
        KeyedQuota quota = open(settings, shared.clock(), shared);
        shared.watch(() -> quota.settings, quota::see);
        return quota;
    }

    private static KeyedQuota open(QuotaSettings settings, Clock clock, @Nullable SharedCount shared) throws IOException {
        FileOwner owner = FileOwner.claim(settings.file());
        try {
            KeyedQuota quota = new KeyedQuota(settings, clock, shared, owner);
            LineLog.recover(settings.file());
            Map<String, QuotaState> own = quota.read();
            if (shared != null) {
                shared.add(own, true, settings);
            }
            quota.rewrite();
            return quota;
        } catch (IOException | RuntimeException failed) {
            owner.close();
            throw failed;
        }
    }

    /** @return what was counted for this gateway alone */
    private Map<String, QuotaState> read() throws IOException {
        Map<String, QuotaState> own = new HashMap<>();
        if (Files.notExists(settings.file())) {
            return own;
        }
        try (CheckedLines lines = CheckedLines.open(settings.file())) {
            for (CheckedLines.Line line = lines.next(); line != null; line = lines.next()) {
                if (line.line().isReadable()) {
                    JsonNode count = JSON.readTree(line.line().json());
                    String key = count.path("key").asText();
                    QuotaState state = new QuotaState(settings.period().startOf(LocalDate.parse(count.path("day").asText())),
                            Math.max(0, count.path("calls").asInt()));
                    states.put(key, state);
                    if (count.path(QuotaFile.SHARED).asBoolean()) {
                        own.remove(key);
                    } else {
                        own.put(key, state);
                    }
                }
            }
        }
        return own;
    }

    /**
     * Counts one call of a key, if the period has room for it. Blocks until the count is on disk.
     *
     * @return Granted with the permit, or Denied, also when the count cannot be written
     */
    public QuotaDecision take(String key) {
        return shared == null ? takeHere(key) : shared.take(key);
    }

    private QuotaDecision takeHere(String key) {
        while (true) {
            Permit permit = null;
            int calls;
            try {
                Written written;
                lock.lock();
                try {
                    Instant now = clock.instant();
                    LocalDate today = settings.dayOf(now);
                    QuotaState state = states.getOrDefault(key, new QuotaState(today, 0)).on(today);
                    if (!fits(key, today)) {
                        return settings.full(now);
                    }
                    if (!state.allows(today, settings.limit())) {
                        return settings.denied(state, now);
                    }
                    written = count(key, state.counted());
                    calls = state.callsToday() + 1;
                    permit = new Permit(today);
                } finally {
                    lock.unlock();
                }
                written.log.sync(written.position);
            } catch (IOException unwritten) {
                return unrecorded(key, permit, unwritten);
            }
            if (settings.dayOf(clock.instant()).equals(permit.day())) {
                return new QuotaDecision.Granted(calls, permit);
            }
            // The period ended while the count was written: the call would leave in one that has not counted it.
        }
    }

    /** Takes a count back, of a request that certainly never left; see {@link DailyQuota#giveBack}. */
    public GiveBack giveBack(String key, Permit permit) {
        if (!permit.release()) {
            return GiveBack.ALREADY_RETURNED;
        }
        if (shared != null) {
            return shared.giveBack(key, permit);
        }
        lock.lock();
        try {
            QuotaState state = states.get(key);
            if (state == null || !state.day().equals(permit.day())) {
                return GiveBack.DAY_OVER;
            }
            count(key, state.givenBack(permit.day()));
            return GiveBack.RETURNED;
        } catch (IOException e) {
            LOG.warn("A call that was given back still counts in {}: {}", settings.file(), e.toString());
            return GiveBack.RETURNED;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a call may still leave on its permit, see {@link SharedQuota#isGood}; always, where one gateway counts for itself. */
    public boolean isGood(Permit permit) {
        return shared == null || shared.isGood(permit);
    }

    /** A call has ended, whatever it brought; see {@link SharedQuota#ended}. */
    public void ended(String key, Permit permit) {
        if (shared != null) {
            shared.ended(key, permit);
        }
    }

    /** How a call of that key would be denied now; empty when there is room for it. Counts nothing. */
    public Optional<QuotaDecision.Denied> denial(String key) {
        QuotaState seen = shared == null ? counted(key) : shared.look(key).orElseGet(() -> counted(key));
        Instant now = clock.instant();
        LocalDate today = settings.dayOf(now);
        QuotaState state = seen.on(today);
        return state.allows(today, settings.limit()) ? Optional.empty() : Optional.of(settings.denied(state, now));
    }

    private QuotaState counted(String key) {
        lock.lock();
        try {
            return states.getOrDefault(key, new QuotaState(settings.dayOf(clock.instant()), 0));
        } finally {
            lock.unlock();
        }
    }

    /** What all have counted, into the file in case this gateway is alone one day. */
    private void see(String key, QuotaState all) {
        lock.lock();
        try {
            QuotaState before = states.get(key);
            if (before == null ? fits(key, all.day()) : !before.equals(all) && !all.day().isBefore(before.day())) {
                count(key, all);
            }
        } catch (IOException e) {
            LOG.warn("{} does not say what the nodes have counted: {}", settings.file(), e.toString());
        } finally {
            lock.unlock();
        }
    }

    private void see(QuotaState all, int keys) {
        lock.lock();
        try {
            sum = all;
            sharedKeys = keys;
        } finally {
            lock.unlock();
        }
    }

    /** Goes on with other numbers; what was counted stays. */
    public void change(int limit, ZoneId zone, CalendarPeriod period) {
        lock.lock();
        try {
            settings = new QuotaSettings(settings.file(), limit, zone, settings.onCorruptState(), period);
            states.replaceAll((key, state) -> new QuotaState(period.startOf(state.day()), state.callsToday()));
        } finally {
            lock.unlock();
        }
    }

    /** The calls of all keys in this period; the limit is that of each. */
    public QuotaView view() {
        lock.lock();
        try {
            Instant now = clock.instant();
            LocalDate today = settings.dayOf(now);
            int calls = shared != null ? sum.on(today).callsToday() : (int) Math.min(Integer.MAX_VALUE, states.values().stream()
                    .mapToLong(state -> state.callsShownOn(today, settings.limit())).sum());
            return new QuotaView(calls, settings.limit(), settings.resetsAt(new QuotaState(today, calls), now), 0);
        } finally {
            lock.unlock();
        }
    }

    /** Values of the key with a call in this period. */
    public int keys() {
        lock.lock();
        try {
            LocalDate today = settings.dayOf(clock.instant());
            return shared != null ? sum.day().isBefore(today) ? 0 : sharedKeys
                    : (int) states.values().stream().filter(state -> !state.day().isBefore(today)).count();
        } finally {
            lock.unlock();
        }
    }

    /** @param position up to which the log must be synced */
    private record Written(LineLog log, long position) {
    }

    private Written count(String key, QuotaState state) throws IOException {
        LineLog open = log;
        if (open == null || open.isBroken() || open.isDisplaced() || open.length() > LONGEST_FILE) {
            open = rewrite();
        }
        long position = open.append(line(key, state));
        states.put(key, state);
        return new Written(open, position);
    }

    /** A new file with one line a key; the old one stands until the new one is whole. */
    private LineLog rewrite() throws IOException {
        if (log != null) {
            log.abandon();
            log = null;
        }
        forgetOthersThan(settings.dayOf(clock.instant()));
        Path next = settings.file().resolveSibling(settings.file().getFileName() + ".new");
        LineLog.delete(next);
        try (LineLog fresh = LineLog.open(next, LineLog.Durability.SYNCED)) {
            for (Map.Entry<String, QuotaState> one : states.entrySet()) {
                fresh.append(line(one.getKey(), one.getValue()));
            }
        }
        LineLog.move(next, settings.file());
        LineLog rewritten = LineLog.open(settings.file(), LineLog.Durability.SYNCED);
        log = rewritten;
        return rewritten;
    }

    private byte[] line(String key, QuotaState state) throws IOException {
        ObjectNode line = JSON.createObjectNode().put("key", key).put("day", state.day().toString()).put("calls", state.callsToday());
        return CheckedLine.seal(JSON.writeValueAsBytes(shared == null ? line : line.put(QuotaFile.SHARED, true)));
    }

    private boolean fits(String key, LocalDate today) {
        return states.containsKey(key) || states.size() < MOST_KEYS || forgetOthersThan(today);
    }

    /** @return whether there is room for another key then */
    private boolean forgetOthersThan(LocalDate today) {
        states.values().removeIf(state -> state.day().isBefore(today));
        return states.size() < MOST_KEYS;
    }

    private QuotaDecision.Denied unrecorded(String key, @Nullable Permit permit, IOException unwritten) {
        LOG.error("A call was denied because its count cannot be written to {}", settings.file(), unwritten);
        lock.lock();
        try {
            if (permit != null) {
                states.computeIfPresent(key, (same, state) -> state.givenBack(permit.day()));
            }
            Instant now = clock.instant();
            LocalDate today = settings.dayOf(now);
            return settings.denied(states.getOrDefault(key, new QuotaState(today, 0)), now, "the call could not be counted on disk");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        if (shared != null) {
            shared.close();
        }
        lock.lock();
        try (FileOwner held = owner) {
            if (log != null) {
                log.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
