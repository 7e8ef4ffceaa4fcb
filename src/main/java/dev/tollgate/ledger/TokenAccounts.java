package dev.tollgate.ledger;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import dev.tollgate.database.CompanyColumn;
import dev.tollgate.database.DatabaseHealth;

/**
 * A company's rows of any provider: read within {@code tollgate.ledger.rows-fresh-for} or, while the database is away, as they were
 * last read, within {@code tollgate.ledger.last-known-for}.
 */
@Component
public class TokenAccounts {

    private final JdbcTemplate database;
    private final DatabaseHealth health;
    private final TokenDirectory directory;
    private final String query;

    TokenAccounts(DataSource database, LedgerTables tables, LedgerProperties properties, DatabaseHealth health, TokenDirectory directory,
            CompanyColumn company) {
        this.database = new JdbcTemplate(database);
        this.database.setQueryTimeout((int) properties.queryTimeout().toSeconds());
        this.health = health;
        this.directory = directory;
        this.query = """
                SELECT m.TokenID, m.CompanyID, m.CompanyName, m.ApiKey, m.Provider, m.TotalTokenLimit, m.Status,
                s.TotalUsedTokens, s.TotalRemainingTokens, s.Threshold
                FROM %1$s m LEFT JOIN %2$s s ON s.SummaryID = (SELECT MIN(o.SummaryID) FROM %2$s o WHERE o.TokenID = m.TokenID)
                WHERE %3$s = LOWER(?) AND LOWER(LTRIM(RTRIM(m.Provider))) = ? ORDER BY m.TokenID
                """.formatted(tables.tokenMaster(), tables.usageSummary(), company.sql());
    }

    /**
     * The rows, oldest first; none is an answer, too.
     *
     * @param company  in any case, with any blanks around it, as everywhere
     * @param provider likewise
     * @return empty when they are not known: the database is away, and they were not read lately
     */
    public Optional<List<TokenRow>> rows(String company, String provider) {
        String lowered = provider.strip().toLowerCase(Locale.ROOT);
        String asked = company.strip();
        String remembered = asked + "\n" + lowered; // which is no company's id
        Optional<List<TokenRow>> fresh = directory.fresh(remembered);
        if (fresh.isPresent()) {
            return fresh;
        }
        long age = directory.age();
        if (!health.mayTry()) {
            return directory.lastKnown(remembered);
        }
        try {
            List<TokenRow> rows = TokenDirectory.fromRows(database.queryForList(query, asked, lowered));
            health.succeeded();
            directory.remember(remembered, rows, age);
            return Optional.of(rows);
        } catch (RuntimeException failure) {
            health.failed(failure);
            return directory.lastKnown(remembered);
        }
    }
}
