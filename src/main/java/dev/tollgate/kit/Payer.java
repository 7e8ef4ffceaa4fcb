package dev.tollgate.kit;

import java.util.List;

import org.apache.camel.Exchange;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.ledger.TokenRow;

/** Who pays for one call of a {@code budget-action}, and how it stands on its row. */
public interface Payer {

    /** As TokenMaster has it. */
    String companyId();

    /** Where the caller belongs, or which of the gateway's paths asked. */
    String branch();

    /** Who asks. */
    String requestedBy();

    /** The rows that may pay, in the order in which they are asked for room; the first that has some pays. */
    List<TokenRow> rows();

    /** Whether a row can pay, apart from its room: such as one whose key is at hand. */
    default boolean canPay(TokenRow row) {
        return true;
    }

    /** Whether something pays that has no row; asked where there are no rows. */
    default boolean paysWithoutRow() {
        return false;
    }

    /**
     * Whether an earlier attempt of the call has left already: then it is seen through where no new call is paid for, because its
     * caller was admitted while what it costs could be booked.
     */
    default boolean isUnderWay() {
        return false;
    }

    /**
     * Tells that a row pays for the call that is about to leave, which may take its credential along.
     *
     * @param row null for what has no row
     */
    default void pays(TokenRow row, Exchange request) {
        // most upstreams know the gateway by one key
    }

    /**
     * Why none of the rows pays.
     *
     * @param held whether calls under way hold what is left, so that coming back helps
     */
    Refusal refusal(boolean held);
}
