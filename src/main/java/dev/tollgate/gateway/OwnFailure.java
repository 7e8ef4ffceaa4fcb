package dev.tollgate.gateway;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import dev.tollgate.cluster.DatabaseAwayException;
import dev.tollgate.database.Fault;

/** What a caller is told when it is the gateway's own database or disk that failed, and not the caller or an upstream. */
public final class OwnFailure {

    private static final Duration SOON = Duration.ofSeconds(5);

    private OwnFailure() {
    }

    /** 503 with Retry-After and a sentence that says what is full or away; empty for every other failure. */
    public static Optional<Refusal> refusal(Throwable thrown) {
        return sentence(thrown).map(text -> Refusal.until(503, text + " Try again later.", SOON));
    }

    private static Optional<String> sentence(Throwable thrown) {
        if (Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(20).anyMatch(Refusal.class::isInstance)) {
            return Optional.empty();
        }
        switch (thrown instanceof DatabaseAwayException ? Fault.AWAY : Fault.of(thrown)) {
            case FULL:
                return Optional.of("Nothing was changed: the disk of the gateway's database is full.");
            case READ_ONLY:
                return Optional.of("Nothing was changed: the gateway's database is read-only.");
            case DENIED:
                return Optional.of("Nothing was changed: a table, a column or a right is missing in the gateway's database.");
            case HELD_UP:
                return Optional.of("Nothing was changed: the gateway's database took too long, for a row that is locked there for example.");
            case AWAY:
                return Optional.of("Nothing was changed: the gateway's database is away.");
            default:
                boolean full = Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(20).anyMatch(Fault::isFullDisk);
                return full ? Optional.of("The gateway's disk is full, below tollgate.data-dir.") : Optional.empty();
        }
    }
}
