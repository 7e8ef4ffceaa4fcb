package dev.tollgate.spapi;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Refusals in the shape of Amazon's own errors, so that SDKs read them. */
@Component("spApiAnswer")
public class SpApiAnswer {

    private static final Logger log = LoggerFactory.getLogger(SpApiAnswer.class);

    private static final Map<Integer, String> CODES = Map.of(400, "InvalidInput", 403, "Unauthorized", 404, "NotFound",
            413, "RequestTooLarge", 429, "QuotaExceeded", 503, "ServiceUnavailable");

    /** Turns whatever went wrong into an answer. */
    public Map<String, Object> error(@ExchangeException Exception thrown, Exchange exchange) {
        Refusal refusal = thrown instanceof Refusal known ? known : unanswered(thrown);
        RequestQuery.answer(exchange, refusal.getStatus(), "application/json", null)
                .setHeader("Retry-After", refusal.getRetryAfterSeconds());
        boolean denied = refusal.getStatus() == 403;
        return SpApiError.body(CODES.getOrDefault(refusal.getStatus(), "InternalFailure"),
                denied ? "Access to requested resource is denied." : refusal.getMessage(), denied ? refusal.getMessage() : "");
    }

    private static Refusal unanswered(Exception thrown) {
        if (!(thrown instanceof IOException)) {
            log.error("A call of the Selling Partner API failed in a way that no rule knows", thrown);
            return Refusal.of(500, "The gateway failed.");
        }
        log.warn("The Selling Partner API did not answer: {}", thrown.toString());
        boolean late = thrown instanceof SocketTimeoutException;
        return Refusal.of(late ? 504 : 502, late ? "Amazon did not answer in time." : "Amazon cannot be reached.");
    }
}
