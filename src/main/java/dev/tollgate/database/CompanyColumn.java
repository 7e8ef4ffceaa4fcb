package dev.tollgate.database;

/**
 * What statements compare with a company's id in small letters, so that the database finds its rows by an index.
 *
 * @param sql a column or an expression, where {@code m} is TokenMaster
 */
public record CompanyColumn(String sql) {

    /** The name of {@link #condition} in routes. */
    static final String SETTING = "tollgate.sql.by-company-index";

    /** What finds a company's rows on every engine, with or without an index. */
    static final CompanyColumn ANYWHERE = new CompanyColumn("LOWER(LTRIM(RTRIM(m.CompanyID)))");

    /** What a route adds to its own condition, which finds the same rows, so that an index is asked; nothing where one is already. */
    String condition() {
        return equals(ANYWHERE) ? "" : "AND " + sql + " = LOWER(:?companyID)";
    }
}
