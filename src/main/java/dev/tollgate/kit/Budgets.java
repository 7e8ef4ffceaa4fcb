package dev.tollgate.kit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import org.springframework.stereotype.Component;

import dev.tollgate.ledger.InFlight;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.Reservations;
import dev.tollgate.ledger.TokenAccounts;

/** The books in which the budgets of the kit reserve and charge, and what was charged since the start by their names. */
@Component
public class Budgets {

    /** What one budget charged since the start. */
    record Tally(LongAdder calls, LongAdder tokens, LongAdder denied) {
    }

    private final Ledger ledger;
    private final Reservations reservations;
    private final InFlight inFlight;
    private final TokenAccounts accounts;
    /** Bound: names that stand in route files. */
    private final Map<String, Tally> tallies = new ConcurrentHashMap<>();

    Budgets(Ledger ledger, Reservations reservations, InFlight inFlight, TokenAccounts accounts) {
        this.ledger = ledger;
        this.reservations = reservations;
        this.inFlight = inFlight;
        this.accounts = accounts;
    }

    Ledger ledger() {
        return ledger;
    }

    Reservations reservations() {
        return reservations;
    }

    InFlight inFlight() {
        return inFlight;
    }

    TokenAccounts accounts() {
        return accounts;
    }

    Tally tally(String name) {
        return tallies.computeIfAbsent(name, unknown -> new Tally(new LongAdder(), new LongAdder(), new LongAdder()));
    }

    /** For {@code /status}. */
    Map<String, Object> snapshot() {
        Map<String, Object> all = new TreeMap<>();
        tallies.forEach((name, tally) -> {
            Map<String, Object> numbers = new LinkedHashMap<>();
            numbers.put("calls", tally.calls().sum());
            numbers.put("booked", tally.tokens().sum());
            numbers.put("denied", tally.denied().sum());
            all.put(name, numbers);
        });
        return all;
    }
}
