package dev.tollgate.spapi;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

import org.apache.camel.Exchange;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyInBody;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.spapi.sellers.GatewayTokens;

/** Carries token requests of SDKs to {@link GatewayTokens}, and its answers back. */
@Component("gatewayTokenDoor")
record GatewayTokenDoor(GatewayTokens tokens, SellerAccess access) implements GatewayTokens.Holders {

    /** A gateway token, or an error in the shape of Login with Amazon's. */
    public Map<String, Object> issue(Exchange exchange) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        String type = RequestQuery.header(exchange, Exchange.CONTENT_TYPE);
        GatewayTokens.Answer answer;
        try {
            answer = tokens.issue(type, body == null ? "" : new String(body, StandardCharsets.UTF_8), this);
        } catch (DataAccessException e) {
            answer = new GatewayTokens.Answer(503, Map.of("error", "temporarily_unavailable",
                    "error_description", "The gateway's database is away"));
        }
        KeyInBody key = exchange.getProperty(KeyInBody.PROPERTY, KeyInBody.class);
        if (key != null && answer.refusesKey()) {
            key.isWrong();
        }
        RequestQuery.answer(exchange, answer.status(), "application/json", null).setHeader("Cache-Control", "no-store");
        return answer.body();
    }

    @Override
    public Optional<String> ofRefreshToken(String refreshToken) {
        return access.issuedFor(refreshToken);
    }

    @Override
    public Optional<String> ofClientSecret(String clientSecret) {
        return access.issuedForApplication(clientSecret);
    }
}
