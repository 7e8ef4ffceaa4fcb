package dev.tollgate.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Set;

/**
 * How many characters the columns hold that callers' texts are written to. Tables of another program may have shorter ones than
 * this program makes; a long name is then cut, since no name keeps a paid call out of the ledger.
 *
 * @param branch       TokenUsageLogs.Branch
 * @param requestedBy  TokenUsageLogs.RequestedBy
 * @param companyId    RetryAttempts.CompanyID
 * @param errorMessage RetryAttempts.ErrorMessage
 */
public record TextWidths(int branch, int requestedBy, int companyId, int errorMessage) {

    /** As this program makes them. */
    public static final TextWidths OWN = new TextWidths(50, 100, 50, 4000);

    private static final Set<Integer> TEXTS = Set.of(Types.CHAR, Types.VARCHAR, Types.NCHAR, Types.NVARCHAR);

    /** Looks at the tables that are there. */
    public static TextWidths read(Connection connection, Tables tables) throws SQLException {
        return new TextWidths(width(connection, tables.usageLogs(), "Branch", OWN.branch),
                width(connection, tables.usageLogs(), "RequestedBy", OWN.requestedBy),
                width(connection, tables.retryAttempts(), "CompanyID", OWN.companyId),
                width(connection, tables.retryAttempts(), "ErrorMessage", OWN.errorMessage));
    }

    private static int width(Connection connection, String table, String column, int own) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet nothing = statement.executeQuery("SELECT " + column + " FROM " + table + " WHERE 1 = 0")) {
            ResultSetMetaData type = nothing.getMetaData();
            int width = TEXTS.contains(type.getColumnType(1)) ? type.getPrecision(1) : 0;
            return width > 0 ? Math.min(width, own) : own;
        }
    }
}
