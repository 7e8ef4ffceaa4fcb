package dev.tollgate.gemini;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.kit.Payer;
import dev.tollgate.kit.PayerSource;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.TokenVerdict;
import dev.tollgate.logging.Redactor;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.secret.SecretUnreadableException;

/**
 * Chooses whose key pays. Every attempt takes one at random among the company's Active keys, those that failed lately
 * or in this very call last.
 */
@Component("keyRing")
public class KeyRing implements PayerSource {

    /** About as long as a call takes. */
    private static final Duration WHILE_CALLS_END = Duration.ofSeconds(5);
    static final String KEY_HEADER = "x-goog-api-key";
    private static final int MOST_OPENED = 10_000;

    private final SecretCipher cipher;
    private final FallbackKey fallback;
    private final Bench bench;
    /** Keys as they are stored, and opened. Bound: {@value #MOST_OPENED}, of 500 characters each, the width of the column. */
    private final Cache<String, String> opened = Caffeine.newBuilder().maximumSize(MOST_OPENED).build();

    KeyRing(SecretCipher cipher, GeminiProperties properties, Clock clock) {
        this.cipher = cipher;
        this.fallback = new FallbackKey(properties.apiKeyFile());
        this.bench = new Bench(clock);
    }

    /**
     * Begins a call for a company whose rows are given.
     *
     * @throws Refusal with the contract's message when none of the rows may pay and there is no fallback; 503 when its file was
     *                 not understood
     */
    @SuppressWarnings("unchecked") // the body that gemini-token-rows leaves
    public void admit(Exchange exchange) {
        List<TokenRow> rows = exchange.getMessage().getBody(List.class);
        Requester requester = exchange.getProperty(Requester.PROPERTY, Requester.class);
        TokenVerdict verdict = TokenVerdict.ofGemini(rows);
        refusal(verdict).ifPresent(no -> {
            throw no;
        });
        String requestId = exchange.getProperty(RequestIds.HEADER, String.class);
        List<TokenRow> usable = TokenVerdict.servingGemini(rows);
        exchange.setProperty(GeminiCall.PROPERTY, new GeminiCall(requestId, requester, usable));
        exchange.getMessage().setBody(null); // the rows, and the keys in them, go no further
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
     * Begins an attempt: puts the company's keys in order.
     *
     * @throws Refusal when the caller of a repeated call has gone
     */
    @Override
    public Payer payer(Exchange exchange) {
        GeminiCall call = exchange.getProperty(GeminiCall.PROPERTY, GeminiCall.class);
        if (call.attempts() > 0 && Caller.of(exchange).isGone()) {
            throw Refusal.callerGone(); // nothing is tried again for somebody who is not there
        }
        DropInRequest request = exchange.getVariable(DropInRequest.CALL, DropInRequest.class);
        boolean ofAProject = request != null && request.isOfAProject();
        return new Company(call, ofAProject ? alwaysAlike(call.untried()) : inOrder(call.untried()), ofAProject,
                request != null && GeminiPaths.isOpenAi(request.target()));
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
            return Optional.of(opened.get(key.apiKey(), this::open));
        }
        catch (SecretUnreadableException e) {
            bench.take(key, new UpstreamFailure(UpstreamFailure.Kind.KEY, 0, e.getMessage(), false, null));
            return Optional.empty();
        }
    }

    /** A plain one, of an adopted database, comes back as it is. An upstream may repeat it in what it says. */
    private String open(String stored) {
        String plain = cipher.decrypt(stored);
        Redactor.register(plain);
        return plain;
    }

    void failed(GeminiCall call, UpstreamFailure failure) {
        if (failure.isOfTheKey() && call.current() != null) {
            bench.take(call.current(), failure);
            call.giveUpKey();
        }
    }

    void served(GeminiCall call) {
        if (call.current() != null) {
            bench.clear(call.current());
        }
    }

    /** A company with its keys; without any, the fallback key. */
    private final class Company implements Payer {

        private final GeminiCall call;
        private final List<TokenRow> rows;
        private final boolean ofAProject;
        private final boolean bearer;
        private boolean unreadable;
        private String plain;

        /**
         * @param ofAProject whether what is asked for belongs to the project of one key
         * @param bearer whether the path takes its key as OpenAI's clients send it, and refuses a call with two credentials
         */
        Company(GeminiCall call, List<TokenRow> rows, boolean ofAProject, boolean bearer) {
            this.call = call;
            this.rows = rows;
            this.ofAProject = ofAProject;
            this.bearer = bearer;
        }

        @Override
        public String companyId() {
            return call.requester().companyId();
        }

        @Override
        public String branch() {
            return call.requester().branch();
        }

        @Override
        public String requestedBy() {
            return call.requester().username();
        }

        @Override
        public List<TokenRow> rows() {
            return rows;
        }

        @Override
        public boolean isUnderWay() {
            return call.attempts() > 0;
        }

        @Override
        public boolean canPay(TokenRow row) {
            Optional<String> key = plain(row);
            unreadable |= key.isEmpty();
            plain = key.orElse(null);
            return key.isPresent();
        }

        @Override
        public boolean paysWithoutRow() {
            if (ofAProject) {
                throw Refusal.of(403, "Files, caches, batches and interactions need a token of your company's own: with the key that"
                        + " all companies without tokens share, they would be everybody's.");
            }
            plain = fallback.read().orElseThrow(() -> fallback.why(said(TokenVerdict.NONE)));
            Redactor.register(plain);
            return true;
        }

        @Override
        public void pays(TokenRow row, Exchange request) {
            call.begin(row);
            request.getMessage().setHeader(bearer ? "Authorization" : KEY_HEADER, bearer ? "Bearer " + plain : plain);
        }

        @Override
        public Refusal refusal(boolean held) {
            return unreadable && !held ? Refusal.of(500, UploadGuard.FAILED) : noRoom(held);
        }
    }
}
