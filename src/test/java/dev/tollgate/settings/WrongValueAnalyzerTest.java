package dev.tollgate.settings;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is said about a value that cannot be read. */
class WrongValueAnalyzerTest {

    enum Choice { AT_ONCE, STEADY }

    record Settings(Duration pause, DataSize size, int number, boolean flag, Choice choice, int secret) {
    }

    @ParameterizedTest
    @CsvSource({"pause, soon, a time", "size, big, a size", "number, many, a whole number", "flag, perhaps, true or false",
        "choice, later, 'one of at-once, steady'"})
    void theAllowedFormIsSaidWithKeyAndValue(String key, String value, String form) {
        FailureAnalysis analysis = analyze(key, value);

        assertThat(analysis.getDescription()).startsWith("demo." + key + " cannot be \"" + value + "\", which comes from ");
        assertThat(analysis.getAction()).contains(form);
    }

    @ParameterizedTest
    @CsvSource("secret, s3cret")
    void theValueOfASecretIsNot(String key, String value) {
        assertThat(analyze(key, value).getDescription()).contains("demo.secret").doesNotContain(value);
    }

    private static FailureAnalysis analyze(String key, String value) {
        Binder binder = new Binder(new MapConfigurationPropertySource(Map.of("demo." + key, value)));
        BindException thrown = catchThrowableOfType(BindException.class, () -> binder.bind("demo", Settings.class));
        return new WrongValueAnalyzer().analyze(thrown);
    }
}
