package dev.tollgate.database;

import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What is done otherwise on a server that speaks SQL Server's protocol and is none. {@link Babelfish} is shipped; another one on
 * the class path, in a jar in {@code ext/} for example, is found by {@link java.util.ServiceLoader} as well.
 */
public interface ServerDialect {

    /** Whether this database is on such a server. */
    boolean isOf(DataSource database);

    /**
     * Runs the scripts of {@code sql/sqlserver}, which may run any number of times, in place of Flyway.
     *
     * @param placeholders what stands for each <code>${name}</code>
     * @return how many scripts were run
     */
    int runScripts(DataSource database, Map<String, String> placeholders);

    /**
     * Makes columns BIGINT, in the transaction that is open.
     *
     * @param table   by its full name
     * @param columns all of that table
     */
    void widen(JdbcTemplate sql, String table, List<String> columns);
}
