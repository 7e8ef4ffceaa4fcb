package dev.tollgate.database;

import java.util.List;
import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The index by which a company's rows are found: ids are compared without blanks around them and in any case, which no index on
 * CompanyID serves. PostgreSQL indexes the expression; H2 and SQL Server a column that they work out from it. On SQL Server
 * that one is NVARCHAR, as its driver sends texts, so that no type is converted on the way to the index.
 */
final class CompanyIndex {

    static final String COLUMN = "GatewayCompanyKey";

    private static final Logger LOG = LoggerFactory.getLogger(CompanyIndex.class);
    private static final String KEY = "LOWER(LTRIM(RTRIM(CompanyID)))";

    private CompanyIndex() {
    }

    /** What makes the index where it is missing; may be run any number of times. */
    static List<String> statements(DatabaseDriver engine, String tokenMaster) {
        return switch (engine) {
            case POSTGRESQL -> List.of("CREATE INDEX IF NOT EXISTS TokenMaster_Company ON " + tokenMaster + " (" + KEY + ")");
            case SQLSERVER -> List.of("IF COL_LENGTH('" + tokenMaster + "', '" + COLUMN + "') IS NULL BEGIN ALTER TABLE " + tokenMaster + " ADD "
                    + COLUMN + " AS CAST(" + KEY + " AS NVARCHAR(400)); EXEC('CREATE INDEX TokenMaster_Company ON " + tokenMaster + " (" + COLUMN
                    + ")') END");
            default -> List.of("ALTER TABLE " + tokenMaster + " ADD COLUMN IF NOT EXISTS " + COLUMN
                    + " VARCHAR INVISIBLE GENERATED ALWAYS AS (" + KEY + ")",
                    "CREATE INDEX IF NOT EXISTS TokenMaster_Company ON " + tokenMaster + " (" + COLUMN + ")");
        };
    }

    /** Makes it, where the rights allow; without it rows are found all the same, if slower. */
    static void make(JdbcTemplate sql, DatabaseDriver engine, Tables tables) {
        if (engine != DatabaseDriver.POSTGRESQL && isThere(sql, tables)) {
            return;
        }
        try {
            statements(engine, tables.tokenMaster()).forEach(sql::execute);
        } catch (RuntimeException e) {
            LOG.info("There is no index of companies on {}: {}", tables.tokenMaster(), Fault.text(e));
        }
    }

    static CompanyColumn column(DataSource database, Tables tables) {
        return isThere(new JdbcTemplate(database), tables) ? new CompanyColumn("m." + COLUMN) : CompanyColumn.ANYWHERE;
    }

    private static boolean isThere(JdbcTemplate sql, Tables tables) {
        try {
            sql.execute("SELECT " + COLUMN + " FROM " + tables.tokenMaster() + " WHERE 1 = 0");
            return true;
        } catch (RuntimeException e) {
            LOG.debug("{} has no column {}", tables.tokenMaster(), COLUMN, e);
            return false;
        }
    }
}
