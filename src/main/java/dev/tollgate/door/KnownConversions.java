package dev.tollgate.door;

import java.io.InputStream;
import java.util.List;
import java.util.Locale;

import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.TypeConverter;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.SimpleTypeConverter;
import org.apache.camel.support.SimpleTypeConverter.ConversionMethod;

/**
 * Conversions that every call needs and that Camel does not know, so that it would look through all that it has, hundreds, to find
 * none: that was a third of what a denial took, and a third of the memory that any call did.
 */
final class KnownConversions {

    /** What an error handler names its log levels by, and every call to an upstream its HTTP method. */
    private static final List<Class<? extends Enum<?>>> CONSTANTS = List.of(LoggingLevel.class, HttpMethods.class);

    /** What a message without a body is asked for: Camel tries the message itself then. */
    private static final List<Class<?>> OF_BODIES = List.of(byte[].class, String.class, InputStream.class);

    private static final ConversionMethod NONE = (type, exchange, value) -> TypeConverter.MISS_VALUE;

    private KnownConversions() {
    }

    static void addTo(CamelContext context) {
        TypeConverterRegistry known = context.getTypeConverterRegistry();
        CONSTANTS.forEach(constants -> known.addTypeConverter(constants, String.class, new SimpleTypeConverter(false,
                (type, exchange, value) -> constant(constants, ((String) value).trim().toUpperCase(Locale.ROOT)))));
        OF_BODIES.forEach(wanted -> known.addTypeConverter(wanted, DefaultMessage.class, new SimpleTypeConverter(false, NONE)));
    }

    private static Enum<?> constant(Class<? extends Enum<?>> constants, String name) {
        for (Enum<?> constant : constants.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("There is no %s named %s".formatted(constants.getSimpleName(), name));
    }
}
