package dev.tollgate.oauth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Access tokens of one client at one token endpoint (RFC 6749, grants {@code client_credentials} and
 * {@code refresh_token}; the client's id and secret go into the form). Callers who find none fresh share one request. After
 * a failure the next request waits, twice as long each time.
 */
public final class ClientTokens {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final TokenEndpoint endpoint;
    private final Map<String, String> form;
    private final Clock clock;
    private final SingleFlight<String, TokenResult> flights;
    private final AtomicReference<TokenSlot> slot = new AtomicReference<>(TokenSlot.EMPTY);
    private final LongAdder requests = new LongAdder();

    ClientTokens(TokenEndpoint endpoint, Map<String, String> form, Clock clock, Executor executor, Duration longestFlight) {
        this.endpoint = endpoint;
        this.form = form;
        this.clock = clock;
        this.flights = new SingleFlight<>(executor, longestFlight);
    }

    /** A token that serves now: at once when there is one, else when the endpoint has answered. */
    public CompletionStage<TokenResult> whenFresh() {
        Instant now = clock.instant();
        TokenSlot known = slot.get();
        Optional<TokenResult> serving = known.servingAt(now);
        if (serving.isPresent()) {
            return CompletableFuture.completedFuture(serving.get());
        }
        if (!known.mayAskAt(now)) {
            return CompletableFuture.completedFuture(unavailable(known, now));
        }
        return flights.begin("", this::ask).exceptionally(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof TimeoutException) {
                return new TokenResult.Unavailable("the token endpoint did not answer in time", SOON);
            }
            if (cause instanceof RejectedExecutionException) {
                return new TokenResult.Unavailable("too many token requests wait already", SOON);
            }
            throw cause instanceof RuntimeException thrown ? thrown : new CompletionException(cause);
        });
    }

    /**
     * Another token after the upstream did not take this one: at most one request for one failed token, however many calls
     * it failed. The same token again, when it is too young for a newer one to help.
     */
    public CompletionStage<TokenResult> whenReplaced(AccessToken failed) {
        slot.updateAndGet(known -> known.expired(failed.value(), clock.instant()));
        return whenFresh();
    }

    private TokenResult ask() {
        return slot.get().servingAt(clock.instant()).orElseGet(this::asked); // somebody may have been faster
    }

    private TokenResult asked() {
        requests.increment();
        LwaAnswer answer = LwaAnswer.of(endpoint, form, clock);
        Instant now = clock.instant();
        if (answer instanceof LwaAnswer.Granted granted) {
            slot.updateAndGet(known -> known.granted(granted.accessToken(), Duration.ZERO));
            return new TokenResult.Fresh(granted.accessToken());
        }
        LwaAnswer.Failed failure = (LwaAnswer.Failed) answer;
        boolean passing = failure.kind() == LwaAnswer.Kind.PASSING;
        return unavailable(slot.updateAndGet(known -> passing ? known.failed(failure.text(), now)
                : known.refused(failure.text(), now)), now);
    }

    private static TokenResult unavailable(TokenSlot known, Instant now) {
        Duration wait = Duration.between(now, known.notBefore());
        Duration second = Duration.ofSeconds(1);
        return new TokenResult.Unavailable("the token endpoint said: " + known.error(), wait.compareTo(second) < 0 ? second : wait);
    }

    Map<String, Object> snapshot() {
        AccessToken token = slot.get().token();
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("accessTokenExpiresAt", token == null ? null : token.expiresAt().toString());
        numbers.put("refreshes", requests.sum());
        return numbers;
    }
}
