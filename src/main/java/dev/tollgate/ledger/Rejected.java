package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the database will never take, kept with the reason until somebody looks. */
final class Rejected {

    private static final Logger LOG = LoggerFactory.getLogger(Rejected.class);

    private final Path file;
    private final Clock clock;

    Rejected(Path folder, Clock clock) {
        this.file = folder.resolve("rejected.ndjson");
        this.clock = clock;
    }

    void keep(Object record, String requestId, String reason) throws IOException {
        append(new Line(clock.instant(), reason, record, null));
        LOG.error("{} of request {} was refused and is kept in {}: {}",
                record.getClass().getSimpleName(), requestId, file, reason);
    }

    void keepDamaged(String raw, Path from, String reason) throws IOException {
        append(new Line(clock.instant(), reason, null, raw));
        LOG.error("A line of {} could not be read and is kept in {}: {}", from, file, reason);
    }

    private void append(Line line) throws IOException {
        try (Segment segment = Segment.open(file)) {
            segment.sync(segment.append(Json.line(line)));
        }
    }

    private record Line(Instant at, String reason, Object record, String damaged) {
    }
}
