package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.apache.camel.Exchange;

/** What every reply over HTTP may tell about itself. */
final class Reply {

    private Reply() {
    }

    static int status(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, int.class);
    }

    /** When the upstream wrote it, by its own clock and to the second; empty without a date. */
    static Optional<Instant> date(Exchange exchange) {
        return LimitText.httpDate(exchange.getMessage().getHeader("Date", String.class));
    }

    /** The wait that the reply asks for; see {@link RetryAfter}. */
    static Optional<Duration> retryAfter(Exchange exchange, Instant now) {
        return RetryAfter.of(name -> exchange.getMessage().getHeader(name, String.class), now);
    }
}
