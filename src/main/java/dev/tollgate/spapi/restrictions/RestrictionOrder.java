package dev.tollgate.spapi.restrictions;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tollgate.jobs.Asins;
import dev.tollgate.spapi.SpApiRequest;
import dev.tollgate.spapi.sellers.Grant;
import dev.tollgate.spapi.sellers.Marketplaces;
import dev.tollgate.spapi.sellers.Region;

/**
 * What a restriction check is to ask: whether a seller may list these products in these marketplaces.
 *
 * @param sellerId       whose permissions
 * @param asins          each once, in the order given, in capitals
 * @param marketplaceIds at least one, all of one region
 * @param conditionType  one of Amazon's; empty: every condition
 * @param refreshToken   one that came with the order, encrypted once it is written down; empty: the seller's stored consent
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/listings-restrictions-api-v2021-08-01-reference">Amazon:
 *      Listings Restrictions API v2021-08-01 reference</a>
 */
public record RestrictionOrder(String sellerId, List<String> asins, List<String> marketplaceIds, String conditionType,
        String refreshToken) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "refreshToken";
    private static final String PATH = "/listings/2021-08-01/restrictions";
    private static final int LONGEST_TOKEN = 2048;
    private static final int MOST_MARKETPLACES = 100;

    private static final Set<String> CONDITIONS = Set.of("", "new_new", "new_open_box", "new_oem", "refurbished_refurbished",
            "used_like_new", "used_very_good", "used_good", "used_acceptable", "collectible_like_new", "collectible_very_good",
            "collectible_good", "collectible_acceptable", "club_club");

    /** @throws IllegalArgumentException naming the field that cannot be */
    public RestrictionOrder {
        require(Grant.isSellerId(sellerId), "sellerId must be the id of a seller");
        require(CONDITIONS.contains(conditionType), "conditionType must be one of Amazon's, such as new_new or used_good, or left out");
        asins = Asins.once(asins);
        require(!asins.isEmpty(), "A restriction check needs at least one ASIN");
        marketplaceIds = List.copyOf(new LinkedHashSet<>(marketplaceIds));
        Marketplaces.regionOf(marketplaceIds);
    }

    /** @throws IllegalArgumentException naming the field that is missing or cannot be */
    static RestrictionOrder of(JsonNode order, List<String> asins) {
        require(order.path("marketplaceIds").isArray(), "marketplaceIds must be a list of marketplace ids");
        require(order.path("marketplaceIds").size() <= MOST_MARKETPLACES, "marketplaceIds must not hold more than " + MOST_MARKETPLACES + " ids");
        require(asins != null, "asins must be a list of ASINs");
        List<String> marketplaces = new ArrayList<>();
        order.path("marketplaceIds").forEach(id -> marketplaces.add(id.asText().strip()));
        return new RestrictionOrder(seller(order), asins, marketplaces, order.path("conditionType").asText("").strip(),
                order.path(order.has("refresh_token") ? "refresh_token" : TOKEN).asText("").strip());
    }

    /** The seller that an order names, which may be none. */
    static String seller(JsonNode order) {
        return order.path("sellerId").asText("").strip();
    }

    /**
     * The order to write down beside its ASINs: what it needs and nothing else that came along.
     *
     * @param sealed encrypts the refresh token
     */
    ObjectNode kept(UnaryOperator<String> sealed) {
        require(refreshToken.length() <= LONGEST_TOKEN, "refreshToken is longer than Amazon makes them");
        ObjectNode order = JSON.createObjectNode().put("sellerId", sellerId);
        marketplaceIds.forEach(order.putArray("marketplaceIds")::add);
        if (!conditionType.isEmpty()) {
            order.put("conditionType", conditionType);
        }
        if (bringsToken()) {
            order.put(TOKEN, sealed.apply(refreshToken));
        }
        return order;
    }

    /** What {@link #kept} made, without the refresh token. */
    public static JsonNode withoutToken(JsonNode kept) {
        return kept.has(TOKEN) ? kept.<ObjectNode>deepCopy().without(TOKEN) : kept;
    }

    boolean bringsToken() {
        return !refreshToken.isEmpty();
    }

    Region region() {
        return Marketplaces.regionOf(marketplaceIds);
    }

    /** getListingsRestrictions of one product. */
    SpApiRequest request(String asin) {
        String query = "asin=" + asin + "&sellerId=" + sellerId + "&marketplaceIds=" + String.join(",", marketplaceIds)
                + (conditionType.isEmpty() ? "" : "&conditionType=" + conditionType);
        return new SpApiRequest("GET", PATH, query, Map.of("Accept", "application/json"), new byte[0]);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    /** Without the refresh token. */
    @Override
    public String toString() {
        return asins.size() + " ASINs of seller " + sellerId + " in " + marketplaceIds;
    }
}
