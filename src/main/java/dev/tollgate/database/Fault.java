package dev.tollgate.database;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Why a statement failed, told from the exception alone, the same for H2, PostgreSQL and SQL Server. */
public enum Fault {
    /** A unique key exists already. */
    DUPLICATE,
    /** Another transaction was in the way; the same write may pass at once. */
    BUSY,
    /** The database cannot be reached, does not answer in time, or is going down. */
    AWAY,
    /** Nothing can be written because the database's disk is full; it may still be read. */
    FULL,
    /** The database takes no write: it, its files or the server that was reached are read-only. */
    READ_ONLY,
    /** The database will never take this record: a constraint, a number or a text that does not fit. */
    REFUSED,
    /** None of these: a missing table or right. Only a write that passes meanwhile shows whom to blame. */
    UNCLEAR;

    private static final Set<Integer> MSSQL_DUPLICATE = Set.of(2627, 2601);
    private static final Set<Integer> MSSQL_BUSY = Set.of(1205, 1222, 3960);
    private static final Set<Integer> MSSQL_REFUSED = Set.of(220, 232, 245, 515, 547, 2628, 8114, 8115, 8152);
    private static final Set<Integer> MSSQL_FULL = Set.of(1101, 1105, 9002);
    private static final Set<Integer> MSSQL_READ_ONLY = Set.of(3906, 3908);
    private static final Set<Integer> MSSQL_AWAY = Set.of(823, 824, 825, 921, 922, 924, 945, 17142, 17806);
    private static final Set<Integer> H2_BUSY = Set.of(40001, 50200, 90131);
    private static final Set<Integer> H2_AWAY = Set.of(90067, 90098, 90121, 90020, 90028, 90030, 90031);
    private static final int H2_READ_ONLY = 90097;
    /** Closed by the engine itself, after an error of its file; the pool takes such a connection for a good one. */
    private static final Set<Integer> H2_DEAD = Set.of(90067, 90098, 90121, 90028, 90030, 90031);
    /** Besides those that the pool knows itself: an idle session's end, a dropped database, a file's error. */
    private static final Set<String> POSTGRESQL_DEAD = Set.of("57P04", "57P05", "58030", "58P01");

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

    /** The failure's type and the first line of its message; the rest is the statement's text or a detail. */
    public static String text(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("");
    }

    /** Whether the database is to blame, and not what was to be written. */
    public boolean isOfTheDatabase() {
        return this == AWAY || stopsWrites();
    }

    /** Whether reading may go on while writing cannot. */
    public boolean stopsWrites() {
        return this == FULL || this == READ_ONLY;
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
        if (state.equals("40001") || state.equals("40P01") || state.equals("55P03")
                || MSSQL_BUSY.contains(code) || H2_BUSY.contains(code)) {
            return BUSY;
        }
        if (state.equals("53100") || MSSQL_FULL.contains(code) || noSpace(e)) {
            return FULL;
        }
        if (state.equals("25006") || MSSQL_READ_ONLY.contains(code) || code == H2_READ_ONLY) {
            return READ_ONLY;
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
                || state.startsWith("HYT") || state.equals("40003")
                || H2_AWAY.contains(code) || MSSQL_AWAY.contains(code) || h2StoreFailed(e);
        return away ? AWAY : UNCLEAR;
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
