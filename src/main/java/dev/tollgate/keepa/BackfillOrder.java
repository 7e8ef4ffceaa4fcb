package dev.tollgate.keepa;

import dev.tollgate.jobs.Asins;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Keepa backfill is to fetch.
 *
 * @param asins  each once, in the order given, in capitals; blank ones are dropped
 * @param domain Keepa's number of the marketplace, 1..12
 * @param params further parameters of the product request, such as {@code offers}; never {@code asin}, {@code domain} or
 *               {@code key}
 */
public record BackfillOrder(List<String> asins, int domain, Map<String, String> params) {

    private static final int MOST_PARAMS = 50;

    /** @throws IllegalArgumentException without an ASIN, or with a domain or a parameter that cannot be */
    public BackfillOrder {
        asins = Asins.once(asins);
        params = Map.copyOf(params);
        if (asins.isEmpty()) {
            throw new IllegalArgumentException("A backfill needs at least one ASIN");
        }
        if (domain < 1 || domain > 12) {
            throw new IllegalArgumentException("domain must be 1 to 12, not " + domain);
        }
        if (params.size() > MOST_PARAMS) {
            throw new IllegalArgumentException("params must not hold more than " + MOST_PARAMS + " parameters");
        }
        for (String reserved : List.of("asin", "code", "domain", "key")) {
            if (params.containsKey(reserved)) {
                throw new IllegalArgumentException("params must not hold " + reserved);
            }
        }
    }

    /** The query string of a product request for these ASINs, without a key; the same order gives the same text. */
    public String query(Collection<String> batch) {
        StringBuilder query = new StringBuilder("domain=").append(domain);
        new TreeMap<>(params).forEach((name, value) ->
                query.append('&').append(encoded(name)).append('=').append(encoded(value)));
        return query.append("&asin=").append(String.join(",", batch)).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
