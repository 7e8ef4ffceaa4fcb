package dev.tollgate.spapi.restrictions;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.jobs.Job;
import dev.tollgate.jobs.JobKind;
import dev.tollgate.secret.MasterKeys;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.spapi.OperationRates;
import dev.tollgate.spapi.sellers.Region;
import dev.tollgate.spapi.sellers.Sellers;

/**
 * The kind of job that asks Amazon which products a seller may list: what can be ordered, and how long it takes. The work is
 * handed out by {@link RestrictionLanes}.
 */
@Component("restrictionCheck")
class RestrictionCheck implements JobKind {

    static final String TYPE = "restriction-check";

    /** What the refresh tokens of orders are encrypted for; part of every stored value's check, so it must never change. */
    private static final String PURPOSE = "Jobs.RefreshToken";

    /** At Amazon's five calls a second some forty seconds of work. */
    private static final int ITEMS_A_PART = 200;

    private static final long SECOND = 1_000_000_000L;

    private final Sellers sellers;
    private final OperationRates rates;
    private final SecretCipher cipher;

    RestrictionCheck(Sellers sellers, OperationRates rates, MasterKeys keys) {
        this.sellers = sellers;
        this.rates = rates;
        this.cipher = keys.cipherFor(PURPOSE);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String api() {
        return "sp-api";
    }

    @Override
    public void check(JsonNode fields, List<String> items) {
        RestrictionOrder.of(fields, items);
    }

    @Override
    public int itemsAPart() {
        return ITEMS_A_PART;
    }

    @Override
    public String seller(JsonNode order) {
        return RestrictionOrder.seller(order);
    }

    /** Takes an order for a seller who is connected where the marketplaces are, or that brings its refresh token. */
    @Override
    public JsonNode accept(JsonNode fields, List<String> items) {
        RestrictionOrder wanted = RestrictionOrder.of(fields, items);
        if (!wanted.bringsToken()) {
            requireConnected(wanted);
        }
        return wanted.kept(cipher::encrypt);
    }

    @Override
    public JsonNode afterwards(JsonNode order) {
        return RestrictionOrder.withoutToken(order);
    }

    private void requireConnected(RestrictionOrder wanted) {
        List<Region> regions = connectedIn(wanted.sellerId());
        if (!regions.contains(wanted.region())) {
            throw new IllegalArgumentException(regions.isEmpty()
                    ? "Seller %s is not connected: open /connect, or pass a refreshToken".formatted(wanted.sellerId())
                    : "Seller %s is connected in %s, and these marketplaceIds are in %s".formatted(wanted.sellerId(),
                            regions.stream().map(Region::name).collect(Collectors.joining(" and ")), wanted.region()));
        }
    }

    private List<Region> connectedIn(String seller) {
        try {
            return sellers.regionsOf(seller);
        } catch (DataAccessException e) {
            throw Refusal.until(503, "The gateway's database is away", Duration.ofSeconds(5));
        }
    }

    @Override
    public long etaSeconds(Job job) {
        long left = job.left();
        long nanos = rates.of(OperationRates.GET_LISTINGS_RESTRICTIONS).nanosPerCall() * left;
        return (nanos + SECOND - 1) / SECOND;
    }

    /**
     * The refresh token that an order on the disk brought along.
     *
     * @throws dev.tollgate.secret.SecretUnreadableException when its master key is not at hand
     */
    String refreshToken(RestrictionOrder order) {
        return cipher.decrypt(order.refreshToken());
    }
}
