package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;

import org.springframework.util.unit.DataSize;

import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseHealth;

/** A ledger with its surroundings, as the application builds it. */
final class Bench implements AutoCloseable {

    static final Instant AT = Instant.parse("2026-03-01T11:59:58Z");

    final ManualClock clock = new ManualClock();
    final DatabaseHealth health;
    final Reservations reservations;
    final Ledger ledger;

    Bench(DataSource dataSource, Path dataDir) throws IOException {
        this(dataSource, dataDir, DataSize.ofMegabytes(64));
    }

    Bench(DataSource dataSource, Path dataDir, DataSize spoolMax) throws IOException {
        this(dataSource, dataDir, spoolMax, Duration.ofSeconds(5));
    }

    Bench(DataSource dataSource, Path dataDir, DataSize spoolMax, Duration queryTimeout) throws IOException {
        LedgerProperties properties = new LedgerProperties(spoolMax, queryTimeout, Duration.ofSeconds(5),
                Duration.ofMinutes(15), Duration.ofMinutes(15), 100, Duration.ZERO);
        health = new DatabaseHealth(clock, properties.probeEvery());
        reservations = new Reservations(clock, properties.reservationLease(), properties.lastKnownFor());
        ledger = new Ledger(dataSource, TestTables.NAMES, properties, dataDir, health, reservations, clock);
    }

    static Usage usage(String callId, Long tokenId, long total) {
        return usage(callId, "req-" + callId, tokenId, total);
    }

    static Usage usage(String callId, String requestId, Long tokenId, long total) {
        return new Usage(callId, requestId, tokenId, "NT047", "Main", "anna", total, 0, total, 0, 0, total, AT);
    }

    /** Books and waits for the database's word, so that its tables can be looked at. */
    Booking book(Usage usage) {
        return ledger.book(usage, true);
    }

    /** The next attempt at a database that is away is due. */
    int replayWhenDue() {
        clock.advance(Duration.ofSeconds(6));
        return ledger.replay();
    }

    @Override
    public void close() throws IOException {
        ledger.close();
    }
}
