package dev.tollgate.gemini;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.ledger.InFlight;
import dev.tollgate.ledger.Reservation;
import dev.tollgate.ledger.Reservations;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.TokenVerdict;
import dev.tollgate.logging.Redactor;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.secret.SecretUnreadableException;

/**
 * Chooses whose key pays. Every attempt takes one at random among the company's Active keys, those that failed lately
 * or in this very call last, and reserves an estimate on it, so that parallel calls cannot run past the limit by more
 * than what is in flight.
 */
@Component("keyRing")
public class KeyRing {

    /** About as long as a call takes. */
    private static final Duration WHILE_CALLS_END = Duration.ofSeconds(5);
    static final String KEY_HEADER = "x-goog-api-key";

    private final Reservations reservations;
    private final InFlight inFlight;
    private final SecretCipher cipher;
    private final GeminiProperties properties;
    private final FallbackKey fallback;
    private final Bench bench;

    KeyRing(Reservations reservations, InFlight inFlight, SecretCipher cipher, GeminiProperties properties,
            Clock clock) {
        this.reservations = reservations;
        this.inFlight = inFlight;
        this.cipher = cipher;
        this.properties = properties;
        this.fallback = new FallbackKey(properties.apiKeyFile());
        this.bench = new Bench(clock);
    }

    /**
     * Begins a call for a company whose rows are given.
     *
     * @throws Refusal with the contract's message when none of the rows may pay and there is no fallback; 503 when its file was
     *                 not understood
     */
    public void admit(@Body List<TokenRow> rows, @ExchangeProperty(Requester.PROPERTY) Requester requester,
            Exchange exchange) {
        TokenVerdict verdict = TokenVerdict.ofGemini(rows);
        refusal(verdict).ifPresent(no -> {
            throw no;
        });
        String requestId = exchange.getProperty(RequestIds.HEADER, String.class);
        List<TokenRow> usable = TokenVerdict.servingGemini(rows);
        exchange.setProperty(GeminiCall.PROPERTY, new GeminiCall(requestId, requester, usable));
    }

    /** Why a company with such rows is not served; empty if it is, by the fallback key where it has none at all. */
    Optional<Refusal> refusal(TokenVerdict verdict) {
        if (verdict == TokenVerdict.ACTIVE || verdict == TokenVerdict.NONE && fallback.read().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(verdict == TokenVerdict.NONE ? fallback.why(said(verdict)) : said(verdict));
    }

    private static Refusal said(TokenVerdict verdict) {
        return Refusal.of(verdict.httpStatus(), verdict.message());
    }

    /**
     * Begins an attempt: chooses a key, reserves on it and sets it as the header that the upstream reads.
     *
     * @throws Refusal 429 when calls in flight hold what is left of every key, 403 when nothing is left
     */
    public void take(@ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call, Exchange exchange) {
        choose(call, properties.estimate(), exchange);
    }

    /**
     * The same for an attempt that costs nothing: a key is chosen and nothing is reserved on it.
     *
     * @throws Refusal 429 when calls in flight hold what is left of every key, 403 when nothing is left
     */
    public void lend(@ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call, Exchange exchange) {
        choose(call, 0, exchange);
    }

    private void choose(GeminiCall call, long estimate, Exchange exchange) {
        if (call.attempts() > 0 && Caller.of(exchange).isGone()) {
            throw Refusal.callerGone(); // nothing is tried again for somebody who is not there
        }
        boolean ofAProject = isOfAProject(exchange);
        if (call.untried().isEmpty()) {
            if (estimate > 0 && !reservations.mayTry(null)) {
                throw Refusal.until(503, UploadGuard.FAILED, Duration.ofMinutes(1)); // what it costs could not be booked
            }
            if (ofAProject) {
                throw Refusal.of(403, "Files, caches, batches and interactions need a token of your company's own: with the key that"
                        + " all companies without tokens share, they would be everybody's.");
            }
            String plain = fallback.read().orElseThrow(() -> fallback.why(said(TokenVerdict.NONE)));
            begin(call, null, null, estimate, plain, exchange);
            return;
        }
        boolean unreadable = false;
        boolean held = false;
        for (TokenRow key : ofAProject ? alwaysAlike(call.untried()) : inOrder(call.untried())) {
            Optional<String> plain = plain(key);
            unreadable |= plain.isEmpty();
            if (plain.isPresent()) {
                Reservation reserved = reservations.reserve(key.tokenId(), key.used(), key.totalTokenLimit(), estimate);
                if (reserved.admitted()) {
                    begin(call, key, reserved, estimate, plain.get(), exchange);
                    return;
                }
                held |= !reservations.isSpent(key.tokenId(), key.used(), key.totalTokenLimit());
            }
        }
        throw unreadable && !held ? Refusal.of(500, UploadGuard.FAILED) : noRoom(held);
    }

    /**
     * What a company is told whose tokens have no room for a call.
     *
     * @param held whether calls under way hold what is left, so that coming back helps
     */
    static Refusal noRoom(boolean held) {
        return held ? Refusal.until(429, "Calls under way hold what is left of your company's AI tokens. Try again when they are done.",
                WHILE_CALLS_END) : Refusal.of(TokenVerdict.UNAVAILABLE.httpStatus(), TokenVerdict.UNAVAILABLE.message());
    }

    private void begin(GeminiCall call, TokenRow key, Reservation reserved, long estimate, String plainKey,
            Exchange exchange) {
        Redactor.register(plainKey); // an upstream may repeat it in what it says
        call.begin(key, reserved);
        if (estimate > 0) {
            inFlight.begin(call.callId(), call.requestId(), call.tokenId(), estimate);
        }
        exchange.getMessage().setHeader(KEY_HEADER, plainKey);
    }

    /** What belongs to one project is found again with the key that made it. */
    private static boolean isOfAProject(Exchange exchange) {
        DropInRequest request = exchange.getVariable("call", DropInRequest.class);
        return request != null && request.isOfAProject();
    }

    private static List<TokenRow> alwaysAlike(List<TokenRow> keys) {
        return keys.stream().sorted(Comparator.comparing(TokenRow::tokenId)).toList();
    }

    private List<TokenRow> inOrder(List<TokenRow> keys) {
        List<TokenRow> order = new ArrayList<>(keys);
        Collections.shuffle(order);
        order.sort(Comparator.comparing(bench::holds));
        return order;
    }

    /** Empty, and reported once, when no master key opens it: another key of the company may do. */
    private Optional<String> plain(TokenRow key) {
        if (key.apiKey() == null || key.apiKey().isBlank()) {
            bench.take(key, new UpstreamFailure(UpstreamFailure.Kind.KEY, 0, "Its ApiKey is empty", false, null));
            return Optional.empty();
        }
        try {
            return Optional.of(cipher.decrypt(key.apiKey())); // a plain one, of an adopted database, comes back as it is
        }
        catch (SecretUnreadableException e) {
            bench.take(key, new UpstreamFailure(UpstreamFailure.Kind.KEY, 0, e.getMessage(), false, null));
            return Optional.empty();
        }
    }

    void failed(GeminiCall call, UpstreamFailure failure) {
        release(call);
        if (failure.isOfTheKey() && call.current() != null) {
            bench.take(call.current(), failure);
            call.giveUpKey();
        }
    }

    void served(GeminiCall call) {
        release(call);
        if (call.current() != null) {
            bench.clear(call.current());
        }
    }

    private void release(GeminiCall call) {
        inFlight.end(call.callId());
        Reservation reservation = call.takeReservation();
        if (reservation != null) {
            reservations.settle(reservation);
        }
    }
}
