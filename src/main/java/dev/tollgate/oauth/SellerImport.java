package dev.tollgate.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * {@code POST /admin/sellers}: takes over a refresh token that was obtained elsewhere. Only a JSON type is taken, which no
 * page of another site can send without being asked first.
 */
@Component("sellerImport")
class SellerImport {

    private record Request(String sellerId, List<String> marketplaceIds, String refreshToken) {
    }

    private static final ObjectReader JSON = new ObjectMapper().readerFor(Request.class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Sellers sellers;

    SellerImport(Sellers sellers) {
        this.sellers = sellers;
    }

    /** Stores the seller and answers how it stands, without the token. */
    public Map<String, Object> take(Exchange exchange) {
        String type = RequestQuery.header(exchange, Exchange.CONTENT_TYPE);
        if (type == null || !type.toLowerCase().startsWith("application/json")) {
            throw Refusal.of(415, "Send JSON, with Content-Type: application/json.");
        }
        Request request = read(exchange.getMessage().getBody(byte[].class));
        RequestQuery.answer(exchange, 201, "application/json", null);
        try {
            return sellers.show(sellers.importGrant(request.sellerId(), request.marketplaceIds(), request.refreshToken()));
        } catch (IllegalArgumentException e) {
            throw Refusal.of(400, e.getMessage());
        } catch (DataAccessException e) {
            throw Refusal.until(503, "The seller cannot be stored now: the database is away.", Duration.ofSeconds(5));
        }
    }

    /** What was sent holds a secret, so nothing of it is repeated. */
    private static Request read(byte[] body) {
        try {
            Request request = body == null ? null : JSON.readValue(body);
            if (request != null) {
                return request;
            }
        } catch (JsonProcessingException e) {
            throw Refusal.of(400, "The body is no JSON object with sellerId, marketplaceIds and refreshToken.");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        throw Refusal.of(400, "The body is missing.");
    }
}
