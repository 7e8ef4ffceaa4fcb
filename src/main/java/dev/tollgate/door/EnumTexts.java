package dev.tollgate.door;

import java.util.List;
import java.util.Locale;

import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * The constants that calls name by text: an error handler its log levels, every call to an upstream its HTTP method. Without a
 * converter of their own Camel looks through all that it has, hundreds, to find none: a third of what a denial took.
 */
final class EnumTexts {

    private static final List<Class<? extends Enum<?>>> NAMED = List.of(LoggingLevel.class, HttpMethods.class);

    private EnumTexts() {
    }

    static void addTo(CamelContext context) {
        NAMED.forEach(named -> context.getTypeConverterRegistry().addTypeConverter(named, String.class,
                new SimpleTypeConverter(false, (type, exchange, value) -> constant(named, ((String) value).trim().toUpperCase(Locale.ROOT)))));
    }

    private static Enum<?> constant(Class<? extends Enum<?>> named, String text) {
        for (Enum<?> constant : named.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("There is no %s named %s".formatted(named.getSimpleName(), text));
    }
}
