package dev.tollgate.ledger;

import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.database.TextWidths;

import static org.assertj.core.api.Assertions.assertThat;

/** A gateway in one zone on a server in another: columns hold what the server's own clock says. */
class TimesOfTheDatabaseTest {

    private final TimeZone before = TimeZone.getDefault();

    @TempDir
    Path folder;

    @AfterEach
    void back() {
        TimeZone.setDefault(before);
    }

    @ParameterizedTest
    @CsvSource({"Asia/Kathmandu, UTC", "UTC, Asia/Kathmandu", "America/St_Johns, Asia/Kathmandu", "Asia/Kathmandu, Asia/Kathmandu"})
    void whatIsBookedIsLoggedAtTheServersOwnTime(String gatewayZone, String serverZone) throws Exception {
        DataSource database = Engine.POSTGRESQL.migrated();
        JdbcTemplate sql = new JdbcTemplate(database);
        sql.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''" + serverZone + "''', current_database()); END $$");
        TimeZone.setDefault(TimeZone.getTimeZone(gatewayZone));
        DatabaseClock times = DatabaseClock.of(database, Clock.systemUTC());

        assertThat(times.zone()).isEqualTo(ZoneId.of(serverZone));
        sql.update("INSERT INTO TokenMaster (CompanyID, ApiKey, Provider) VALUES ('C1', 'k', 'Gemini')");
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (Ledger ledger = ledger(database, times)) {
            ledger.book(new Usage("c1", "r1", 1L, "C1", null, null, 1, 0, 0, 0, 0, 1, now), true);
        }
        LocalDateTime logged = sql.queryForObject("SELECT LoggedAt FROM TokenUsageLogs", LocalDateTime.class);
        assertThat(logged).as("as the server's LOCALTIMESTAMP fills it for others").isEqualTo(LocalDateTime.ofInstant(now, ZoneId.of(serverZone)));
        assertThat(times.instant(logged)).isEqualTo(now);
        Timestamp asTheDriverReadsIt = sql.queryForObject("SELECT LoggedAt FROM TokenUsageLogs", Timestamp.class);
        assertThat(times.inMillis(List.of(Map.of("at", asTheDriverReadsIt)))).containsExactly(Map.of("at", now.toEpochMilli()));
        assertThat(times.daysAgo(0)).isEqualTo(now.atZone(ZoneId.of(serverZone)).toLocalDate().toString());
    }

    @Test
    void clocksThatAreApartAreAWarningAndThoseThatAgreeAreNone() {
        DataSource database = Engine.POSTGRESQL.empty();
        try (LogLines log = new LogLines("dev.tollgate.database")) {
            DatabaseClock.of(database, Clock.systemUTC());
            assertThat(log.containing("WARN", "apart")).isEmpty();
            DatabaseClock.of(database, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(90)));
            assertThat(log.containing("WARN", "The clocks of the database and of this machine are PT1M")).hasSize(1);
        }
    }

    @Test
    void anEmbeddedDatabaseIsInThisMachinesZone() {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
        assertThat(DatabaseClock.of(Engine.H2.empty(), Clock.systemUTC()).zone()).isEqualTo(ZoneId.of("Asia/Kathmandu"));
    }

    private Ledger ledger(DataSource database, DatabaseClock times) throws Exception {
        ManualClock clock = new ManualClock();
        LedgerProperties properties = new LedgerProperties(DataSize.ofMegabytes(8), Duration.ofSeconds(30), Duration.ofSeconds(5),
                Duration.ofMinutes(15), Duration.ofMinutes(15), 100, Duration.ZERO);
        return new Ledger(database, LedgerSql.of(new LedgerTables("TokenMaster", "TokenUsageLogs", "TokenUsageSummary", "ApplicationLogs", "RetryAttempts"),
                Long.MAX_VALUE, TextWidths.OWN), times, properties, folder, new DatabaseHealth(clock, properties.probeEvery()),
                new Reservations(clock, Duration.ofMinutes(15), Duration.ofMinutes(15)), clock, false);
    }
}
