package dev.tollgate.ledger;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Out of service when usage can be written neither to the database nor to the spool: then no call may be paid for. */
@Component
class LedgerHealthIndicator implements HealthIndicator {

    private final Ledger ledger;
    private final DatabaseHealth database;

    LedgerHealthIndicator(Ledger ledger, DatabaseHealth database) {
        this.ledger = ledger;
        this.database = database;
    }

    @Override
    public Health health() {
        return (ledger.canBook() ? Health.up() : Health.outOfService())
                .withDetail("database", database.isAway() ? "away" : "up")
                .withDetail("spooled", ledger.spooled()).build();
    }
}
