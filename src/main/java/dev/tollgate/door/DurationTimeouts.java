package dev.tollgate.door;

import org.apache.camel.CamelContext;
import org.apache.camel.TypeConverterExists;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;
import org.apache.hc.core5.util.Timeout;
import org.springframework.boot.convert.DurationStyle;

/**
 * Lets an HTTP endpoint's time-outs be written as everywhere else in application.yaml: {@code 60s}, {@code 2m}. Camel's
 * own converter takes nothing but milliseconds.
 */
final class DurationTimeouts {

    private DurationTimeouts() {
    }

    static void addTo(CamelContext context) {
        TypeConverterRegistry registry = context.getTypeConverterRegistry();
        registry.setTypeConverterExists(TypeConverterExists.Override);
        registry.addTypeConverter(Timeout.class, String.class, new SimpleTypeConverter(false,
                (type, exchange, value) -> Timeout.of(DurationStyle.detectAndParse((String) value))));
    }
}
