package dev.tollgate.door;

import java.util.Locale;

import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * Makes a refusal cheap. Camel reads the log levels of a {@code redeliveryPolicy} anew for every exception, and without a
 * converter of their own it looks through all that it has, hundreds, to find none: a third of what a denial took.
 */
final class LogLevels {

    private LogLevels() {
    }

    static void addTo(CamelContext context) {
        context.getTypeConverterRegistry().addTypeConverter(LoggingLevel.class, String.class, new SimpleTypeConverter(false,
                (type, exchange, value) -> LoggingLevel.valueOf(((String) value).trim().toUpperCase(Locale.ROOT))));
    }
}
