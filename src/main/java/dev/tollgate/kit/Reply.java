package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.tollgate.gateway.Plausible;

import org.apache.camel.Exchange;

/** What every reply over HTTP may tell about itself. */
final class Reply {

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private Reply() {
    }

    static int status(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, int.class);
    }

    /** When the upstream wrote it, by its own clock and to the second; empty without a date. */
    static Optional<Instant> date(Exchange exchange) {
        return instant(exchange.getMessage().getHeader("Date", String.class));
    }

    /** The wait that {@code Retry-After} asks for, which may be seconds or a date (RFC 9110, section 10.2.3); a day at most. */
    static Optional<Duration> retryAfter(Exchange exchange, Instant now) {
        String text = exchange.getMessage().getHeader("Retry-After", "", String.class).strip();
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(Plausible.wait(Duration.ofSeconds(Long.parseLong(text))));
        }
        return instant(text).map(then -> Duration.between(date(exchange).orElse(now), then)).filter(wait -> !wait.isNegative()).map(Plausible::wait);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return text == null || text.isBlank() ? Optional.empty()
                    : Optional.of(ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeParseException notADate) {
            return Optional.empty();
        }
    }
}
