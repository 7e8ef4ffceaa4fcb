package dev.tollgate.gateway.keys;

import java.util.Optional;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;

/**
 * Keeps a key that was made for one company or seller to it. Looks at what the route will read, after form fields, query
 * and headers have become one, so that no second spelling slips by.
 */
public final class KeyScope {

    private static final String COMPANY = "companyID";
    private static final String SELLER = "X-Seller-Id";

    private KeyScope() {
    }

    /**
     * Why a message as it came in may not go on: it names a company or seller that is not the holder's. A holder's own
     * seller is filled in where the caller names none.
     */
    public static Optional<Refusal> refusal(Exchange exchange) {
        KeyHolder holder = KeyHolder.of(exchange);
        Message message = exchange.getMessage();
        if (!holder.mayName(message.getHeader(COMPANY, String.class))) {
            return Optional.of(Refusal.of(403, "This key belongs to another company."));
        }
        if (!holder.mayNameSeller(message.getHeader(SELLER, String.class))
                || !holder.mayNameSeller(message.getHeader("sellerId", String.class))) {
            return Optional.of(Refusal.of(403, "This key belongs to another seller."));
        }
        if (holder.sellerId() != null) {
            message.setHeader(SELLER, holder.sellerId());
        }
        return Optional.empty();
    }
}
