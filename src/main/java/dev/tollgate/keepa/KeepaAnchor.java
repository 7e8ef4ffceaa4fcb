package dev.tollgate.keepa;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.budget.Decision;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.kit.AroundPolicy;
import dev.tollgate.queue.Quote;

/**
 * When to ask Keepa's {@code /token}: once after the start, before which nothing leaves that costs; then only after a long silence,
 * since every reply tells the balance anyway and Keepa does not like to be polled; and before a long wait is believed that nothing
 * but this gateway's own arithmetic says. A question that failed is repeated after a second while the start waits for it, later
 * after a minute.
 */
@Component("keepaAnchor")
public class KeepaAnchor implements AroundPolicy {

    private static final Logger LOG = LoggerFactory.getLogger(KeepaAnchor.class);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    private static final Duration AFTER_FAILURE_AT_START = Duration.ofSeconds(1);

    /** How long the first question may take to be put, while the routes start. */
    private static final Duration UNTIL_ASKED = Duration.ofMinutes(1);

    /** A denial that is at least so long, after a word that is at least so old, is asked about. */
    private static final Duration LONG = Duration.ofMinutes(1);

    /** After so long a silence while somebody waits for tokens. */
    private static final Duration WHILE_SOMEBODY_WAITS = Duration.ofMinutes(5);

    private static final String HEARD = "keepaAnchorHeard";

    private final KeepaBalance balance;
    private final KeepaPrices prices;
    private final KeepaKey key;
    private final Clock clock;
    private final Duration silence;
    private final Duration patience;
    private Instant askedAt = Instant.EPOCH;
    private boolean asked;
    private boolean heard;

    KeepaAnchor(KeepaBalance balance, KeepaPrices prices, KeepaKey key, KeepaProperties keepa, Clock clock) {
        this.balance = balance;
        this.prices = prices;
        this.key = key;
        this.clock = clock;
        this.silence = keepa.anchorAfter();
        this.patience = keepa.anchorPatience();
        this.heard = balance.isToldByOthers(silence);
        if (key.isConfigured() && !heard) {
            balance.close(clock.instant().plus(UNTIL_ASKED));
        }
    }

    /** Whether to ask now. */
    public synchronized boolean isDue() {
        if (!key.isConfigured()) {
            return false;
        }
        if (!heard) {
            return since(balance.isOpen() ? AFTER_FAILURE : AFTER_FAILURE_AT_START);
        }
        if (balance.isAsked()) {
            return since(LONG);
        }
        Duration after = balance.queue().waiting() > 0 && WHILE_SOMEBODY_WAITS.compareTo(silence) < 0 ? WHILE_SOMEBODY_WAITS : silence;
        return balance.silentFor(after) && since(after);
    }

    /** Whether the request in the message would be sent away for long by a word that is old; one of many asks. */
    boolean isDoubtful(Exchange exchange) {
        return key.isConfigured() && balance.isOpen() && balance.silentFor(LONG) && wouldWaitLong(exchange);
    }

    private synchronized boolean wouldWaitLong(Exchange exchange) {
        if (!since(LONG)) {
            return false;
        }
        Quote quote = prices.quote(exchange);
        Decision word = balance.queue().forecast(quote, balance.price(quote), ServiceClass.INTERACTIVE);
        if (!word.denied() || word.waitMillis() < LONG.toMillis()) {
            return false;
        }
        askedAt = clock.instant();
        return true;
    }

    private boolean since(Duration pause) {
        return askedAt.plus(pause).isBefore(clock.instant());
    }

    /**
     * Makes the message the question.
     *
     * @throws Refusal 503 without a key
     */
    @Override
    public synchronized void before(Exchange exchange) {
        if (!key.isConfigured()) {
            throw Refusal.of(503, KeepaEntrance.NO_KEY);
        }
        askedAt = clock.instant();
        if (!asked) {
            asked = true;
            if (!heard && !balance.isOpen()) {
                balance.close(askedAt.plus(patience));
            }
        }
        exchange.setProperty(HEARD, false);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "GET");
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/token");
        exchange.getMessage().setHeader("Accept-Encoding", "gzip");
        exchange.getMessage().setBody(null);
    }

    /** Believes the answer. Where none came the next call will tell. */
    @Override
    public void after(Exchange exchange) {
        if (exchange.getException() == null) {
            hear(exchange);
            return;
        }
        LOG.warn("Keepa's /token could not be asked: {}", exchange.getException().toString());
        exchange.setException(null);
    }

    /** An answer that tells no balance is an answer, too, unless Keepa failed. */
    private synchronized void hear(Exchange exchange) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, int.class);
        EnvelopeReader.read(body == null ? new byte[0] : body).filter(e -> e.reading().isPresent()).ifPresentOrElse(e -> {
            balance.heard(e, askedAt);
            heard = true;
            exchange.setProperty(HEARD, true);
            LOG.info("Keepa says: {} tokens left, {} a minute", e.tokensLeft(), e.refillRate());
        }, () -> {
            if (status < 500) {
                balance.open();
            }
            LOG.warn("Keepa's /token told no balance, but {}: is KEEPA_API_KEY right?", status);
        });
    }

    /**
     * What an operator is told who had it asked.
     *
     * @throws Refusal 502 when Keepa told no balance
     */
    public Map<String, Object> told(Exchange exchange) {
        if (!exchange.getProperty(HEARD, false, boolean.class)) {
            throw Refusal.of(502, "Keepa's /token told no balance. The log says what it answered; the balance here stays as it was.");
        }
        Envelope now = balance.token();
        return Map.of("balance", now.tokensLeft(), "refillRate", now.refillRate(), "capacity", balance.status().capacity());
    }
}
