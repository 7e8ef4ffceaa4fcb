package dev.tollgate.gemini;

import java.time.Clock;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;

import dev.tollgate.gemini.UpstreamFailure.Kind;
import dev.tollgate.kit.CallCost.End;
import dev.tollgate.kit.Cost;
import dev.tollgate.ledger.Attempt;

/** What the replies of Gemini cost and what their failures mean, for whatever path has asked. */
@Component
class GeminiCosts {

    /** Exchange property of a failed attempt as a row of RetryAttempts; the route removes it. */
    static final String ATTEMPT = "failedAttempt";

    private static final String UNTOLD = " before it was said what it costs";

    private static final Logger log = LoggerFactory.getLogger(GeminiCosts.class);

    private final FailureReader failures;
    private final KeyRing keys;
    private final Attempts attempts;
    private final Clock clock;
    private final long estimate;
    private final Counter calls;
    private final Counter retries;
    private final Counter consumed;
    private final Counter unknown;

    GeminiCosts(ObjectMapper json, KeyRing keys, Attempts attempts, GeminiProperties properties, Clock clock, MeterRegistry meters) {
        this.failures = new FailureReader(json);
        this.keys = keys;
        this.attempts = attempts;
        this.clock = clock;
        this.estimate = properties.estimate();
        this.calls = Counter.builder("tollgate.gemini.calls").baseUnit("calls")
                .description("Calls that left for Gemini, every attempt counted").register(meters);
        this.retries = Counter.builder("tollgate.gemini.retries").baseUnit("calls")
                .description("Calls that were repetitions of a failed one").register(meters);
        this.consumed = Counter.builder("tollgate.gemini.consumed").baseUnit("tokens")
                .description("What Gemini said that served calls used, of all companies together").register(meters);
        this.unknown = Counter.builder("tollgate.gemini.usage.unknown").baseUnit("answers")
                .description("Answers that did not say what they cost, so that a guess is booked").register(meters);
    }

    /** Counts an attempt that is about to leave. */
    void leaving(GeminiCall call) {
        calls.increment();
        if (call.attempts() > 1) {
            retries.increment();
        }
    }

    /** Tokens of a call whose cost is not known. */
    long estimate() {
        return estimate;
    }

    /** What a reply that is not a 2xx says. */
    UpstreamFailure refused(int status, Message reply) {
        return failures.read(status, reply.getHeader("Retry-After", String.class), reply.getBody(byte[].class));
    }

    /** No reply at all, or none that is whole. */
    UpstreamFailure unanswered(Exception thrown) {
        return failures.read(thrown);
    }

    /** Notes a failed attempt; the key that failed is the last to be tried again. */
    UpstreamFailure failed(UpstreamFailure failure, GeminiCall call, Exchange exchange) {
        UpstreamFailure noted = noted(failure, call);
        exchange.setProperty(ATTEMPT, attempt(call, noted));
        return noted;
    }

    /** The same inside a reply that is with its caller already, where no route sees it. */
    void failed(UpstreamFailure failure, GeminiCall call) {
        attempts.record(attempt(call, noted(failure, call)));
    }

    private UpstreamFailure noted(UpstreamFailure failure, GeminiCall call) {
        keys.failed(call, failure);
        return failure.isOfTheKey() && call.hasAnotherKey() ? failure.anotherKeyMayDo() : failure;
    }

    void served(GeminiCall call) {
        keys.served(call);
    }

    private Attempt attempt(GeminiCall call, UpstreamFailure failure) {
        log.warn("Gemini failed attempt {} of company {}: {}", call.attempts(), call.requester().companyId(), failure.getMessage());
        return new Attempt(call.requestId(), call.tokenId(), call.requester().companyId(), call.attempts(), failure.getMessage(),
                failure.isRetryable(), clock.instant());
    }

    /** Why what began as a 2xx is no answer, or nobody knows what it cost. */
    Optional<UpstreamFailure> failureIn(ReplyReading reading, int status, End end) {
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

    /**
     * What an answer said that it cost. A whole one that does not say it, or in a form that cannot be read, costs a guess, and its
     * row says so.
     *
     * @param guess tokens that it costs where it does not say; 0 for the estimate, if it is a whole answer
     */
    Cost told(GeminiCall call, ReplyReading reading, long guess) {
        boolean untold = reading.usage().isNone() && (guess > 0 || reading.isFinished());
        return untold ? guessed(call, guess > 0 ? guess : estimate, guess > 0) : said(call, reading);
    }

    /** What a reply had said that it cost until it ended, which may be nothing. */
    Cost said(GeminiCall call, ReplyReading reading) {
        return cost(call, reading.usage(), false);
    }

    /** What a call cost at least whose caller left before that was said: what was asked is paid. */
    Cost asked(GeminiCall call, byte[] question) {
        return guessed(call, PromptTokens.atLeast(question), true);
    }

    private Cost guessed(GeminiCall call, long tokens, boolean asked) {
        if (tokens > 0) {
            unknown.increment();
            log.info("Gemini did not say what request {} of company {} cost; what is booked is an estimate", call.requestId(),
                    call.requester().companyId());
        }
        return cost(call, asked ? new TokenUsage(tokens, 0, 0, 0, 0, tokens, null, null) : TokenUsage.NONE.atLeast(tokens), true);
    }

    private Cost cost(GeminiCall call, TokenUsage told, boolean estimated) {
        TokenUsage used = told.isOdd() ? bounded(call, told) : told;
        consumed.increment(used.total());
        // The row of its usage says the same; a line of its own only where warnings came before, which it ends.
        log.atLevel(call.attempts() > 1 ? Level.INFO : Level.DEBUG).log("Gemini answered company {} at attempt {}: {} tokens in, {} out,"
                + " {} in all", call.requester().companyId(), call.attempts(), used.input(), used.output(), used.total());
        return new Cost(used.input(), used.output(), used.textPrompt(), used.imagePrompt(), used.textCandidates(), used.total(),
                used.details(), estimated);
    }

    /**
     * What is booked for a count that cannot be true: as much as it says, but no more than a tenth of the key's limit, so that
     * no single reply shuts a company out, and no less than the estimate, so that no call is free.
     */
    private TokenUsage bounded(GeminiCall call, TokenUsage told) {
        long tenth = call.current() == null ? Long.MAX_VALUE : call.current().totalTokenLimit() / 10;
        TokenUsage used = (told.total() == 0 ? told.atLeast(estimate) : told).atMost(Math.max(estimate, tenth));
        log.warn("Gemini told company {} a number of tokens that cannot be true ({}) in request {}: {} tokens are booked for"
                + " key {}. Look at the bill; PATCH /admin/tokens mends a limit.", call.requester().companyId(), told.odd(),
                call.requestId(), used.total(), call.tokenId());
        return used;
    }
}
