package dev.tollgate.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.unit.DataSize;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.OldDeployment;
import dev.tollgate.database.OldDeployment.Shape;
import dev.tollgate.database.TestDatabases;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.database.TextWidths;

import static org.assertj.core.api.Assertions.assertThat;

/** Tables whose INT columns the login may not alter: nothing goes over what they hold, and nothing is lost. */
class NarrowColumnsTest {

    private static final long INT = Integer.MAX_VALUE;

    @TempDir
    Path folder;

    @Test
    void nothingGoesOverThemAndTheStartSaysWhich() throws Exception {
        OldDeployment old = new OldDeployment(Engine.POSTGRESQL, Shape.PROGRAM, 5);
        DriverManagerDataSource owner = (DriverManagerDataSource) old.database;
        String login = "u" + System.nanoTime();
        old.sql.execute("CREATE ROLE " + login + " LOGIN");
        old.sql.execute("GRANT ALL ON SCHEMA public TO " + login);
        old.sql.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + login);
        // As a database administrator would have run the scripts: the columns are there, and stay INT.
        String narrow = "SELECT COUNT(*) FROM information_schema.columns WHERE table_name IN ('tokenmaster', 'tokenusagelogs',"
                + " 'tokenusagesummary') AND data_type = 'integer' AND column_name LIKE '%token%' AND column_name NOT LIKE '%id'";
        long before = old.number(narrow);
        old.sql.execute("CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE c record; BEGIN FOR c IN SELECT * FROM"
                + " pg_event_trigger_ddl_commands() LOOP IF current_query() LIKE '%pg_temp.widen%' THEN RAISE EXCEPTION"
                + " 'must be owner of table' USING ERRCODE = '42501'; END IF; END LOOP; END $$");
        old.sql.execute("CREATE EVENT TRIGGER no ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION no()");

        try (LogLines log = new LogLines("dev.tollgate.database")) {
            TestDatabases.migrate(owner, "", "");
            assertThat(log.containing("WARN", "TokenMaster.TotalTokenLimit")).hasSize(1).first().asString()
                    .contains("TokenUsageSummary.TotalUsedTokens", "no more than 2147483647", "must be owner of table");
        }
        assertThat(old.number(narrow)).isEqualTo(before);
        JsonNode report = new ObjectMapper().readTree(old.sql.queryForObject("SELECT Report FROM GatewayAdoption", String.class));
        assertThat(report.path("widened")).isEmpty();
        assertThat(report.path("notWidened")).hasSize(10).allMatch(column -> column.path("most").asLong() == INT);
        assertThat(report.path("mergedTokens").asLong()).isPositive();
        assertThat(report.path("notes")).isEmpty();
        assertThat(old.number("SELECT COUNT(*) FROM (SELECT TokenID FROM TokenUsageSummary WHERE TokenID IS NOT NULL GROUP BY TokenID"
                + " HAVING COUNT(*) > 1) doubled")).isZero();

        JdbcTemplate sql = old.sql;
        long token = sql.queryForObject("SELECT MAX(TokenID) FROM TokenMaster", Long.class);
        sql.update("UPDATE TokenMaster SET TotalTokenLimit = " + INT + ", Status = 'Active' WHERE TokenID = ?", token);
        sql.update("UPDATE TokenUsageSummary SET TotalUsedTokens = ? WHERE TokenID = ?", INT - 4_000_300, token);
        ManualClock clock = new ManualClock();
        LedgerProperties properties = new LedgerProperties(DataSize.ofMegabytes(8), Duration.ofSeconds(30), Duration.ofSeconds(5),
                Duration.ofMinutes(15), Duration.ofMinutes(15), 100, Duration.ZERO);
        Reservations reservations = new Reservations(clock, Duration.ofMinutes(15), Duration.ofMinutes(15));
        TokenDirectory directory = new TokenDirectory(clock, Duration.ofMinutes(15), 10, LedgerSql.usable(INT), Duration.ZERO);
        List<TokenRow> read = directory.read(List.of(Map.of("TokenID", token, "TotalTokenLimit", INT, "Status", "Active", "TotalUsedTokens",
                INT - 4_000_300)));
        assertThat(reservations.hasRoom(token, read.get(0).used(), read.get(0).totalTokenLimit())).as("300 are left of what is promised").isTrue();
        try (Ledger ledger = new Ledger(owner, LedgerSql.of(new LedgerTables("TokenMaster", "TokenUsageLogs", "TokenUsageSummary", "ApplicationLogs",
                "RetryAttempts"), INT, TextWidths.OWN), DatabaseClock.here(), properties, folder, new DatabaseHealth(clock, properties.probeEvery()), reservations,
                clock, false)) {
            assertThat(ledger.book(Bench.usage("over-the-promise", token, 1_000), true)).isEqualTo(Booking.BOOKED);
            assertThat(sql.queryForObject("SELECT Status FROM TokenMaster WHERE TokenID = ?", String.class, token)).isEqualTo("Exceeded");
            assertThat(ledger.book(Bench.usage("over-the-column", token, 4_000_000), true)).isEqualTo(Booking.BOOKED);
            assertThat(sql.queryForObject("SELECT TotalUsedTokens FROM TokenUsageSummary WHERE TokenID = ?", Long.class, token)).isEqualTo(INT);
            assertThat(ledger.rejected()).isZero();
        }
        assertThat(old.number("SELECT COUNT(*) FROM TokenUsageLogs WHERE CallID IS NOT NULL")).isEqualTo(2);
    }
}
