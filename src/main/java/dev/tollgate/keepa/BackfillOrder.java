package dev.tollgate.keepa;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tollgate.jobs.Asins;

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
    private static final Set<String> FIELDS = Set.of("asins", "domain", "params");

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
            if (params.keySet().stream().anyMatch(reserved::equalsIgnoreCase)) {
                throw new IllegalArgumentException("params must not hold " + reserved);
            }
        }
    }

    /**
     * An order as a caller gives it. Nothing of it is left out silently.
     *
     * @param fields of the order, without its items
     * @param asins  its items; null when there are none
     * @throws IllegalArgumentException naming the field that cannot be
     */
    static BackfillOrder read(JsonNode fields, List<String> asins) {
        fields.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                throw new IllegalArgumentException("%s is no field of this order, which has asins, domain and params. Parameters of the product request stand in params"
                        .formatted(shortened(name)));
            }
        });
        JsonNode params = fields.path("params");
        if (!params.isMissingNode() && !params.isObject()) {
            throw new IllegalArgumentException("params must be an object of texts, numbers or booleans");
        }
        Map<String, String> read = new HashMap<>();
        params.properties().forEach(param -> {
            if (param.getKey().isBlank() || !param.getValue().isTextual() && !param.getValue().isNumber() && !param.getValue().isBoolean()) {
                throw new IllegalArgumentException("params.%s must be a text, a number or a boolean".formatted(shortened(param.getKey())));
            }
            read.put(param.getKey(), text(param.getValue()));
        });
        int domain = fields.has("domain") ? KeepaDomain.read(fields.get("domain")) : 1;
        return new BackfillOrder(listed(asins), domain, read);
    }

    /** An order that was accepted, perhaps by an earlier version, which read it less strictly. */
    static BackfillOrder kept(JsonNode fields, List<String> asins) {
        Map<String, String> params = new HashMap<>();
        fields.path("params").properties().forEach(param -> params.put(param.getKey(), text(param.getValue())));
        return new BackfillOrder(listed(asins), fields.path("domain").asInt(1), params);
    }

    /** What is written down of it, without its items. */
    JsonNode fields() {
        ObjectNode fields = JsonNodeFactory.instance.objectNode().put("domain", domain);
        ObjectNode further = fields.putObject("params");
        new TreeMap<>(params).forEach(further::put);
        return fields;
    }

    private static List<String> listed(List<String> asins) {
        if (asins == null) {
            throw new IllegalArgumentException("asins must be a list of ASINs");
        }
        return asins;
    }

    /** Keepa's switches are 1 and 0. */
    private static String text(JsonNode value) {
        return value.isBoolean() ? value.booleanValue() ? "1" : "0" : value.asText();
    }

    private static String shortened(String name) {
        return name.length() <= 40 ? name : name.substring(0, 40) + "…";
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
