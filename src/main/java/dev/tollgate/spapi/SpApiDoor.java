package dev.tollgate.spapi;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RememberedNames;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.spapi.sellers.AccessTokens;
import dev.tollgate.spapi.sellers.GatewayTokens;
import dev.tollgate.spapi.sellers.Grant;
import dev.tollgate.spapi.sellers.GrantlessTokens;
import dev.tollgate.spapi.sellers.Region;
import dev.tollgate.spapi.sellers.Sellers;
import dev.tollgate.spapi.sellers.SpApiProperties;
import dev.tollgate.spapi.sellers.TokenSource;

/** Lets calls in: what is asked, for which seller, and whether it can be asked at all. */
@Component("spApiDoor")
public class SpApiDoor {

    /** What passes of a caller's headers; never a credential, a length or a host. */
    private static final RememberedNames PASSING = new RememberedNames(Pattern.compile("(?i)accept|accept-language|content-type|content-encoding"
            + "|x-amzn-(?!.*(?:access-?token|security-?token|authorization|oidc|api-?key|credential|secret)).+").asMatchPredicate());

    /** In place of a seller for calls of the application itself; no seller's id has a space. */
    private static final String APPLICATION = "none but the application";

    private final SpApiProperties properties;
    private final Sellers sellers;
    private final SellerAccess access;
    private final Operations operations;
    private final AccessTokens tokens;
    private final GrantlessTokens grantless;
    private final CallRegion regions = new CallRegion();

    SpApiDoor(SpApiProperties properties, Sellers sellers, SellerAccess access, Operations operations, AccessTokens tokens,
            GrantlessTokens grantless) {
        this.properties = properties;
        this.sellers = sellers;
        this.access = access;
        this.operations = operations;
        this.tokens = tokens;
        this.grantless = grantless;
    }

    /** Makes a call of a request of an SDK, and the message what leaves. */
    public void admit(Exchange exchange) {
        requireCredential();
        SpApiRequest request = request(exchange);
        KeyHolder caller = KeyHolder.of(exchange);
        String named = RequestQuery.header(exchange, "X-Seller-Id");
        Optional<GatewayTokens.Issued> token = access.issued(RequestQuery.header(exchange, "x-amz-access-token"));
        String scope = token.map(GatewayTokens.Issued::scope).orElse(operations.of(request.method(), request.path()).scope());
        Optional<Region> region = CallRegion.named(RequestQuery.header(exchange, CallRegion.HEADER));
        SpApiCall call = scope.isEmpty() ? ofSeller(access.sellerOf(named, token, caller), region, token, request)
                : ofApplication(scope, named, region, caller, request);
        call.ask(exchange);
    }

    private SpApiCall ofSeller(String seller, Optional<Region> named, Optional<GatewayTokens.Issued> token, SpApiRequest request) {
        GatewayTokens.RestrictedData data = token.map(GatewayTokens.Issued::data).orElse(null);
        if (data == null) {
            Region region = region(seller, named, request);
            return call(seller, TokenSource.ofSeller(tokens, seller, region), region, request);
        }
        AccessToken restricted = new AccessToken(data.token(), Instant.EPOCH, token.get().until());
        return call(seller, TokenSource.ofToken(restricted), data.region(), request);
    }

    /** In the region that is named, or of the seller who is; else where the gateway's own base URL is. */
    private SpApiCall ofApplication(String scope, String seller, Optional<Region> named, KeyHolder caller, SpApiRequest request) {
        access.requireScope(scope, caller);
        Region region = named.isPresent() || !Grant.isSellerId(seller) ? named.orElseGet(() -> Region.of(properties.baseUrl()))
                : region(seller, named, request);
        return call(APPLICATION, grantless.of(scope), region, request);
    }

    /** @throws Refusal 503 that names the settings that are missing */
    void requireCredential() {
        List<String> missing = properties.missingForTokens();
        if (!missing.isEmpty()) {
            throw Refusal.of(503, "The gateway has no credential for Amazon: set " + String.join(", ", missing) + ".");
        }
    }

    /** Where a call of a seller goes: to the region that is named, in the header or by marketplaces, or the only one. */
    private Region region(String seller, Optional<Region> named, SpApiRequest request) {
        try {
            return regions.of(sellers.regionsOf(seller), named, request);
        } catch (DataAccessException e) {
            throw databaseAway();
        }
    }

    /** A call on its way: to the region's endpoint, at the rate of its operation. */
    public SpApiCall call(String seller, TokenSource source, Region region, SpApiRequest request) {
        URI endpoint = region.endpoint(properties.baseUrl());
        return new SpApiCall(seller, source, region, endpoint, !endpoint.equals(properties.baseUrl()),
                operations.of(request.method(), request.path()).name(), request);
    }

    static Refusal databaseAway() {
        return Refusal.until(503, "The gateway's database is away.", Duration.ofSeconds(5));
    }

    private static SpApiRequest request(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, String> headers = new HashMap<>();
        for (String name : message.getHeaders().keySet()) {
            String value = PASSING.test(name) ? RequestQuery.header(exchange, name) : null;
            if (value != null) {
                headers.put(name, value);
            }
        }
        String path = Received.pathBehindRoute(exchange);
        return new SpApiRequest(message.getHeader(Exchange.HTTP_METHOD, String.class), path.isEmpty() ? "/" : path,
                message.getHeader(Exchange.HTTP_QUERY, String.class), headers, message.getBody(byte[].class));
    }
}
