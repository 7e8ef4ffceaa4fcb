package dev.tollgate.spapi;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.ListPage;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.spapi.sellers.Sellers;

/** {@code GET /sellers}: a key that was made for one seller sees that one. */
@Component("sellerList")
record SellerList(Sellers sellers) {

    /**
     * A page of the sellers whom the caller may name, without secrets, by id and region. {@code after} is the last row's id of the page
     * before, with a colon and its region, since a seller in two regions has two rows.
     *
     * @throws Refusal 400 for a part of the list that is none
     */
    public List<Map<String, Object>> list(@Header("after") @Nullable String after, Exchange exchange) {
        if (after != null && !after.matches("[\\w.-]{1,64}(:[A-Z]{2})?")) {
            throw Refusal.of(400, "after must be the sellerId of the last row of the page before, with a colon and its region.");
        }
        ListPage page = ListPage.withoutAfter(exchange);
        List<Map<String, Object>> rows = sellers.list(KeyHolder.of(exchange)::mayNameSeller).stream()
                .filter(seller -> page.search().isEmpty() || Stream.of("sellerId", "state", "region", "marketplaces")
                        .anyMatch(field -> String.valueOf(seller.get(field)).toLowerCase(Locale.ROOT).contains(page.search())))
                .filter(seller -> after == null || id(seller).compareTo(after) > 0)
                .sorted(Comparator.comparing(SellerList::id)).limit(page.limit() + 1L).toList();
        return page.cut(rows, SellerList::id, "/sellers", exchange);
    }

    private static String id(Map<String, Object> seller) {
        return seller.get("sellerId") + ":" + seller.get("region");
    }
}
