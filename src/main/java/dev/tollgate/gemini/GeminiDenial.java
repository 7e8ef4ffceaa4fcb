package dev.tollgate.gemini;

import java.io.IOException;
import java.net.SocketTimeoutException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.FailedCall;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RequestQuery;

/**
 * What clients of {@code /gemini} are told when there is no reply to pass on, in Google's own shape. A status that is not
 * to help by itself (403, 404, 400) is one that google-genai does not repeat; 503 and 504 it does.
 */
@Component("geminiDenial")
record GeminiDenial(ObjectMapper json) {

    private static final Logger log = LoggerFactory.getLogger(GeminiDenial.class);

    /** Turns whatever went wrong into an answer. */
    public byte[] answer(@ExchangeException Exception thrown, Exchange exchange) throws JsonProcessingException {
        Refusal no = refusal(thrown);
        RequestQuery.answer(exchange, no.getStatus(), "application/json", null)
                .setHeader("Retry-After", no.getRetryAfterSeconds());
        return json.writeValueAsBytes(Dialect.GEMINI.body(no, exchange.getProperty(RequestIds.HEADER, String.class)));
    }

    private static Refusal refusal(Exception thrown) {
        if (thrown instanceof Refusal refusal) {
            return inWords(refusal);
        }
        if (FailedCall.neverLeft(thrown)) {
            return Refusal.of(503, "Gemini cannot be reached.");
        }
        if (thrown instanceof SocketTimeoutException) {
            return Refusal.of(504, "Gemini gave no answer in time.");
        }
        if (thrown instanceof IOException) {
            return Refusal.of(502, "Gemini broke off its answer.");
        }
        log.error("A call of Gemini failed in a way that no rule knows", thrown);
        return Refusal.of(500, "The gateway failed.");
    }

    /** Refusals of steps that {@code /extract} uses, too, speak of an invoice. */
    private static Refusal inWords(Refusal no) {
        boolean ofAnInvoice = UploadGuard.FAILED.equals(no.getMessage());
        return ofAnInvoice ? no.saying("The gateway cannot make this call now.") : no;
    }
}
