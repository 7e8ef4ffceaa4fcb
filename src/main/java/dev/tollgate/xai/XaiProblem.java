package dev.tollgate.xai;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.kit.QuotaSpent;
import dev.tollgate.quota.QuotaDecision;

/** What callers of {@code /judge}, {@code /learn} and {@code /xai/v1} are told when something goes wrong. */
@Component("xaiProblem")
record XaiProblem(XaiProperties properties) {

    private static final Logger LOG = LoggerFactory.getLogger(XaiProblem.class);

    /** The gateway's own envelope, for {@code /judge} and {@code /learn}; it is the answer then. */
    public Map<String, Object> answer(@ExchangeException Exception thrown, Exchange exchange) {
        exchange.getMessage().removeHeaders("*");
        return Dialect.ENVELOPE.answer(refusal(thrown), exchange);
    }

    /** xAI's shape, for clients of {@code /xai/v1}; it is the answer then. */
    public String dropIn(@ExchangeException Exception thrown, Exchange exchange) {
        Refusal refusal = QuotaSpent.uncounted(thrown).or(() -> QuotaSpent.in(thrown).map(XaiDenial::spent)).orElseGet(() -> refusal(thrown));
        XaiDenial denial = XaiDenial.of(refusal, Departure.of(thrown) == Departure.NEVER_LEFT, dialect(exchange),
                exchange.getProperty(RequestIds.HEADER, String.class));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, denial.status());
        denial.headers().forEach(exchange.getMessage()::setHeader);
        return denial.body();
    }

    private static Dialect dialect(Exchange exchange) {
        DropInCall call = exchange.getVariable(XaiDropIn.CALL, DropInCall.class);
        String path = call != null ? "/xai" + call.path() : exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        return Dialect.of(path) == Dialect.XAI_MESSAGES ? Dialect.XAI_MESSAGES : Dialect.XAI;
    }

    /** Why there is no answer, in a few words that hold nothing of the upstream's text. */
    static String reason(Exception thrown) {
        return QuotaSpent.in(thrown).map(QuotaDecision.Denied::reason)
                .or(() -> known(thrown, Duration.ofSeconds(1)).map(Refusal::getMessage))
                .orElse(thrown.getMessage() == null ? "the call failed" : thrown.getMessage());
    }

    private Refusal refusal(Exception thrown) {
        return known(thrown, properties.breaker().open()).orElseGet(() -> {
            LOG.error("A call to xAI failed in a way that no rule knows", thrown);
            return Refusal.of(500, "the gateway failed");
        });
    }

    private static Optional<Refusal> known(Throwable thrown, Duration open) {
        if (thrown instanceof Refusal refusal) {
            return Optional.of(refusal);
        }
        if (thrown instanceof CallNotPermittedException) {
            return Optional.of(Refusal.until(503, "xAI has been failing and is not asked at the moment", open));
        }
        if (thrown instanceof XaiFailure failure) {
            return Optional.of(Refusal.of(502, failure.getMessage()));
        }
        if (Departure.of(thrown) == Departure.NEVER_LEFT) {
            return Optional.of(Refusal.of(502, "xAI cannot be reached"));
        }
        if (thrown instanceof SocketTimeoutException) {
            return Optional.of(Refusal.of(504, "xAI gave no answer in time"));
        }
        if (thrown instanceof IOException) {
            return Optional.of(Refusal.of(502, "xAI broke off its answer"));
        }
        // A breaker hands checked exceptions on in a wrapper.
        return thrown.getCause() == null || thrown.getCause() == thrown ? Optional.empty() : known(thrown.getCause(), open);
    }
}
