package dev.tollgate.ledger;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.LineLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the database will never take, kept with the reason until somebody looks. Whoever has looked may remove the file. */
final class Rejected {

    private static final Logger LOG = LoggerFactory.getLogger(Rejected.class);

    private final Path file;
    private final Clock clock;

    /** @throws IOException when the file is there and cannot be read at all */
    Rejected(Path folder, Clock clock) throws IOException {
        this.file = folder.resolve("rejected.ndjson");
        this.clock = clock;
        forgetIfRemoved();
        LineLog.recover(file);
    }

    void keep(Object record, String requestId, String reason) throws IOException {
        append(new Line(clock.instant(), reason, record, null, null));
        LOG.error("{} of request {} was refused and is kept in {}: {}",
                record.getClass().getSimpleName(), requestId, file, reason);
    }

    void keepDamaged(CheckedLine raw, Path from, long number, String reason) throws IOException {
        boolean isText = Arrays.equals(raw.text().getBytes(StandardCharsets.UTF_8), raw.json());
        append(new Line(clock.instant(), reason, null, isText ? raw.text() : null, isText ? null : raw.json()));
        LOG.error("Line {} of {} could not be read and is kept in {}: {}", number, from, file, reason);
    }

    private void append(Line line) throws IOException {
        forgetIfRemoved();
        try (LineLog log = LineLog.open(file, LineLog.Durability.SYNCED)) {
            log.sync(log.append(Json.line(line)));
        }
    }

    private void forgetIfRemoved() throws IOException {
        if (Files.notExists(file)) {
            LineLog.delete(file);
        }
    }

    /**
     * @param damaged what stood in a line that cannot be read
     * @param bytes   the same where it is no text; base64 in the file
     */
    private record Line(Instant at, String reason, Object record, String damaged, byte[] bytes) {
    }
}
