package dev.tollgate.ledger;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.stereotype.Component;

import dev.tollgate.gateway.StatusSection;

/** The ledger in {@code /status}. */
@Component
record LedgerStatus(Ledger ledger, InFlight inFlight, Reconciliation reconciliation) implements StatusSection {

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public Map<String, Object> snapshot() {
        ledger.catchUp();
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("pending", inFlight.open());
        numbers.put("spooled", ledger.spooled());
        numbers.put("rejected", ledger.rejected());
        double drift = reconciliation.lastDrift();
        numbers.put("drift", Double.isNaN(drift) ? null : (long) drift);
        return numbers;
    }
}
