package dev.tollgate.cluster;

import java.util.List;
import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import dev.tollgate.database.Tables;

/** Warns when a gateway that shares nothing starts on a database where nodes live: it counts what they count, beside them. */
@Component
@ConditionalOnProperty(name = "tollgate.cluster.enabled", havingValue = "false", matchIfMissing = true)
class LoneGateway {

    private static final Logger LOG = LoggerFactory.getLogger(LoneGateway.class);

    private final DataSource database;
    private final Tables tables;
    private final DatabaseDriver engine;

    LoneGateway(DataSource database, Tables tables, @Value("${spring.datasource.url:}") String url) {
        this.database = database;
        this.tables = tables;
        this.engine = DatabaseDriver.fromJdbcUrl(url);
    }

    @EventListener(ApplicationReadyEvent.class)
    void look() {
        if (engine != DatabaseDriver.POSTGRESQL && engine != DatabaseDriver.SQLSERVER) {
            return; // nobody else can be there
        }
        try {
            List<String> nodes = new JdbcTemplate(database).queryForList("SELECT NodeID FROM " + tables.shared("ClusterNodes")
                    + " WHERE State = 'up' AND SeenAt + DeadAfter >= " + ClusterDatabase.now(engine) + " ORDER BY NodeID", String.class);
            if (!nodes.isEmpty()) {
                LOG.warn("The nodes {} share this database, and this gateway counts for itself: every limit holds for it and once more for"
                        + " them. Set tollgate.cluster.enabled to true here, or give it a database of its own.", nodes);
            }
        } catch (DataAccessException away) {
            LOG.debug("Whether nodes share this database is not known", away);
        }
    }
}
