package dev.tollgate.spapi.sellers;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.DatabaseAwayException;

/** Consents in the table SharedConsents, so that a browser may come back to another node than the one where it began. */
final class SharedConsents {

    private static final int LONGEST_URI = 2_000;
    private static final int LONGEST_SELLER = 64;

    private record Row(String browser, String marketplace, String redirectUri, String expectedSeller, boolean over, boolean used) {
    }

    private final Cluster cluster;
    private final String table;

    SharedConsents(Cluster cluster) {
        this.cluster = cluster;
        this.table = cluster.database().table("SharedConsents");
    }

    /**
     * Keeps a consent that was begun; at most {@value ConsentStates#MOST} of them, the oldest going first.
     *
     * @param life how long it may take
     * @return false when it cannot be kept
     */
    boolean begin(String stateHash, String browserHash, ConsentStates.Request request, Duration life) {
        if (request.redirectUri().length() > LONGEST_URI || request.expectedSeller().length() > LONGEST_SELLER) {
            return false;
        }
        try {
            return cluster.database().inTransaction(sql -> {
                long now = sql.queryForObject("SELECT " + cluster.database().now(), Long.class);
                sql.update("DELETE FROM " + table + " WHERE EndsAt < ?", now - life.toMillis());
                if (sql.queryForObject("SELECT COUNT(*) FROM " + table, Long.class) >= ConsentStates.MOST) {
                    sql.update("DELETE FROM " + table + " WHERE EndsAt <= (SELECT MIN(o.EndsAt) FROM " + table + " o)");
                }
                return sql.update("INSERT INTO " + table + " (StateHash, BrowserHash, Marketplace, RedirectUri, ExpectedSeller, EndsAt, Used)"
                        + " VALUES (?, ?, ?, ?, ?, ?, 0)", stateHash, browserHash, request.marketplace().id(), request.redirectUri(),
                        request.expectedSeller(), now + life.toMillis()) == 1;
            });
        } catch (DatabaseAwayException away) {
            return false;
        }
    }

    /** Judges a callback, once; empty for a state that is not kept here. */
    Optional<ConsentStates.Taken> take(String stateHash, String browserHash) {
        try {
            return cluster.database().inTransaction(sql -> {
                List<Row> rows = sql.query("SELECT BrowserHash, Marketplace, RedirectUri, ExpectedSeller, CASE WHEN EndsAt < " + cluster.database().now()
                        + " THEN 1 ELSE 0 END, Used FROM " + table + " WHERE StateHash = ?", (row, n) -> new Row(row.getString(1), row.getString(2),
                        row.getString(3), row.getString(4), row.getInt(5) == 1, row.getInt(6) == 1), stateHash);
                if (rows.isEmpty()) {
                    return Optional.empty();
                }
                Row row = rows.get(0);
                if (!row.browser.equals(browserHash)) {
                    return Optional.of(new ConsentStates.Invalid(ConsentStates.Why.OTHER_BROWSER));
                }
                if (!row.used && row.over) {
                    return Optional.of(new ConsentStates.Invalid(ConsentStates.Why.EXPIRED));
                }
                boolean first = sql.update("UPDATE " + table + " SET Used = 1 WHERE StateHash = ? AND Used = 0", stateHash) == 1;
                return Optional.of(first ? new ConsentStates.Valid(new ConsentStates.Request(Marketplaces.find(row.marketplace).orElseThrow(),
                        row.redirectUri, row.expectedSeller)) : new ConsentStates.Invalid(ConsentStates.Why.REPLAYED));
            });
        } catch (DatabaseAwayException away) {
            return Optional.empty();
        }
    }
}
