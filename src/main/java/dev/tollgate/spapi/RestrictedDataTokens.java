package dev.tollgate.spapi;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Plausible;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.spapi.sellers.GatewayTokens;

/**
 * Keeps Restricted Data Tokens of Amazon's from callers: the answer of createRestrictedDataToken carries a gateway token in
 * its place, with which a call leaves as if it had Amazon's own. It is remembered nowhere, since it holds Amazon's, encrypted.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/tokens-api-v2021-03-01-reference">Amazon: Tokens API
 *      v2021-03-01 reference</a>
 */
@Component("restrictedDataTokens")
record RestrictedDataTokens(GatewayTokens tokens, SellerAccess access, Clock clock) {

    private static final String OPERATION = "createRestrictedDataToken";
    private static final String FIELD = "restrictedDataToken";
    private static final long USUAL_LIFE = 3600;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Puts a gateway token in the place of Amazon's, in an answer that has one.
     *
     * @throws Refusal 502 for an answer that cannot be read, which may hold one
     */
    public void seal(Exchange exchange) throws JsonProcessingException {
        SpApiCall call = SpApiCall.of(exchange);
        Message answer = exchange.getMessage();
        byte[] body = answer.getBody(byte[].class);
        if (!call.operation().equals(OPERATION) || answer.getHeader(Exchange.HTTP_RESPONSE_CODE, int.class) >= 300 || body == null || body.length == 0) {
            return;
        }
        if (!(parsed(body) instanceof ObjectNode fields)) {
            throw unreadable();
        }
        if (!fields.path(FIELD).isTextual()) {
            return;
        }
        try {
            fields.put(FIELD, sealed(call, fields, KeyHolder.of(exchange)));
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
        answer.setBody(JSON.writeValueAsBytes(fields));
    }

    private String sealed(SpApiCall call, ObjectNode fields, KeyHolder caller) {
        long told = Plausible.count(fields.path("expiresIn"), Plausible.LONGEST_TOKEN_LIFE.toSeconds()).value();
        Instant until = clock.instant().plusSeconds(told == 0 ? USUAL_LIFE : told);
        return tokens.forRestrictedData(access.idOf(caller, call.seller()),
                new GatewayTokens.RestrictedData(call.seller(), call.region(), fields.path(FIELD).asText()), until);
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw unreadable();
        }
    }

    /** Without what was wrong with it, which may be the token. */
    private static Refusal unreadable() {
        return Refusal.of(502, "Amazon's answer to createRestrictedDataToken cannot be read, so it is not passed on.");
    }
}
