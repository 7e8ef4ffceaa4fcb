package dev.tollgate.database;

/**
 * Arithmetic in statements that no number of a table can make overflow. It costs a database some microseconds more than BIGINT does,
 * once for each token of a transaction (BookingBenchmark#theArithmeticOfASummary).
 */
public final class Sums {

    private static final String EXACT = "DECIMAL(38, 0)";

    private Sums() {
    }

    /** A count as a number of 38 digits, so that sums and differences of it never overflow; null is 0. */
    public static String exact(String column) {
        return "CAST(COALESCE(" + column + ", 0) AS " + EXACT + ")";
    }

    /**
     * The sum of a column's rows, of 38 digits.
     *
     * @param rest what follows SUM in the sub-select: FROM and WHERE
     */
    public static String ofRows(String column, String rest) {
        return "COALESCE((SELECT SUM(CAST(" + column + " AS " + EXACT + ")) " + rest + "), 0)";
    }

    /**
     * As much of an exact number as a BIGINT or a narrower column holds.
     *
     * @param most the greatest number that the column holds; its negative is the least one
     */
    public static String bounded(String exact, long most) {
        return "CASE WHEN " + exact + " > " + most + " THEN " + most + " WHEN " + exact + " < -" + most + " THEN -" + most
                + " ELSE CAST(" + exact + " AS BIGINT) END";
    }
}
