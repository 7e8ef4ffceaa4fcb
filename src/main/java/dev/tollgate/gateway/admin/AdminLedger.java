package dev.tollgate.gateway.admin;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.Rejections;

/** The steps of {@code /admin/rejected}: paid usage that the database refused. */
@Component("adminLedger")
record AdminLedger(Ledger ledger, AdminAudit audit) {

    /** Offers the rejected records to the database once more; asked for again it books nothing twice. */
    public Rejections replay(Exchange exchange) {
        Rejections done = ledger.replayRejected();
        audit.write(exchange, "rejected.replay", "rejected.ndjson",
                "replayed=%d, rejected=%d".formatted(done.replayed(), done.rejected()));
        return done;
    }
}
