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

    /**
     * The wait that {@code Retry-After-Ms} or {@code Retry-After} asks for, which may be seconds, a fraction of them, or a date
     * (RFC 9110, section 10.2.3).
     */
    static Optional<Duration> retryAfter(Exchange exchange, Instant now) {
        Optional<Duration> millis = text(exchange, "Retry-After-Ms").filter(text -> text.matches("\\d{1,12}(\\.\\d{1,9})?"))
                .map(text -> Duration.ofMillis((long) Math.ceil(Double.parseDouble(text))));
        return millis.or(() -> text(exchange, "Retry-After").flatMap(text -> LimitText.wait(text, date(exchange).orElse(now))));
    }

    private static Optional<String> text(Exchange exchange, String header) {
        return Optional.of(exchange.getMessage().getHeader(header, "", String.class).strip()).filter(text -> !text.isEmpty());
    }
}
