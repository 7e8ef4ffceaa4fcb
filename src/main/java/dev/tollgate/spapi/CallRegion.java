package dev.tollgate.spapi;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.QueryString;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.spapi.sellers.Marketplace;
import dev.tollgate.spapi.sellers.Marketplaces;
import dev.tollgate.spapi.sellers.Region;

/** Which of a seller's regions a call is for. */
final class CallRegion {

    /** Where callers name it: NA, EU or FE. */
    static final String HEADER = "X-Seller-Region";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How Amazon's operations call marketplaces, in queries and at the top of bodies. */
    private static final Pattern MARKETPLACES = Pattern.compile("(?i)marketplace_?ids?");

    /** @throws Refusal 400 for a text that is no region's name; null names none */
    static Optional<Region> named(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(Stream.of(Region.values()).filter(region -> region.name().equals(header.strip().toUpperCase(Locale.ROOT))).findFirst()
                .orElseThrow(() -> Refusal.of(400, "The header " + HEADER + " must be NA, EU or FE.")));
    }

    /**
     * The region that is named; else the only one that the seller is connected in; else the one of the marketplaces in the
     * query or the body.
     *
     * @param connected where the seller is
     * @throws Refusal 403 where the seller is not connected, 400 where the call does not say which of several it is for
     */
    Region of(List<Region> connected, Optional<Region> named, SpApiRequest request) {
        if (connected.isEmpty()) {
            throw SellerTokens.notConnected();
        }
        if (named.isPresent() && !connected.contains(named.get())) {
            throw Refusal.of(403, "This seller is not connected in %s: the seller must open /connect with a marketplace there.".formatted(named.get()));
        }
        if (named.isPresent() || connected.size() == 1) {
            return named.orElse(connected.get(0));
        }
        Set<Region> wanted = ofMarketplaces(request);
        wanted.retainAll(connected);
        if (wanted.size() != 1) {
            throw Refusal.of(400, "This seller is connected in %s: name the region of the call in the header %s.".formatted(
                    connected.stream().map(Region::name).collect(Collectors.joining(" and ")), HEADER));
        }
        return wanted.iterator().next();
    }

    private static Set<Region> ofMarketplaces(SpApiRequest request) {
        Set<Region> regions = EnumSet.noneOf(Region.class);
        Stream.concat(inQuery(request.query()), inBody(request.body())).flatMap(ids -> Stream.of(ids.split(",")))
                .forEach(id -> Marketplaces.find(id).map(Marketplace::region).ifPresent(regions::add));
        return regions;
    }

    private static Stream<String> inQuery(@Nullable String query) {
        return QueryString.of(query).parameters().stream().filter(parameter -> MARKETPLACES.matcher(parameter.name()).matches())
                .map(QueryString.Parameter::value);
    }

    private static Stream<String> inBody(byte @Nullable [] body) {
        if (body == null || body.length == 0 || body[0] != '{') {
            return Stream.empty();
        }
        try {
            JsonNode fields = JSON.readTree(body);
            return fields.properties().stream().filter(field -> MARKETPLACES.matcher(field.getKey()).matches())
                    .flatMap(field -> field.getValue().isArray() ? Stream.of(field.getValue()).flatMap(ids -> ids.valueStream()).map(JsonNode::asText)
                            : Stream.of(field.getValue().asText()));
        } catch (IOException e) {
            return Stream.empty(); // no JSON, whatever it begins with: it names none
        }
    }
}
