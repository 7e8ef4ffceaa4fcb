package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;

import com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.LineLog;

/**
 * What the database will never take as it stands, kept with the reason until somebody has mended that and asks for it to be
 * tried again. Whoever has looked may remove the file.
 */
final class Rejected {

    private static final Logger LOG = LoggerFactory.getLogger(Rejected.class);

    private final Path file;
    private final Clock clock;
    private final long maxBytes;
    private volatile long lines;

    /**
     * @param maxBytes from this size on {@link #hasRoom} is false
     * @throws IOException when the file is there and cannot be read at all
     */
    Rejected(Path folder, Clock clock, long maxBytes) throws IOException {
        this.file = folder.resolve("rejected.ndjson");
        this.clock = clock;
        this.maxBytes = maxBytes;
        forgetIfRemoved();
        LineLog.recover(file);
        if (Files.exists(file)) {
            try (SpoolLines<Kept> kept = new SpoolLines<>(file, Kept.class)) {
                while (kept.next() != null) {
                    lines++;
                }
            }
        }
    }

    /** Says whether a record is taken now. */
    interface Taker {

        /** @return why it is not taken; null when it is where it belongs */
        String refuses(JsonNode record, String before) throws IOException;
    }

    /** How many lines wait here; 0 once somebody has removed the file. */
    long count() {
        return lines == 0 || Files.notExists(file) ? 0 : lines;
    }

    /** Whether more may be kept; what finds no room stays in the spool, which has a bound of its own. */
    boolean hasRoom() {
        return file.toFile().length() < maxBytes;
    }

    synchronized void keep(Object record, String requestId, String reason) throws IOException {
        append(new Line(clock.instant(), reason, record, null, null));
        LOG.error("{} of request {} was refused and is kept in {}: {}",
                record.getClass().getSimpleName(), requestId, file, reason);
    }

    synchronized void keepDamaged(CheckedLine raw, Path from, long number, String reason) throws IOException {
        boolean isText = Arrays.equals(raw.text().getBytes(StandardCharsets.UTF_8), raw.json());
        append(new Line(clock.instant(), reason, null, isText ? raw.text() : null, isText ? null : raw.json()));
        LOG.error("Line {} of {} could not be read and is kept in {}: {}", number, from, file, reason);
    }

    /** Offers every record once more; a new file with those that stay takes the place of the old one when it is whole. */
    synchronized void replay(Taker taker) throws IOException {
        if (count() == 0) {
            return;
        }
        Path next = file.resolveSibling("rejected.new");
        LineLog.delete(next);
        long left = 0;
        try (SpoolLines<Kept> kept = new SpoolLines<>(file, Kept.class);
                LineLog rest = LineLog.open(next, LineLog.Durability.SYNCED)) {
            for (SpoolLines.Line<Kept> line = kept.next(); line != null; line = kept.next()) {
                Kept record = line.record();
                String reason = record == null || record.record() == null ? "damaged" : taker.refuses(record.record(), record.reason());
                if (reason != null) {
                    left++;
                    rest.append(record == null ? CheckedLine.seal(line.raw().json())
                            : Json.line(new Kept(record.at(), reason, record.record(), record.damaged(), record.bytes())));
                }
            }
            rest.sync(rest.length());
        }
        if (left == 0) {
            LineLog.delete(file);
            LineLog.delete(next);
        } else {
            LineLog.move(next, file);
        }
        lines = left;
    }

    private void append(Line line) throws IOException {
        forgetIfRemoved();
        try (LineLog log = LineLog.open(file, LineLog.Durability.SYNCED)) {
            log.sync(log.append(Json.line(line)));
        }
        lines++;
    }

    private void forgetIfRemoved() throws IOException {
        if (Files.notExists(file)) {
            LineLog.delete(file);
            lines = 0;
        }
    }

    /**
     * @param damaged what stood in a line that cannot be read
     * @param bytes   the same where it is no text; base64 in the file
     */
    private record Line(Instant at, String reason, Object record, String damaged, byte[] bytes) {
    }

    /** The same as it is read. */
    private record Kept(Instant at, String reason, JsonNode record, String damaged, byte[] bytes) {
    }
}
