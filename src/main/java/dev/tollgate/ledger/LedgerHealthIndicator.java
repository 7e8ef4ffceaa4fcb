package dev.tollgate.ledger;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseHealth;

/**
 * Out of service when usage can be written neither to the database nor to the spool: then no call may be paid for. Degraded
 * while the spool takes it instead of the database, and while rejected records wait. Each says why, and what mends it.
 */
@Component
record LedgerHealthIndicator(Ledger ledger, DatabaseHealth database) implements HealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED");

    @Override
    public Health health() {
        boolean away = database.isAway();
        long rejected = ledger.rejected();
        Health.Builder health = !ledger.canBook() ? Health.outOfService()
                : Health.status(away || rejected > 0 ? DEGRADED : Status.UP);
        health.withDetail("database", away ? "away" : "up").withDetail("spooled", ledger.spooled());
        database.trouble().ifPresent(why -> health.withDetail("reason", why));
        if (rejected > 0) {
            health.withDetail("rejected", "The database refused " + rejected + " records of paid usage for good; they are kept in"
                    + " spool/rejected.ndjson below tollgate.data-dir. Mend the reason given there, then POST /admin/rejected/replay.");
        }
        ledger.spoolTrouble().ifPresent(why -> health.withDetail("spool", why));
        return health.build();
    }
}
