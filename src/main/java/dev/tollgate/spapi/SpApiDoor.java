package dev.tollgate.spapi;

import dev.tollgate.door.Received;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.spapi.sellers.AccessTokens;
import dev.tollgate.spapi.sellers.Region;
import dev.tollgate.spapi.sellers.Sellers;
import dev.tollgate.spapi.sellers.SpApiProperties;
import dev.tollgate.spapi.sellers.TokenSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Lets calls in: what is asked, for which seller, and whether it can be asked at all. */
@Component("spApiDoor")
public class SpApiDoor {

    /** What passes of a caller's headers; never a credential, a length or a host. */
    private static final List<String> PASSING = List.of("Accept", "Accept-Language", "Content-Type", "Content-Encoding");

    private final SpApiProperties properties;
    private final Sellers sellers;
    private final SellerAccess access;
    private final OperationRates rates;
    private final AccessTokens tokens;

    SpApiDoor(SpApiProperties properties, Sellers sellers, SellerAccess access, OperationRates rates, AccessTokens tokens) {
        this.properties = properties;
        this.sellers = sellers;
        this.access = access;
        this.rates = rates;
        this.tokens = tokens;
    }

    /** Makes a call of a request of an SDK. */
    public void admit(Exchange exchange) throws InterruptedException {
        requireCredential();
        String seller = access.sellerOf(RequestQuery.header(exchange, "X-Seller-Id"),
                RequestQuery.header(exchange, "x-amz-access-token"));
        exchange.setProperty(SpApiCall.PROPERTY, call(seller, TokenSource.ofSeller(tokens, seller), region(seller), request(exchange)));
    }

    /** @throws Refusal 503 that names the settings that are missing */
    void requireCredential() {
        List<String> missing = properties.missingForTokens();
        if (!missing.isEmpty()) {
            throw Refusal.of(503, "The gateway has no credential for Amazon: set " + String.join(", ", missing) + ".");
        }
    }

    private Region region(String seller) throws InterruptedException {
        try {
            return sellers.regionOf(seller).orElseThrow(() -> SpApiUpstream.notConnected());
        } catch (DataAccessException e) {
            throw databaseAway();
        }
    }

    /** A call on its way: to the region's endpoint, at the rate of its operation, within max-wait. */
    public SpApiCall call(String seller, TokenSource source, Region region, SpApiRequest request) {
        return new SpApiCall(seller, source, region.endpoint(properties.baseUrl()),
                rates.operationOf(request.method(), request.path()), request, System.nanoTime() + properties.maxWait().toNanos());
    }

    static Refusal databaseAway() {
        return Refusal.until(503, "The gateway's database is away.", Duration.ofSeconds(5));
    }

    private static SpApiRequest request(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, String> headers = new HashMap<>();
        for (String name : PASSING) {
            String value = RequestQuery.header(exchange, name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        String path = Received.pathBehindRoute(exchange);
        return new SpApiRequest(message.getHeader(Exchange.HTTP_METHOD, String.class), path.isEmpty() ? "/" : path,
                message.getHeader(Exchange.HTTP_QUERY, String.class), headers, message.getBody(byte[].class));
    }
}
