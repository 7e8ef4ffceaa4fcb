package dev.tollgate.gemini;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gemini.ReplyReading.End;
import dev.tollgate.gemini.UpstreamFailure.Kind;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.Usage;
import dev.tollgate.upstream.ReplyStream;

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

    /** Exchange property of what an answer said about itself. */
    static final String READING = "geminiReading";

    private static final String UNTOLD = " before it was said what it costs";

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
    private final Counter unknown;
    private final Attempts attempts;

    GeminiUpstream(ObjectMapper json, KeyRing keys, Ledger ledger, Attempts attempts, GeminiProperties properties, Clock clock,
            MeterRegistry meters) {
        this.attempts = attempts;
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
        this.unknown = Counter.builder("tollgate.gemini.usage.unknown").baseUnit("answers")
                .description("Answers that did not say what they cost, so that a guess is booked").register(meters);
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

    /**
     * Sets the body to the whole answer.
     *
     * @throws IOException when it breaks off; what it had said by then that it cost is booked
     */
    public void read(@ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call, Exchange exchange) throws IOException {
        ReplyReading reading = new ReplyReading();
        exchange.setProperty(READING, reading);
        exchange.getMessage().setBody(whole(call, reading, exchange.getMessage()));
    }

    /** The whole answer, read on its way; when it breaks off, what it had said by then is booked. */
    byte[] whole(GeminiCall call, ReplyReading reading, Message answer) throws IOException {
        try {
            return ReplyStream.whole(answer, reply -> new MeteredReply(reply, reading, end -> { }));
        }
        catch (IOException brokenOff) {
            book(call, reading.usage(), false);
            throw brokenOff;
        }
    }

    /**
     * Looks what an answer is, and books what it says that it cost where it is none.
     *
     * @throws UpstreamFailure if the answer is not a 2xx, or is one without an answer
     */
    public void check(@Header(Exchange.HTTP_RESPONSE_CODE) int status, @Header("Retry-After") String retryAfter,
            @ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call, @ExchangeProperty(READING) ReplyReading reading,
            @Body byte[] body) {
        if (status / 100 != 2) {
            throw failure(status, retryAfter, body);
        }
        Optional<UpstreamFailure> failure = failureIn(reading, status, End.WHOLE);
        if (failure.isPresent()) {
            book(call, reading.usage(), false);
            throw failure.get();
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
        // Camel counts repetitions in a header, which the answer has replaced: without it, it would never stop.
        exchange.getMessage().setHeader(Exchange.REDELIVERY_COUNTER, call.attempts() - 1);
        exchange.setProperty(FAILURE, failure);
        exchange.setProperty(ATTEMPT, attempt(call, failure));
    }

    private Attempt attempt(GeminiCall call, UpstreamFailure failure) {
        log.warn("Gemini failed attempt {} of company {}: {}", call.attempts(), call.requester().companyId(), failure.getMessage());
        return new Attempt(call.requestId(), call.tokenId(), call.requester().companyId(), call.attempts(), failure.getMessage(),
                failure.isRetryable(), clock.instant());
    }

    /** Hands the failure on to the retry and the breaker. */
    public void raise(@ExchangeProperty(FAILURE) UpstreamFailure failure) {
        throw failure;
    }

    /**
     * Books what a served call cost, before anything else is done with it, and sets the body to what it says.
     *
     * @throws UpstreamFailure when the model ended without a word for the first time, which is worth another attempt
     */
    public void settle(@ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call, @ExchangeProperty(READING) ReplyReading reading,
            @Body byte[] body, Exchange exchange) {
        try {
            bookAsTold(call, reading, 0);
        }
        finally {
            keys.served(call);
        }
        GeminiReply reply = GeminiReply.read(body, json);
        if (reply.outcome() == GeminiReply.Outcome.SILENT && call.saysNothingForTheFirstTime()) {
            UpstreamFailure silent = new UpstreamFailure(Kind.OTHER, 200, reply.reason(), true, null);
            attempts.record(attempt(call, silent));
            throw silent;
        }
        exchange.getMessage().setBody(reply);
    }

    /**
     * Settles a reply that has passed to a caller, or as much of it as did: books what it said that it cost, gives the
     * reservation back, and notes what went wrong inside it. Never more than it said is booked, with one exception: a whole
     * answer that does not say what it cost, or in a form that cannot be read, costs the estimate, and its row says so.
     *
     * @param guess tokens that it costs where it does not say, for what need not say or says it in a form that cannot be read; 0 for
     *              any other, which costs the estimate if it is a whole answer
     */
    void settle(GeminiCall call, ReplyReading reading, int status, End end, long guess) {
        boolean mayBeUntold = guess > 0 && end == End.WHOLE && !reading.isEmpty() && reading.error().isEmpty();
        Optional<UpstreamFailure> failure = mayBeUntold ? Optional.empty() : failureIn(reading, status, end);
        try {
            if (failure.isPresent()) {
                book(call, reading.usage(), false);
            }
            else {
                bookAsTold(call, reading, guess);
            }
        }
        finally {
            failure.ifPresentOrElse(why -> keys.failed(call, why), () -> keys.served(call));
            failure.ifPresent(why -> attempts.record(attempt(call, why)));
        }
    }

    /** Why what began as a 2xx is no answer, or nobody knows what it cost. */
    private Optional<UpstreamFailure> failureIn(ReplyReading reading, int status, End end) {
        if (reading.error().isPresent()) {
            return reading.error().map(failures::inside);
        }
        boolean named = !reading.usage().isNone();
        if (end == End.BROKEN_OFF) {
            return Optional.of(FailureReader.noAnswer(status, "Gemini broke off its answer" + (named ? "" : UNTOLD), Kind.ENDPOINT));
        }
        if (named) {
            return Optional.empty();
        }
        if (end == End.CALLER_LEFT) {
            return Optional.of(FailureReader.noAnswer(status, "the caller left" + UNTOLD, Kind.OTHER));
        }
        if (reading.isEmpty()) {
            return Optional.of(FailureReader.noAnswer(status, "an answer without content", Kind.ENDPOINT));
        }
        if (reading.isTold()) {
            return Optional.of(FailureReader.noAnswer(status, "an answer that cost no tokens by its own word", Kind.OTHER));
        }
        return reading.isFinished() ? Optional.empty()
                : Optional.of(FailureReader.noAnswer(status, "what came is no answer of Gemini's", Kind.OTHER));
    }

    private void bookAsTold(GeminiCall call, ReplyReading reading, long guess) {
        boolean untold = reading.usage().isNone() && (guess > 0 || reading.isFinished());
        if (untold) {
            unknown.increment();
            log.info("Gemini did not say what request {} of company {} cost; what is booked is an estimate", call.requestId(),
                    call.requester().companyId());
        }
        TokenUsage guessed = guess > 0 ? new TokenUsage(guess, 0, 0, 0, 0, guess, null, null) : TokenUsage.NONE.atLeast(estimate);
        book(call, untold ? guessed : reading.usage(), untold);
    }

    /** Tokens of a call whose cost is not known. */
    long estimate() {
        return estimate;
    }

    private void book(GeminiCall call, TokenUsage told, boolean estimated) {
        Requester requester = call.requester();
        TokenUsage used = told.isOdd() ? bounded(call, told) : told;
        if (!used.isNone()) {
            ledger.book(new Usage(call.callId(), call.requestId(), call.tokenId(), requester.companyId(), requester.branch(),
                    requester.username(), used.input(), used.output(), used.textPrompt(), used.imagePrompt(),
                    used.textCandidates(), used.total(), clock.instant(), null, used.details(), estimated));
        }
        consumed.increment(used.total());
        log.info("Gemini answered company {} at attempt {}: {} tokens in, {} out, {} in all", requester.companyId(),
                call.attempts(), used.input(), used.output(), used.total());
    }

    /** Gives back what a call held that costs nothing. */
    void served(GeminiCall call) {
        keys.served(call);
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
