package dev.tollgate.kit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.tollgate.door.RequestIds;
import dev.tollgate.gateway.Refusal;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/** What callers of an API of one's own are told: the gateway's own envelope, with {@code Retry-After} where that helps. */
@Component("tollErrors")
public class KitErrors {

    private static final Logger log = LoggerFactory.getLogger(KitErrors.class);

    /** Makes the message the answer. */
    public Map<String, Object> answer(@ExchangeException Exception thrown, Exchange exchange) {
        Refusal refusal = refusal(thrown);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, refusal.getStatus());
        exchange.getMessage().setHeader("Retry-After", refusal.getRetryAfterSeconds());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", "error");
        body.put("message", refusal.getMessage());
        body.put("data", null);
        body.put("requestId", exchange.getProperty(RequestIds.HEADER, String.class));
        return body;
    }

    private static Refusal refusal(Exception thrown) {
        if (thrown instanceof Refusal refusal) {
            return refusal;
        }
        if (neverLeft(thrown)) {
            return Refusal.of(502, "The upstream cannot be reached.");
        }
        if (thrown instanceof SocketTimeoutException) {
            return Refusal.of(504, "The upstream gave no answer in time.");
        }
        if (thrown instanceof IOException) {
            return Refusal.of(502, "The upstream broke off its answer.");
        }
        log.error("A route failed in a way that no rule knows", thrown);
        return Refusal.of(500, "The gateway failed.");
    }

    /** Whether no byte of the request left: no connection was made. */
    static boolean neverLeft(Exception thrown) {
        return thrown instanceof ConnectException || thrown instanceof UnknownHostException
                || thrown instanceof NoRouteToHostException || thrown instanceof ConnectTimeoutException;
    }
}
