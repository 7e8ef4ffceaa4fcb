package dev.tollgate.keepa;

import java.io.IOException;
import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.FailedCall;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestProblem;

/**
 * Where callers of {@code /keepa} come in and where what goes wrong is answered, always in Keepa's own envelope, because
 * its clients read no other.
 */
@Component("keepaEntrance")
record KeepaEntrance(KeepaKey key, KeepaBalance balance) {

    private static final Logger LOG = LoggerFactory.getLogger(KeepaEntrance.class);

    static final String NO_KEY = "The gateway has no key for Keepa: set KEEPA_API_KEY in its environment";

    private static final String PREFIX = "/keepa";

    /** What Keepa's clients call. Anything else is a mistake that Keepa would answer with a misleading balance of 0. */
    private static final Set<String> ENDPOINTS = Set.of("product", "token", "query", "deal", "search", "bestsellers",
            "seller", "category", "topseller", "lightningdeal", "tracking", "graphimage");

    /**
     * Lets in what Keepa serves; the message's path is then Keepa's.
     *
     * @throws Refusal 503 without a key to pay with, 404, 405, 413 or, where there is no room, 503 for what is never forwarded
     */
    public void open(Exchange exchange) {
        KeepaAnswer.remember(exchange);
        RequestProblem problem = exchange.getProperty(RequestProblem.PROPERTY, RequestProblem.class);
        if (problem != null) {
            throw problem == RequestProblem.NO_ROOM ? problem.refusal() : Refusal.of(413, "The request body is too large");
        }
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        String rest = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
        check(rest, exchange.getMessage().getHeader(Exchange.HTTP_METHOD, String.class));
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, rest);
    }

    /** @throws Refusal 503, 404 or 405 for what is never forwarded */
    void check(String rest, String method) {
        String named = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        if (!named.startsWith("/") || !ENDPOINTS.contains(named.substring(1))) {
            throw Refusal.of(404, "Keepa has no such endpoint: " + rest);
        }
        if (!method.equals("GET") && !method.equals("POST")) {
            throw Refusal.of(405, "Keepa takes GET and POST, not " + method);
        }
        if (!key.isConfigured()) {
            throw Refusal.of(503, NO_KEY);
        }
    }

    /** Makes the message the answer of {@code /token}: the shared balance, without asking Keepa. */
    public void token(Exchange exchange) {
        KeepaAnswer.write(exchange, 200, balance.token());
    }

    /** Compresses a reply again that came compressed, for a caller who asked for that. */
    public void pass(Exchange exchange) {
        KeepaAnswer.pass(exchange, exchange.getMessage().getBody(byte[].class));
    }

    /** Answers what went wrong. A call that may have been paid is answered with a status that no client repeats. */
    public void failed(@ExchangeException Exception thrown, Exchange exchange) {
        Refusal refusal = thrown instanceof Refusal known ? known : refusal(thrown);
        if (refusal.getStatus() == Denial.STATUS && refusal.getRetryAfter() != null) {
            Denial denial = balance.denial(refusal.getRetryAfter());
            KeepaAnswer.write(exchange, Denial.STATUS, denial.envelope());
            exchange.getMessage().setHeader("Retry-After", denial.retryAfterSeconds());
            return;
        }
        Envelope e = balance.token();
        int status = Dialect.KEEPA.status(refusal);
        KeepaError error = new KeepaError(type(status), refusal.getMessage(), "");
        KeepaAnswer.write(exchange, status, new Envelope(e.timestamp(), e.tokensLeft(), e.refillIn(),
                e.refillRate(), e.flowReduction(), 0, 0, error));
        exchange.getMessage().setHeader("Retry-After", refusal.getRetryAfterSeconds());
    }

    private static Refusal refusal(Exception thrown) {
        if (FailedCall.neverLeft(thrown)) {
            LOG.warn("Keepa cannot be reached: {}", thrown.toString());
            return Refusal.of(502, "Keepa cannot be reached; nothing was charged");
        }
        if (thrown instanceof IOException) {
            LOG.warn("Keepa broke off: {}", thrown.toString());
            return Refusal.of(500, "Keepa took the call and did not answer it; it may have charged it");
        }
        if (thrown instanceof InterruptedException) {
            return Refusal.of(503, "The gateway is stopping");
        }
        LOG.error("A call to Keepa failed in a way that no rule knows", thrown);
        return Refusal.of(500, "Internal error");
    }

    private static String type(int status) {
        return switch (status) {
            case 404 -> "notFound";
            case 405 -> "methodNotAllowed";
            case 400 -> "invalidParameter";
            case 402 -> "paymentRequired";
            case 502 -> "upstreamUnreachable";
            case 503 -> "serviceUnavailable";
            default -> "internalServerError";
        };
    }
}
