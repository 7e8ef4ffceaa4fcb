package dev.tollgate.spapi;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;

/** Refusals in the shape of Amazon's own errors, so that SDKs read them. */
@Component("spApiAnswer")
public class SpApiAnswer {

    private static final Logger log = LoggerFactory.getLogger(SpApiAnswer.class);

    /** Turns whatever went wrong into an answer. */
    public Map<String, Object> error(@ExchangeException Exception thrown, Exchange exchange) {
        Refusal refusal = thrown instanceof Refusal known ? known : unanswered(thrown);
        RequestQuery.answer(exchange, refusal.getStatus(), "application/json", null);
        return Dialect.SP_API.answer(refusal, exchange);
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
