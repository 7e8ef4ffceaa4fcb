package dev.tollgate.keepa;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * When to ask Keepa's {@code /token}: once after the start, then only after a long silence, since every reply tells the
 * balance anyway and Keepa does not like to be polled. A question that failed is repeated after a minute at the earliest.
 */
@Component("keepaAnchor")
public class KeepaAnchor {

    private static final Logger LOG = LoggerFactory.getLogger(KeepaAnchor.class);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private final KeepaBalance balance;
    private final KeepaKey key;
    private final Clock clock;
    private final Duration silence;
    private volatile Instant askedAt = Instant.EPOCH;
    private volatile boolean heard;

    KeepaAnchor(KeepaBalance balance, KeepaKey key, KeepaProperties keepa, Clock clock) {
        this.balance = balance;
        this.key = key;
        this.clock = clock;
        this.silence = keepa.anchorAfter();
    }

    /** Whether to ask now. */
    public boolean isDue() {
        boolean wanted = key.isConfigured() && (!heard || balance.silentFor(silence));
        return wanted && askedAt.plus(heard ? silence : AFTER_FAILURE).isBefore(clock.instant());
    }

    /** Makes the message the question. */
    public void ask(Exchange exchange) {
        askedAt = clock.instant();
        exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "GET");
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/token");
        exchange.getMessage().setHeader("Accept-Encoding", "gzip");
        exchange.getMessage().setBody(null);
    }

    /** Believes the answer. */
    public void hear(@Body byte[] body) {
        EnvelopeReader.read(body == null ? new byte[0] : body).filter(e -> e.reading().isPresent()).ifPresentOrElse(e -> {
            balance.heard(e, askedAt);
            heard = true;
            LOG.info("Keepa says: {} tokens left, {} a minute", e.tokensLeft(), e.refillRate());
        }, () -> LOG.warn("Keepa's /token told no balance: is KEEPA_API_KEY right?"));
    }

    /** Keepa cannot be reached: the next call will tell. */
    public void failed(Exchange exchange) {
        LOG.warn("Keepa's /token could not be asked: {}", exchange.getProperty(Exchange.EXCEPTION_CAUGHT).toString());
    }
}
