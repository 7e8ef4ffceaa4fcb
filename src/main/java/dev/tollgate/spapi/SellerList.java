package dev.tollgate.spapi;

import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.spapi.sellers.Sellers;

/** {@code GET /sellers}: a key that was made for one seller sees that one. */
@Component("sellerList")
class SellerList {

    private final Sellers sellers;

    SellerList(Sellers sellers) {
        this.sellers = sellers;
    }

    /** The sellers whom the caller may name, without secrets. */
    public List<Map<String, Object>> list(Exchange exchange) {
        return sellers.list(KeyHolder.of(exchange)::mayNameSeller);
    }
}
