package dev.tollgate.database;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Why a statement failed, told from the exception alone, the same for H2, PostgreSQL and SQL Server. */
public enum Fault {
    /** A unique key exists already. */
    DUPLICATE,
    /** Another transaction was in the way; the same write may pass at once. */
    BUSY,
    /** This statement waited too long, for a row that another transaction holds for example; others may pass meanwhile. */
    HELD_UP,
    /** The database cannot be reached, does not answer in time, or is going down. */
    AWAY,
    /** Nothing can be written because the database's disk is full; it may still be read. */
    FULL,
    /** The database takes no write: it, its files or the server that was reached are read-only. */
    READ_ONLY,
    /** A table, a column or a right that the gateway needs is missing; what can be read may still be read. */
    DENIED,
    /** The database will never take this record: a constraint, a number or a text that does not fit. */
    REFUSED,
    /** None of these. It blames neither the record nor the database, so the record is kept and tried again. */
    UNCLEAR;

    // By the numbers of sys.messages, since SQL Server's states say little.
    private static final Set<Integer> MSSQL_DUPLICATE = Set.of(2627, 2601);
    private static final Set<Integer> MSSQL_BUSY = Set.of(1204, 1205, 3960, 3961, 41301, 41302, 41305, 41325);
    private static final Set<Integer> MSSQL_HELD_UP = Set.of(1222);
    private static final Set<Integer> MSSQL_REFUSED = Set.of(220, 232, 241, 242, 245, 248, 515, 547, 2628, 8114, 8115, 8152, 8134);
    private static final Set<Integer> MSSQL_FULL = Set.of(1101, 1105, 5149, 9002, 40544, 40552);
    private static final Set<Integer> MSSQL_READ_ONLY = Set.of(978, 3906, 3908);
    private static final Set<Integer> MSSQL_DENIED = Set.of(207, 208, 229, 230, 262, 297, 300, 2812);
    /** Memory, throttling, failover, shutdown, damaged pages, databases that are not open, and logins that are refused. */
    private static final Set<Integer> MSSQL_AWAY = Set.of(596, 615, 701, 708, 802, 823, 824, 825, 829, 916, 921, 922, 923, 924,
            926, 927, 942, 945, 976, 983, 988, 3989, 4014, 4060, 4064, 4221, 6001, 6002, 6005, 8628, 8645, 8651, 8657, 8902,
            9001, 10053, 10054, 10060, 10922, 10928, 10929, 10930, 10936, 17142, 17143, 17144, 17197, 17806, 17809, 18401,
            18451, 18452, 18456, 18470, 18486, 18487, 18488, 35250, 35254, 40020, 40143, 40166, 40197, 40501, 40508, 40510,
            40511, 40512, 40530, 40532, 40540, 40545, 40549, 40550, 40551, 40553, 40613, 40615, 40642, 40671, 40675, 40806,
            41839, 42108, 42109, 45168, 45169, 49918, 49919, 49920);
    private static final Set<Integer> H2_BUSY = Set.of(40001, 90131);
    private static final Set<Integer> H2_HELD_UP = Set.of(50200, 57014);
    private static final Set<Integer> H2_DENIED = Set.of(42102, 42104, 42122, 90079, 90096);
    private static final Set<Integer> H2_AWAY = Set.of(90067, 90098, 90108, 90121, 90020, 90028, 90030, 90031);
    private static final int H2_READ_ONLY = 90097;
    /** Cancelled, by its own time limit in nearly every case; and waiting for a lock. */
    private static final Set<String> HELD_UP_STATES = Set.of("57014", "55P03", "HYT00", "HY008");
    /** A missing table, column, function, schema or right. */
    private static final Set<String> DENIED_STATES = Set.of("42501", "42P01", "42703", "42883", "3F000", "42S02", "42S22");
    /** Closed by the engine itself, after an error of its file; the pool takes such a connection for a good one. */
    private static final Set<Integer> H2_DEAD = Set.of(90067, 90098, 90121, 90028, 90030, 90031);
    /** Besides those that the pool knows itself: an idle session's end, a dropped database, a file's error. */
    private static final Set<String> POSTGRESQL_DEAD = Set.of("57P04", "57P05", "58030", "58P01");

    private static final Pattern COLUMN = Pattern.compile("(?i)column ['\"“]?(\\w{1,128})");
    private static final String POOL_CLOSED = "Connection is closed";

    /** What the failure, or what caused it, says. */
    public static Fault of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return of(sql);
            }
        }
        return causesOf(failure).anyMatch(Fault::isFullDisk) ? FULL : UNCLEAR; // H2 lets some failures of its file through as they are
    }

    /** Whether a column that must have a value was given none. */
    public static boolean isMissingValue(Throwable failure) {
        return causesOf(failure).anyMatch(cause -> cause instanceof SQLException sql
                && (state(sql).equals("23502") || sql.getErrorCode() == 515));
    }

    /** The column that a refused value was meant for, where the database names it; one word, no value. */
    public static Optional<String> column(Throwable failure) {
        return causesOf(failure).filter(SQLException.class::isInstance).map(cause -> COLUMN.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find).map(found -> found.group(1)).findFirst();
    }

    /** The failure's type and the first line of its message; the rest is the statement's text or a detail. */
    public static String text(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("");
    }

    /** Whether the database is to blame, and not what was to be written. */
    public boolean isOfTheDatabase() {
        return this == AWAY || stopsWrites();
    }

    /** Whether what was to be written is certainly to blame: classes 22 and 23, and SQL Server's numbers for the same. */
    public boolean isOfTheRecord() {
        return this == REFUSED || this == DUPLICATE;
    }

    /** Whether reading may go on while writing cannot. */
    public boolean stopsWrites() {
        return this == FULL || this == READ_ONLY || this == DENIED;
    }

    /**
     * Whether the connection that failed, and each that was opened with it, is of no use any more, although it may look
     * alive: the engine has closed its file, or the server behind it has become read-only and another one may not be.
     */
    static boolean endsConnection(SQLException failure) {
        String state = state(failure);
        return POSTGRESQL_DEAD.contains(state) || H2_DEAD.contains(failure.getErrorCode()) || h2StoreFailed(failure)
                || of(failure) == READ_ONLY;
    }

    private static Fault of(SQLException e) {
        String state = state(e);
        int code = e.getErrorCode();
        if (state.equals("23505") || MSSQL_DUPLICATE.contains(code)) {
            return DUPLICATE;
        }
        if (state.equals("40001") || state.equals("40P01") || MSSQL_BUSY.contains(code) || H2_BUSY.contains(code)) {
            return BUSY;
        }
        if (state.equals("53100") || MSSQL_FULL.contains(code) || noSpace(e)) {
            return FULL;
        }
        if (state.equals("25006") || MSSQL_READ_ONLY.contains(code) || code == H2_READ_ONLY) {
            return READ_ONLY;
        }
        if (e instanceof SQLTransientConnectionException) {
            return AWAY; // the pool gives the state of the connection that it could not open, a refused login's for example
        }
        if (DENIED_STATES.contains(state) || MSSQL_DENIED.contains(code) || H2_DENIED.contains(code)) {
            return DENIED;
        }
        if (MSSQL_AWAY.contains(code) || H2_AWAY.contains(code)) {
            return AWAY; // before the states: SQL Server's are made up by its driver
        }
        if (H2_HELD_UP.contains(code) || MSSQL_HELD_UP.contains(code) || HELD_UP_STATES.contains(state)
                || e instanceof SQLTimeoutException && !state.startsWith("08")) {
            return HELD_UP;
        }
        if (state.startsWith("22") || state.startsWith("23") || MSSQL_REFUSED.contains(code)) {
            return REFUSED;
        }
        if (POOL_CLOSED.equals(e.getMessage())) {
            return AWAY; // the connection was taken out of the pool while it was in use
        }
        boolean away = e instanceof SQLTransientException || e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException
                || state.startsWith("08") || state.startsWith("53") || state.startsWith("57") || state.startsWith("58")
                || state.startsWith("HYT") || state.equals("40003") || state.startsWith("25") || state.startsWith("28") || state.equals("3D000")
                || h2StoreFailed(e) || causes(e).anyMatch(Fault::isOfTheWire);
        return away ? AWAY : UNCLEAR;
    }

    /** A driver gives no state where it was reading a result when its connection broke off or fell silent. */
    private static boolean isOfTheWire(Throwable cause) {
        return cause instanceof SocketException || cause instanceof SocketTimeoutException;
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** H2 tells a failed write of its file apart from other errors by the class and the text of the cause alone. */
    private static boolean h2StoreFailed(SQLException e) {
        return causes(e).anyMatch(cause -> cause.getClass().getName().equals("org.h2.mvstore.MVStoreException"));
    }

    private static boolean noSpace(SQLException e) {
        boolean store = h2StoreFailed(e);
        return causes(e).anyMatch(cause -> {
            String text = String.valueOf(cause.getMessage());
            return isFullDisk(cause) || store && text.contains("Writing to ") && text.contains(" failed");
        });
    }

    /** Whether the file system said that there is no room, or no right to more of it. */
    public static boolean isFullDisk(Throwable failure) {
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return failure instanceof IOException
                && (text.contains("no space") || text.contains("not enough space") || text.contains("quota exceeded"));
    }

    /** The failure, what caused it, and what a batch says of its own statements; bounded, since causes may run in a circle. */
    private static Stream<Throwable> causes(SQLException e) {
        SQLException next = e.getNextException();
        return Stream.concat(causesOf(e), next == null ? Stream.empty() : causesOf(next));
    }

    private static Stream<Throwable> causesOf(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause).limit(20);
    }
}
