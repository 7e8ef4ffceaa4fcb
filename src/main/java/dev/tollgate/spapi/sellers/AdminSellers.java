package dev.tollgate.spapi.sellers;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.gateway.admin.AdminAudit;
import dev.tollgate.gateway.admin.Fields;

/** The steps of {@code /admin/sellers}. A refresh token goes in and never comes out. */
@Component("adminSellers")
record AdminSellers(Sellers sellers, AdminAudit audit, TransactionTemplate transaction) {

    private static final int MAX_SELLER = 64;

    /** Amazon's longest token. */
    private static final int MAX_TOKEN = 2048;

    /**
     * Takes over a refresh token that was obtained elsewhere. Only a JSON type is taken, which no page of another site can
     * send without being asked first.
     */
    public Map<String, Object> take(@Body byte[] body, Exchange exchange) {
        String type = RequestQuery.header(exchange, Exchange.CONTENT_TYPE);
        if (type == null || !type.toLowerCase().startsWith("application/json")) {
            throw Refusal.of(415, "Send JSON, with Content-Type: application/json.");
        }
        Fields fields = Fields.read(body, "sellerId", "marketplaceIds", "refreshToken");
        String seller = fields.required("sellerId", MAX_SELLER);
        List<String> marketplaces = fields.list("marketplaceIds").stream().map(id -> id.toUpperCase(Locale.ROOT)).toList();
        String refreshToken = fields.required("refreshToken", MAX_TOKEN);
        Grant grant = transaction.execute(status -> {
            audit.write(exchange, "seller.import", "seller " + seller, "marketplaceIds=" + String.join(" ", marketplaces));
            return imported(seller, marketplaces, refreshToken);
        });
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 201);
        return sellers.show(grant);
    }

    private Grant imported(String seller, List<String> marketplaces, String refreshToken) {
        try {
            return sellers.importGrant(seller, marketplaces, refreshToken);
        }
        catch (IllegalArgumentException e) {
            throw Refusal.of(400, e.getMessage());
        }
    }

    /** Forgets a seller with its tokens. @throws Refusal 404 for one that nobody connected */
    public void remove(@Header("id") String id, Exchange exchange) {
        boolean removed = sellers.remove(id, remove -> Boolean.TRUE.equals(transaction.execute(status -> {
            boolean done = remove.getAsBoolean();
            if (done) {
                audit.write(exchange, "seller.remove", "seller " + id, "removed");
            }
            return done;
        })));
        if (!removed) {
            throw Refusal.of(404, "There is no such seller.");
        }
        exchange.getMessage().setBody(null);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 204);
    }
}
