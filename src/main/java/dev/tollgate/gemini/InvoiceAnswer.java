package dev.tollgate.gemini;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestProblem;

/** The envelope of every answer of {@code /extract}, good or bad: the one that existing clients read. */
@Component("invoiceAnswer")
record InvoiceAnswer(GeminiProperties properties) {

    private static final Logger log = LoggerFactory.getLogger(InvoiceAnswer.class);

    static Map<String, Object> of(String status, String message, Object data, String requestId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", status);
        body.put("message", message);
        body.put("data", data);
        body.put("requestId", requestId);
        return body;
    }

    /** @throws Refusal 422 when the model refused the input, 502 when its answer cannot be read */
    public Map<String, Object> answer(@Body GeminiReply reply, @ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call) {
        if (reply.outcome() != GeminiReply.Outcome.EXTRACTED) {
            log.warn("No invoice for company {}: {}", call.requester().companyId(), reply.reason());
            throw Refusal.of(reply.outcome() == GeminiReply.Outcome.REFUSED ? 422 : 502, UploadGuard.FAILED);
        }
        return of("ok", "Invoice processed successfully", reply.invoice(), call.requestId());
    }

    /** Turns whatever went wrong into the status and message of the contract. */
    public Map<String, Object> error(@ExchangeException Exception thrown, Exchange exchange) {
        Object problem = exchange.getProperty(RequestProblem.PROPERTY);
        boolean isSaidAlike = problem == RequestProblem.TOO_LARGE || problem == RequestProblem.NO_ROOM;
        Refusal refusal = isSaidAlike ? ((RequestProblem) problem).refusal().saying(UploadGuard.FAILED) : refusal(thrown);
        return Dialect.ENVELOPE.answer(refusal, exchange);
    }

    private Refusal refusal(Exception thrown) {
        if (thrown instanceof Refusal refusal) {
            return refusal.getStatus() == 503 && refusal.getRetryAfterSeconds() != null ? refusal.saying(UploadGuard.FAILED) : refusal;
        }
        if (thrown instanceof CallNotPermittedException) {
            return Refusal.until(503, UploadGuard.FAILED, properties.breaker().open());
        }
        if (thrown instanceof UpstreamFailure failure) {
            boolean input = failure.kind() == UpstreamFailure.Kind.INPUT;
            return Refusal.of(failure.status() == 413 ? 413 : input ? 422 : 502, UploadGuard.FAILED);
        }
        log.error("An extract failed in a way that no rule knows", thrown);
        return Refusal.of(500, UploadGuard.FAILED);
    }
}
