package dev.tollgate.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.LineLog;
import dev.tollgate.disk.OwnerOnly;

/**
 * A journal of calls that are being paid for just now. When the process is killed meanwhile, the next start names each
 * of them in a warning with the most tokens that may be missing. Not synced: it survives a kill, not a power cut.
 */
public final class InFlight implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(InFlight.class);
    private static final Duration REMIND = Duration.ofMinutes(1);
    /** Callers wait while it is written anew: not after a few hundred calls, and a start reads what has gathered in milliseconds. */
    private static final long COMPACT_IDLE = 1 << 20;
    private static final long COMPACT_BUSY = 4 << 20;

    private final Path file;
    private final Clock clock;
    private final Predicate<String> inMemory;
    private final ReentrantLock lock = new ReentrantLock();
    /** Bound: calls on their way. */
    private final Map<String, Call> open = new LinkedHashMap<>();
    private LineLog journal;
    private Instant told;
    private long compactAbove = COMPACT_BUSY;

    InFlight(Path folder, Clock clock) throws IOException {
        this(folder, clock, callId -> false);
    }

    /** @param inMemory calls whose usage is not on record yet: they stay open until it is */
    InFlight(Path folder, Clock clock, Predicate<String> inMemory) throws IOException {
        this.inMemory = inMemory;
        this.file = folder.resolve("inflight.log");
        this.clock = clock;
        OwnerOnly.folders(folder);
        unresolved().values().forEach(call -> LOG.warn(
                "Request {} was cut off by a crash; up to {} tokens of token {} may not be accounted for (call {}, begun {})",
                call.requestId(), call.estimate(), call.tokenId(), call.callId(), call.at()));
        LineLog.delete(file);
        journal = opened(file);
    }

    /**
     * Just before the upstream call.
     *
     * @param tokenId  null for the fallback key
     * @param estimate bound of the tokens the call may use
     */
    public void begin(String callId, String requestId, Long tokenId, long estimate) {
        Call call = new Call(callId, requestId, tokenId, estimate, clock.instant());
        byte[] line = line(new Line(call, null)); // before the lock, which all calls meet at
        lock.lock();
        try {
            open.put(callId, call);
            write(line);
        } finally {
            lock.unlock();
        }
    }

    /** After the usage is booked, or when the call certainly cost nothing. A second time does nothing. */
    public void end(String callId) {
        byte[] line = line(new Line(null, callId));
        lock.lock();
        try {
            if (!inMemory.test(callId) && open.remove(callId) != null) {
                write(line);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Calls whose usage is not on record yet. */
    int open() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    /** A journal that cannot be written is no reason to refuse calls: the usage itself is booked elsewhere. */
    private void write(byte[] line) {
        try {
            if (journal == null || journal.isBroken() || journal.wasDisplaced() || journal.length() > (open.isEmpty() ? COMPACT_IDLE : compactAbove)) {
                rewrite();
            } else {
                journal.append(line);
            }
        } catch (IOException e) {
            if (told == null || !clock.instant().isBefore(told.plus(REMIND))) {
                told = clock.instant();
                LOG.warn("Calls in flight are not journalled: {}", e.toString());
            }
        }
    }

    /** A new file with the open calls alone; the old one stands until the new one is whole. */
    private void rewrite() throws IOException {
        if (journal != null) {
            journal.abandon();
            journal = null;
        }
        Path next = file.resolveSibling("inflight.new");
        LineLog.delete(next);
        try (LineLog segment = opened(next)) {
            for (Call call : open.values()) {
                segment.append(line(new Line(call, null)));
            }
        }
        LineLog.move(next, file);
        journal = opened(file);
        compactAbove = Math.max(COMPACT_BUSY, 2 * journal.length());
    }

    private static byte[] line(Line line) {
        try {
            return Json.line(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e); // texts, numbers and a time: there is nothing that is no JSON
        }
    }

    private static LineLog opened(Path path) throws IOException {
        return LineLog.open(path, LineLog.Durability.WRITTEN);
    }

    private Map<String, Call> unresolved() throws IOException {
        Map<String, Call> calls = new LinkedHashMap<>();
        LineLog.recover(file);
        if (Files.notExists(file)) {
            return calls;
        }
        try (SpoolLines<Line> lines = new SpoolLines<>(file, Line.class)) {
            for (SpoolLines.Line<Line> line = lines.next(); line != null; line = lines.next()) {
                if (line.record() == null) {
                    LOG.error("Line {} of {} cannot be used: {}", line.number(), file, line.damage());
                } else if (line.record().end() != null) {
                    calls.remove(line.record().end());
                } else if (line.record().begin() != null) {
                    calls.put(line.record().begin().callId(), line.record().begin());
                }
            }
        }
        return calls;
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (journal != null) {
                journal.abandon();
            }
        } finally {
            lock.unlock();
        }
    }

    private record Line(Call begin, String end) {
    }

    private record Call(String callId, String requestId, Long tokenId, long estimate, Instant at) {
    }
}
