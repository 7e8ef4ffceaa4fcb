package dev.tollgate.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The wait that an upstream asks for by {@code Retry-After-Ms} or {@code Retry-After}, which may be seconds, a fraction of
 * them, or a date by its own clock (RFC 9110, section 10.2.3).
 */
public final class RetryAfter {

    private RetryAfter() {
    }

    /**
     * @param header the text of a header of the reply by its name; null or empty for one that is not there
     * @param now    where the reply has no date of its own
     * @return 0 to {@link dev.tollgate.gateway.Plausible#LONGEST_WAIT}; empty where none is asked for, or not in a known form
     */
    public static Optional<Duration> of(UnaryOperator<String> header, Instant now) {
        Optional<Duration> millis = text(header, "Retry-After-Ms").filter(text -> text.matches("\\d{1,12}(\\.\\d{1,9})?"))
                .flatMap(text -> LimitText.wait(text + "ms", now));
        return millis.or(() -> text(header, "Retry-After")
                .flatMap(text -> LimitText.wait(text, LimitText.httpDate(header.apply("Date")).orElse(now))));
    }

    private static Optional<String> text(UnaryOperator<String> header, String name) {
        return Optional.ofNullable(header.apply(name)).map(String::strip).filter(text -> !text.isEmpty());
    }
}
