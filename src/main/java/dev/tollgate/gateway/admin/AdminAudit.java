package dev.tollgate.gateway.admin;

import java.time.Clock;

import org.apache.camel.Exchange;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.Tables;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.RequestIds;

/** Table AdminAudit: one row a change, written in the transaction of the change; refused attempts by {@link AuditedRefusals}. */
@Component
public class AdminAudit {

    private static final int DETAIL = 1000;

    private final JdbcTemplate jdbc;
    private final String table;
    private final Clock clock;
    private final DatabaseClock times;

    AdminAudit(JdbcTemplate jdbc, Tables tables, Clock clock, DatabaseClock times) {
        this.times = times;
        this.jdbc = jdbc;
        this.table = tables.adminAudit();
        this.clock = clock;
    }

    /**
     * Writes down a change.
     *
     * @param action for example {@code key.create}
     * @param target for example {@code key 1a2b}
     * @param detail what changed to what; never a secret
     */
    public void write(Exchange exchange, String action, String target, String detail) {
        write(KeyHolder.of(exchange).name(), action, target, detail, exchange.getProperty(RequestIds.HEADER, String.class));
    }

    /** The same for whoever was refused before any route. */
    public void write(String who, String action, String target, String detail, String requestId) {
        jdbc.update("INSERT INTO " + table + " (ChangedAt, Who, Action, Target, Detail, RequestID) VALUES (?, ?, ?, ?, ?, ?)",
                times.local(clock.instant()), who, action, target,
                detail.length() > DETAIL ? detail.substring(0, DETAIL - 1) + "…" : detail, requestId);
    }
}
