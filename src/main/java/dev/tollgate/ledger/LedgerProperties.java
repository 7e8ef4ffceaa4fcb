package dev.tollgate.ledger;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The ledger's knobs.
 *
 * @param spoolMaxSize     bytes that usage may take on disk while the database is away; shortly before, paid calls are refused with 503
 * @param queryTimeout     longest wait for one statement, in whole seconds, at least one
 * @param probeEvery       how often the ledger tries a database again that is away
 * @param reservationLease after this long an unsettled reservation no longer counts; longer than any call with its retries
 * @param lastKnownFor     how long a company's last read rows may serve while the database is away
 * @param lastKnownMax     most companies whose rows are remembered
 * @param rowsFreshFor     how long a company's rows serve without being read again; 0: each call reads them
 */
@ConfigurationProperties("tollgate.ledger")
public record LedgerProperties(
        @DefaultValue("64MB") DataSize spoolMaxSize,
        @DefaultValue("5s") Duration queryTimeout,
        @DefaultValue("5s") Duration probeEvery,
        @DefaultValue("15m") Duration reservationLease,
        @DefaultValue("15m") Duration lastKnownFor,
        @DefaultValue("10000") int lastKnownMax,
        @DefaultValue("1s") Duration rowsFreshFor) {

    /** @throws IllegalArgumentException naming the key whose value is out of bounds */
    public LedgerProperties {
        require(spoolMaxSize.toBytes() >= 1024, "spool-max-size must be at least 1KB");
        require(queryTimeout.toSeconds() >= 1, "query-timeout must be at least 1s");
        require(!probeEvery.isNegative() && !probeEvery.isZero(), "probe-every must be positive");
        require(!reservationLease.isNegative() && !reservationLease.isZero(), "reservation-lease must be positive");
        require(!lastKnownFor.isNegative(), "last-known-for must not be negative");
        require(lastKnownMax >= 0, "last-known-max must not be negative");
        require(!rowsFreshFor.isNegative(), "rows-fresh-for must not be negative; 0 reads them for each call");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tollgate.ledger." + what);
        }
    }
}
