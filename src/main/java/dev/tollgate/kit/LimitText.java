package dev.tollgate.kit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.tollgate.budget.Price;
import dev.tollgate.gateway.Plausible;

/**
 * Reads the forms in which upstreams write their limits. Fractions are rounded to the safe side: what is left down, what was
 * charged and how long to wait up. Numbers beyond {@link Price#MAX} count as that, waits beyond a day as a day.
 */
final class LimitText {

    /** Above this a number of seconds is a moment since 1970, and above a thousand times this one in milliseconds. */
    private static final BigDecimal EPOCH_SECONDS = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal EPOCH_MILLIS = EPOCH_SECONDS.multiply(BigDecimal.valueOf(100));
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,30}(\\.\\d{1,30})?");
    /** Used of allowed, as Shopify writes it. */
    private static final Pattern USED = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*/\\s*(\\d{1,18}(?:\\.\\d{1,9})?)");
    /** As Go writes durations and OpenAI copies them: {@code 6m0s}, {@code 47.958s}, {@code 120ms}. */
    private static final Pattern PARTS = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ms|us|µs|ns|[dhms])");
    /** Parameters of the IETF draft's fields, new ({@code "default";r=50;t=30}) and old ({@code remaining=50, reset=30}). */
    private static final Pattern LEFT = Pattern.compile("(?:^|[;,\\s])(?:r|remaining)\\s*=\\s*(\\d{1,18})");
    private static final Pattern UNTIL = Pattern.compile("(?:^|[;,\\s])(?:t|reset)\\s*=\\s*(\\d{1,18})");

    private LimitText() {
    }

    /** Whole tokens that are left, rounded down; empty for a text that says nothing of the kind. */
    static OptionalLong left(String text) {
        String stripped = text.strip();
        Matcher used = USED.matcher(stripped);
        if (used.matches()) {
            return whole(new BigDecimal(used.group(2)).subtract(new BigDecimal(used.group(1))), RoundingMode.FLOOR);
        }
        Matcher field = LEFT.matcher(stripped);
        return field.find() ? smallest(stripped, LEFT) : number(stripped, RoundingMode.FLOOR);
    }

    /** Whole tokens that were charged, rounded up. */
    static OptionalLong charged(String text) {
        return number(text.strip(), RoundingMode.CEILING);
    }

    /**
     * How long until tokens come back: seconds, a moment in seconds or milliseconds since 1970, a moment by ISO 8601 or as in
     * HTTP, a duration with units, or a field of the IETF draft.
     *
     * @param now by the upstream's clock
     */
    static Optional<Duration> wait(String text, Instant now) {
        String stripped = text.strip();
        Optional<Duration> wait = NUMBER.matcher(stripped).matches() ? seconds(new BigDecimal(stripped), now)
                : duration(stripped).or(() -> moment(stripped).map(then -> Duration.between(now, then))).or(() -> field(stripped));
        return wait.map(known -> known.isNegative() ? Duration.ZERO : Plausible.wait(known));
    }

    private static Optional<Duration> field(String text) {
        Matcher until = UNTIL.matcher(text);
        return until.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(until.group(1)))) : Optional.empty();
    }

    /** Of several limits in one field the one that binds. */
    private static OptionalLong smallest(String text, Pattern pattern) {
        return pattern.matcher(text).results().mapToLong(match -> Math.min(Price.MAX, Long.parseLong(match.group(1)))).min();
    }

    private static Optional<Duration> seconds(BigDecimal number, Instant now) {
        if (number.compareTo(EPOCH_MILLIS) >= 0) {
            return Optional.of(Duration.between(now, Instant.ofEpochMilli(bounded(number))));
        }
        BigDecimal millis = number.multiply(THOUSAND).setScale(0, RoundingMode.CEILING);
        return Optional.of(number.compareTo(EPOCH_SECONDS) >= 0 ? Duration.between(now, Instant.ofEpochMilli(bounded(millis)))
                : Duration.ofMillis(bounded(millis)));
    }

    private static long bounded(BigDecimal millis) {
        return millis.min(BigDecimal.valueOf(Long.MAX_VALUE / 1_000_000)).max(BigDecimal.ZERO).longValue();
    }

    private static Optional<Duration> duration(String text) {
        Matcher parts = PARTS.matcher(text);
        BigDecimal millis = BigDecimal.ZERO;
        int end = 0;
        while (parts.find() && parts.start() == end) {
            end = parts.end();
            millis = millis.add(new BigDecimal(parts.group(1)).multiply(switch (parts.group(2)) {
                case "d" -> BigDecimal.valueOf(86_400_000);
                case "h" -> BigDecimal.valueOf(3_600_000);
                case "m" -> BigDecimal.valueOf(60_000);
                case "s" -> THOUSAND;
                case "ms" -> BigDecimal.ONE;
                case "ns" -> new BigDecimal("0.000001");
                default -> new BigDecimal("0.001");
            }));
        }
        return end == 0 || end < text.length() ? Optional.empty()
                : Optional.of(Duration.ofMillis(bounded(millis.setScale(0, RoundingMode.CEILING))));
    }

    private static Optional<Instant> moment(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        }
        catch (DateTimeException notIso) {
            return httpDate(text);
        }
    }

    /** A date as HTTP writes it; empty for anything else. */
    static Optional<Instant> httpDate(String text) {
        try {
            return text == null || text.isBlank() ? Optional.empty()
                    : Optional.of(ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        }
        catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    private static OptionalLong number(String text, RoundingMode rounding) {
        return NUMBER.matcher(text).matches() ? whole(new BigDecimal(text), rounding) : OptionalLong.empty();
    }

    private static OptionalLong whole(BigDecimal number, RoundingMode rounding) {
        BigDecimal most = BigDecimal.valueOf(Price.MAX);
        return OptionalLong.of(number.setScale(0, rounding).min(most).max(most.negate()).longValue());
    }
}
