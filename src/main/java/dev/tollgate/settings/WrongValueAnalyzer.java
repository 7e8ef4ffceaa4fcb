package dev.tollgate.settings;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.convert.ConversionException;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/** Ends a start with a value that cannot be read in a sentence: which key, where it came from, what may stand there. */
class WrongValueAnalyzer extends AbstractFailureAnalyzer<BindException> implements Ordered {

    private static final Map<Class<?>, String> FORMS = Map.ofEntries(
            Map.entry(Duration.class, "a time, as a number with ms, s, m, h or d: 100s, 5m, 1h"),
            Map.entry(DataSize.class, "a size, as a number with B, KB, MB or GB: 64MB"),
            Map.entry(Integer.class, "a whole number"), Map.entry(Long.class, "a whole number"),
            Map.entry(Double.class, "a number"), Map.entry(BigDecimal.class, "a number"),
            Map.entry(Boolean.class, "true or false"), Map.entry(LocalDate.class, "a day, as 2026-11-29"),
            Map.entry(ZoneId.class, "a time zone, as UTC or Europe/Berlin"), Map.entry(URI.class, "an address, as https://api.example.com"));

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        ConfigurationProperty property = cause.getProperty();
        String form = form(cause.getTarget().getType().toClass());
        boolean conversion = is(rootFailure, ConversionException.class) || is(cause, ConversionException.class);
        if (property == null || form == null || !conversion || is(cause, InvalidConfigurationPropertyValueException.class)) {
            return null; // Spring's own says it
        }
        String name = property.getName().toString();
        boolean secret = name.toLowerCase(Locale.ROOT).matches(".*(key|secret|password|token).*");
        return new FailureAnalysis("%s cannot be %s, which comes from %s.".formatted(name,
                secret ? "what it is" : "\"" + property.getValue() + "\"", origin(property)), "Write " + form + ".", cause);
    }

    private static @Nullable String form(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + Arrays.stream(type.getEnumConstants()).map(one -> one.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(", "));
        }
        return FORMS.get(ClassUtils.resolvePrimitiveIfNecessary(type));
    }

    private static String origin(ConfigurationProperty property) {
        return property.getOrigin() == null ? "an argument or the environment" : property.getOrigin().toString();
    }

    private static boolean is(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
