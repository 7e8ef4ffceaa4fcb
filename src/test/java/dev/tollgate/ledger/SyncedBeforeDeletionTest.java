package dev.tollgate.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.FullDisk;
import dev.tollgate.database.TextWidths;

import static org.assertj.core.api.Assertions.assertThat;

/** A power cut takes what a file system has not synced; H2 leaves its commits to that. */
class SyncedBeforeDeletionTest {

    @TempDir
    Path folder;

    @Test
    void usageLeavesTheJournalOnlyWhenTheFileOfH2IsSynced() throws Exception {
        FullDisk.register();
        ManualClock clock = new ManualClock();
        LedgerProperties properties = new LedgerProperties(DataSize.ofMegabytes(64), Duration.ofSeconds(30), Duration.ofSeconds(5),
                Duration.ofMinutes(15), Duration.ofMinutes(15), 100, Duration.ZERO);
        Path journal = folder.resolve("spool/usage.ndjson");
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl("jdbc:h2:full:" + folder.resolve("books") + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0");
            TestTables tables = TestTables.create(database);
            long token = tables.token("NT047", 1_000_000);
            try (Ledger ledger = new Ledger(database, LedgerSql.of(TestTables.NAMES, Long.MAX_VALUE, TextWidths.OWN), DatabaseClock.here(), properties, folder,
                    new DatabaseHealth(clock, properties.probeEvery()), new Reservations(clock, Duration.ofMinutes(15), Duration.ofMinutes(15)),
                    clock, true)) {
                assertThat(ledger.book(Bench.usage("c1", token, 10), true)).isEqualTo(Booking.BOOKED);
                long before = FullDisk.syncs();
                assertThat(Files.readString(journal)).as("booked, and still in the journal").contains("\"c1\"");
                ledger.replay();
                assertThat(Files.readString(journal)).isEmpty();
                assertThat(FullDisk.syncs()).isGreaterThan(before);
                assertThat(tables.calls()).containsExactly("c1");
            }
        }
    }
}
