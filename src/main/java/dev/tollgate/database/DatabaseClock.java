package dev.tollgate.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DatabaseDriver;

/**
 * Times as the database's own columns hold them. They have no zone: they say what the server's GETDATE() or LOCALTIMESTAMP said,
 * so that rows of this gateway, of defaults and of other programs agree wherever each of them runs. The server is asked for its
 * zone at the start and now and then, for the days on which its clocks change.
 */
public final class DatabaseClock {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseClock.class);
    private static final Duration TOLERATED = Duration.ofSeconds(1);
    private static final long QUARTER_OF_AN_HOUR = 15;
    /** A session's zone is the client's, by the driver's doing; what the server has is said in these places. */
    private static final String POSTGRESQL_ZONE = "SELECT COALESCE((SELECT substr(setting, 10) FROM (SELECT setdatabase, setrole,"
            + " unnest(setconfig) AS setting FROM pg_db_role_setting) s WHERE lower(setting) LIKE 'timezone=%'"
            + " AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
            + " AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))"
            + " ORDER BY setrole = 0, setdatabase = 0 LIMIT 1), current_setting('log_timezone')), clock_timestamp() AT TIME ZONE 'UTC'";
    private static final String SQLSERVER_ZONE = "SELECT DATEDIFF(MINUTE, GETUTCDATE(), GETDATE()), GETUTCDATE()";

    private final DataSource database;
    private final Clock clock;
    private volatile ZoneId zone;

    private DatabaseClock(DataSource database, Clock clock, ZoneId zone) {
        this.database = database;
        this.clock = clock;
        this.zone = zone;
    }

    /** A database in this machine's zone, as one inside this process is. */
    public static DatabaseClock here() {
        return new DatabaseClock(null, Clock.systemUTC(), ZoneId.systemDefault());
    }

    /** Asks the server; while it does not answer, this machine's zone is taken for its. */
    public static DatabaseClock of(DataSource database, Clock clock) {
        DatabaseClock asked = new DatabaseClock(database, clock, ZoneId.systemDefault());
        asked.ask();
        return asked;
    }

    /** Asks the server again, whose zone may have changed to or from summer time. Meant for a timer. */
    public void ask() {
        if (database == null) {
            return;
        }
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(5);
            switch (DatabaseDriver.fromProductName(connection.getMetaData().getDatabaseProductName())) {
                case POSTGRESQL -> hear(statement, POSTGRESQL_ZONE);
                case SQLSERVER -> hear(statement, SQLSERVER_ZONE);
                default -> LOG.debug("The database's clock is this machine's");
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn("The database does not tell its zone, so times are written in {}: {}", zone, Fault.text(e));
        }
    }

    private void hear(Statement statement, String question) throws SQLException {
        Instant before = clock.instant();
        try (ResultSet answer = statement.executeQuery(question)) {
            Instant after = clock.instant();
            answer.next();
            ZoneId told = zone(answer.getString(1));
            if (!told.equals(zone)) {
                LOG.info("The database's columns hold times of {}; this machine is in {}", told, ZoneId.systemDefault());
            }
            zone = told;
            warnOfSkew(before, after, answer.getObject(2, LocalDateTime.class).toInstant(ZoneOffset.UTC));
        }
    }

    /** A name, or minutes east of Greenwich. */
    private static ZoneId zone(String told) {
        try {
            long minutes = Math.round(Long.parseLong(told) / (double) QUARTER_OF_AN_HOUR) * QUARTER_OF_AN_HOUR;
            return ZoneOffset.ofTotalSeconds((int) Duration.ofMinutes(minutes).toSeconds());
        } catch (NumberFormatException name) {
            try {
                return ZoneId.of(told.replace("'", ""));
            } catch (DateTimeException unknown) {
                throw new IllegalStateException("The database's zone is called " + told + ", which Java does not know", unknown);
            }
        }
    }

    private static void warnOfSkew(Instant before, Instant after, Instant theirs) {
        Duration skew = theirs.isBefore(before) ? Duration.between(theirs, before) : Duration.between(after, theirs);
        if (skew.compareTo(TOLERATED) > 0) {
            LOG.warn("The clocks of the database and of this machine are {} apart. Set both by NTP: days and limits of time are counted"
                    + " by either.", skew);
        }
    }

    /** The zone of the database's columns. */
    public ZoneId zone() {
        return zone;
    }

    /** What the database's own clock says at this moment, to be written into a column. */
    public LocalDateTime local(Instant moment) {
        return LocalDateTime.ofInstant(moment, zone);
    }

    /** The moment that a column holds; null for none. */
    public Instant instant(LocalDateTime column) {
        return column == null ? null : column.atZone(zone).toInstant();
    }

    /** The same for a driver's own type, whose fields are the column's as this machine's zone shows them. */
    public Instant instant(Timestamp column) {
        return column == null ? null : instant(column.toLocalDateTime());
    }

    /** A moment for a driver that knows its own type only: the fields are those of the column. */
    public Timestamp timestamp(Instant moment) {
        return Timestamp.valueOf(local(moment));
    }

    /** So many days before today, by the database's calendar; for statements of routes. */
    public String daysAgo(int days) {
        return LocalDate.ofInstant(clock.instant(), zone).minusDays(days).toString();
    }

    /** Rows as a route has read them, their times in milliseconds since 1970; for statements of routes. */
    public List<Map<String, Object>> inMillis(List<Map<String, Object>> rows) {
        return rows.stream().map(row -> {
            Map<String, Object> shown = new LinkedHashMap<>(row);
            shown.replaceAll((name, value) -> value instanceof Timestamp time ? instant(time).toEpochMilli() : value);
            return shown;
        }).toList();
    }
}
