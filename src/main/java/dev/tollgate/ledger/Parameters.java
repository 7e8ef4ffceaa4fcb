package dev.tollgate.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;

import dev.tollgate.database.DatabaseClock;

/** Sets parameters with types that all three drivers take alike. */
final class Parameters {

    /** A missing TokenID; a bare null has no type, which PostgreSQL may refuse. */
    static final Object NO_NUMBER = new Object();

    private Parameters() {
    }

    static Object number(Long value) {
        return value == null ? NO_NUMBER : value;
    }

    static void set(PreparedStatement statement, int index, Object value, DatabaseClock clock) throws SQLException {
        if (value == NO_NUMBER) {
            statement.setNull(index, Types.BIGINT);
        } else if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof Integer number) {
            statement.setInt(index, number);
        } else if (value instanceof Boolean flag) {
            statement.setBoolean(index, flag);
        } else if (value instanceof Instant instant) {
            // In the database's zone, as its GETDATE() fills the same columns.
            statement.setObject(index, clock.local(instant));
        } else {
            statement.setString(index, (String) value);
        }
    }
}
