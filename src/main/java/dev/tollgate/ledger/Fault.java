package dev.tollgate.ledger;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;

/** Why a write failed, told from the exception alone, the same for H2, PostgreSQL and SQL Server. */
enum Fault {
    /** A unique key exists already. */
    DUPLICATE,
    /** Another transaction was in the way; the same write may pass at once. */
    BUSY,
    /** The database cannot be reached, does not answer in time, or is going down. */
    AWAY,
    /** The database will never take this record: a constraint, a number or a text that does not fit. */
    REFUSED,
    /** Neither: a missing table or right, a full disk. Only a write that passes meanwhile shows whom to blame. */
    UNCLEAR;

    private static final Set<Integer> MSSQL_DUPLICATE = Set.of(2627, 2601);
    private static final Set<Integer> MSSQL_BUSY = Set.of(1205, 1222, 3960);
    private static final Set<Integer> MSSQL_REFUSED = Set.of(220, 232, 245, 515, 547, 2628, 8114, 8115, 8152);
    private static final Set<Integer> H2_BUSY = Set.of(40001, 50200, 90131);
    private static final Set<Integer> H2_AWAY = Set.of(90067, 90098, 90121, 90020, 90028, 90031);

    static Fault of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return of(sql);
            }
        }
        return UNCLEAR;
    }

    /** The failure's type and the first line of its message; the rest is the statement's text or a detail. */
    static String text(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("");
    }

    private static Fault of(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        int code = e.getErrorCode();
        if (state.equals("23505") || MSSQL_DUPLICATE.contains(code)) {
            return DUPLICATE;
        }
        if (state.equals("40001") || state.equals("40P01") || state.equals("55P03")
                || MSSQL_BUSY.contains(code) || H2_BUSY.contains(code)) {
            return BUSY;
        }
        if (state.startsWith("22") || state.startsWith("23") || MSSQL_REFUSED.contains(code)) {
            return REFUSED;
        }
        boolean away = e instanceof SQLTransientException || e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException
                || state.startsWith("08") || state.startsWith("57") || state.startsWith("HYT") || state.equals("40003")
                || H2_AWAY.contains(code);
        return away ? AWAY : UNCLEAR;
    }
}
