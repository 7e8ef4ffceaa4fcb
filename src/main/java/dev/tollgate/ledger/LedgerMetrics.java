package dev.tollgate.ledger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseHealth;

/** The ledger in numbers: what waits for the database, what is promised, and whether the books agree. */
@Component
record LedgerMetrics(Ledger ledger, Reservations reservations, DatabaseHealth database,
        Reconciliation reconciliation) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("tollgate.ledger.spool.depth", ledger, Ledger::spooled).baseUnit("rows")
                .description("Usage rows on disk that wait for the database").register(registry);
        Gauge.builder("tollgate.ledger.spool.size", ledger, Ledger::spooledBytes).baseUnit("bytes")
                .description("What they take on disk").register(registry);
        Gauge.builder("tollgate.ledger.rejected", ledger, Ledger::rejected).baseUnit("records")
                .description("Usage that the database refused for good, kept until POST /admin/rejected/replay").register(registry);
        Gauge.builder("tollgate.ledger.reserved", reservations, Reservations::reserved).baseUnit("tokens")
                .description("Set aside for calls in flight, of all companies together").register(registry);
        Gauge.builder("tollgate.ledger.writable", ledger, l -> l.canBook() ? 1 : 0)
                .description("1 while usage can be written to the database or the spool; 0: paid calls are refused")
                .register(registry);
        Gauge.builder("tollgate.ledger.database.up", database, d -> d.isAway() ? 0 : 1)
                .description("1 while the database answers").register(registry);
        Gauge.builder("tollgate.ledger.drift", reconciliation, Reconciliation::lastDrift).baseUnit("tokens")
                .description("How far usage rows and summaries are apart, over all tokens; not a number until first looked at")
                .register(registry);
    }
}
