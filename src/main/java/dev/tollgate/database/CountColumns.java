package dev.tollgate.database;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The columns that count tokens and how much each of them holds. Tables of another program may have INT where this one makes
 * BIGINT; nothing that is written or promised may go over that.
 */
public final class CountColumns {

    /** The columns of each table, by the names that this program gives them. */
    private static final Map<String, List<String>> COUNTS = Map.of(
            "TokenMaster", List.of("TotalTokenLimit"),
            "TokenUsageLogs", List.of("InputTokens", "OutputTokens", "TextPromptTokens", "ImagePromptTokens", "TextCandidatesTokens",
                    "TotalTokensUsed"),
            "TokenUsageSummary", List.of("TotalUsedTokens", "TotalRemainingTokens", "Threshold"));

    /**
     * A column as it is found.
     *
     * @param table its table's plain name
     * @param most  the greatest number that it holds
     * @param holdsFractions whether BIGINT could not hold all that it holds
     */
    public record Column(String table, String name, String type, boolean nullable, long most, boolean holdsFractions) {

        boolean isNarrow() {
            return most < Long.MAX_VALUE;
        }

        @Override
        public String toString() {
            return table + "." + name;
        }
    }

    private final List<Column> columns;

    private CountColumns(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /** Every column with room for any number, as this program makes them. */
    public static CountColumns wide() {
        return new CountColumns(List.of());
    }

    static CountColumns read(Connection connection, Tables tables) throws SQLException {
        return read(connection, tables, table -> true);
    }

    /** Looks at those tables, by their full names, that are there. */
    static CountColumns read(Connection connection, Tables tables, Predicate<String> there) throws SQLException {
        Map<String, String> names = new TreeMap<>(Map.of("TokenMaster", tables.tokenMaster(), "TokenUsageLogs", tables.usageLogs(),
                "TokenUsageSummary", tables.usageSummary()));
        names.values().removeIf(there.negate());
        List<Column> found = new ArrayList<>();
        for (Map.Entry<String, String> table : names.entrySet()) {
            found.addAll(columns(connection, table.getKey(), table.getValue()));
        }
        return new CountColumns(found);
    }

    private static List<Column> columns(Connection connection, String plain, String table) throws SQLException {
        List<Column> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet nothing = statement.executeQuery("SELECT * FROM " + table + " WHERE 1 = 0")) {
            ResultSetMetaData types = nothing.getMetaData();
            for (int i = 1; i <= types.getColumnCount(); i++) {
                String label = types.getColumnLabel(i);
                String name = COUNTS.get(plain).stream().filter(label::equalsIgnoreCase).findFirst().orElse(null);
                if (name != null) {
                    found.add(new Column(plain, name, types.getColumnTypeName(i).toUpperCase(Locale.ROOT),
                            types.isNullable(i) != ResultSetMetaData.columnNoNulls, most(types, i),
                            holdsFractions(types, i)));
                }
            }
        }
        return found;
    }

    private static long most(ResultSetMetaData types, int column) throws SQLException {
        return switch (types.getColumnType(column)) {
            case Types.TINYINT -> Byte.MAX_VALUE;
            case Types.SMALLINT -> Short.MAX_VALUE;
            case Types.INTEGER -> Integer.MAX_VALUE;
            case Types.NUMERIC, Types.DECIMAL -> {
                int digits = types.getPrecision(column) - types.getScale(column);
                yield digits < 1 || digits > 18 ? Long.MAX_VALUE : (long) Math.pow(10, digits) - 1;
            }
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> 1L << 53;
            default -> Long.MAX_VALUE;
        };
    }

    private static boolean holdsFractions(ResultSetMetaData types, int column) throws SQLException {
        return switch (types.getColumnType(column)) {
            case Types.NUMERIC, Types.DECIMAL -> types.getScale(column) > 0;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> true;
            default -> false;
        };
    }

    /** As much of a sum as {@link #mostOfToken} allows. */
    long bounded(BigDecimal sum) {
        BigDecimal most = BigDecimal.valueOf(mostOfToken());
        return sum.min(most).max(most.negate()).longValue();
    }

    /** What no long holds stays at the greatest. */
    static long inLong(BigDecimal sum) {
        return sum.min(BigDecimal.valueOf(Long.MAX_VALUE)).max(BigDecimal.valueOf(Long.MIN_VALUE)).longValue();
    }

    List<Column> narrow() {
        return columns.stream().filter(Column::isNarrow).toList();
    }

    /** The greatest number that this column holds, by the plain names of table and column in any case. */
    public long most(String table, String column) {
        return columns.stream().filter(one -> one.table().equalsIgnoreCase(table) && one.name().equalsIgnoreCase(column))
                .mapToLong(Column::most).findFirst().orElse(Long.MAX_VALUE);
    }

    /** The greatest limit of a token that can be written down, and what it has used or has left. */
    public long mostOfToken() {
        return columns.stream().filter(one -> !one.table().equals("TokenUsageLogs") && !one.name().equals("Threshold"))
                .mapToLong(Column::most).min().orElse(Long.MAX_VALUE);
    }
}
