package dev.tollgate.gemini;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.Usage;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * What the route does with each answer of Gemini: tell a result from a failure, book what it cost, and hand out what
 * it says.
 */
@Component("geminiUpstream")
public class GeminiUpstream {

    /** Exchange property of the failed attempt, an {@link UpstreamFailure}. */
    static final String FAILURE = "upstreamFailure";

    /** Exchange property of the same as a row of RetryAttempts: taken now, because the call goes on to the next one. */
    static final String ATTEMPT = "failedAttempt";

    private static final Logger log = LoggerFactory.getLogger(GeminiUpstream.class);

    private final ObjectMapper json;
    private final FailureReader failures;
    private final KeyRing keys;
    private final Ledger ledger;
    private final Clock clock;
    private final long estimate;
    private final Counter calls;
    private final Counter retries;
    private final Counter consumed;

    GeminiUpstream(ObjectMapper json, KeyRing keys, Ledger ledger, GeminiProperties properties, Clock clock,
            MeterRegistry meters) {
        this.estimate = properties.estimate();
        this.json = json;
        this.failures = new FailureReader(json);
        this.keys = keys;
        this.ledger = ledger;
        this.clock = clock;
        this.calls = Counter.builder("tollgate.gemini.calls").baseUnit("calls")
                .description("Calls that left for Gemini, every attempt counted").register(meters);
        this.retries = Counter.builder("tollgate.gemini.retries").baseUnit("calls")
                .description("Calls that were repetitions of a failed one").register(meters);
        this.consumed = Counter.builder("tollgate.gemini.consumed").baseUnit("tokens")
                .description("What Gemini said that served calls used, of all companies together").register(meters);
    }

    /** @throws Refusal 503 when what the call costs could be written nowhere: then it must not be made */
    public void ensureBookable() {
        if (!ledger.canBook()) {
            throw Refusal.until(503, UploadGuard.FAILED, Duration.ofSeconds(30));
        }
    }

    /** Counts an attempt that is about to leave. */
    public void leaving(@ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call) {
        calls.increment();
        if (call.attempts() > 1) {
            retries.increment();
        }
    }

    /** @throws UpstreamFailure if the answer is not a 2xx */
    public void check(@Header(Exchange.HTTP_RESPONSE_CODE) int status, @Header("Retry-After") String retryAfter,
            @Body byte[] body) {
        if (status / 100 != 2) {
            throw failure(status, retryAfter, body);
        }
    }

    /** What an answer that is not a 2xx says. */
    UpstreamFailure failure(int status, String retryAfter, byte[] body) {
        return failures.read(status, retryAfter, body);
    }

    /** Notes a failed attempt; the key that failed is the last to be tried again. */
    public void failed(@ExchangeException Exception thrown, @ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call,
            Exchange exchange) {
        UpstreamFailure failure = failures.read(thrown);
        keys.failed(call, failure);
        if (failure.isOfTheKey() && call.hasAnotherKey()) {
            failure = failure.anotherKeyMayDo();
        }
        log.warn("Gemini failed attempt {} of company {}: {}", call.attempts(), call.requester().companyId(),
                failure.getMessage());
        // Camel counts repetitions in a header, which the answer has replaced: without it, it would never stop.
        exchange.getMessage().setHeader(Exchange.REDELIVERY_COUNTER, call.attempts() - 1);
        exchange.setProperty(FAILURE, failure);
        exchange.setProperty(ATTEMPT, new Attempt(call.requestId(), call.tokenId(), call.requester().companyId(),
                call.attempts(), failure.getMessage(), failure.isRetryable(), clock.instant()));
    }

    /** Hands the failure on to the retry and the breaker. */
    public void raise(@ExchangeProperty(FAILURE) UpstreamFailure failure) {
        throw failure;
    }

    /**
     * Books what a served call cost, before anything else is done with it, and sets the body to what it says.
     *
     * @throws Refusal 503 when it could be booked nowhere
     */
    public void settle(@ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call, @Body byte[] body, Exchange exchange) {
        GeminiReply reply = GeminiReply.read(body, json);
        book(call, reply.usage());
        exchange.getMessage().setBody(reply);
    }

    /** Books what a served call cost, and gives its reservation back. */
    void book(GeminiCall call, TokenUsage told) {
        Requester requester = call.requester();
        TokenUsage used = told.isOdd() ? bounded(call, told) : told;
        if (!used.isNone()) {
            ledger.book(new Usage(call.callId(), call.requestId(), call.tokenId(), requester.companyId(), requester.branch(),
                    requester.username(), used.input(), used.output(), used.textPrompt(), used.imagePrompt(),
                    used.textCandidates(), used.total(), clock.instant()));
        }
        consumed.increment(used.total());
        keys.served(call);
        log.info("Gemini answered company {} at attempt {}: {} tokens in, {} out, {} in all", requester.companyId(),
                call.attempts(), used.input(), used.output(), used.total());
    }

    /**
     * What is booked for a count that cannot be true: as much as it says, but no more than a tenth of the key's limit, so that
     * no single reply shuts a company out, and no less than the estimate, so that no call is free.
     */
    private TokenUsage bounded(GeminiCall call, TokenUsage told) {
        TokenRow key = call.current();
        long tenth = key == null ? Long.MAX_VALUE : key.totalTokenLimit() / 10;
        TokenUsage used = (told.total() == 0 ? told.atLeast(estimate) : told).atMost(Math.max(estimate, tenth));
        log.warn("Gemini told company {} a number of tokens that cannot be true ({}) in request {}: {} tokens are booked for"
                + " key {}. Look at the bill; PATCH /admin/tokens mends a limit.", call.requester().companyId(), told.odd(),
                call.requestId(), used.total(), call.tokenId());
        return used;
    }

    /** @throws Refusal 422 when the model refused the input, 502 when its answer cannot be read */
    public Map<String, Object> answer(@Body GeminiReply reply,
            @ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call) {
        if (reply.outcome() != GeminiReply.Outcome.EXTRACTED) {
            log.warn("No invoice for company {}: {}", call.requester().companyId(), reply.reason());
            throw Refusal.of(reply.outcome() == GeminiReply.Outcome.REFUSED ? 422 : 502, UploadGuard.FAILED);
        }
        return InvoiceAnswer.of("ok", "Invoice processed successfully", reply.invoice(), call.requestId());
    }
}
