package dev.tollgate.check;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Settings that nobody reads, and the nearest that somebody does. */
class UnreadKeysTest {

    private static final Metadata METADATA = Metadata.fromClassPath();

    @ParameterizedTest
    @CsvSource({"tollgate.keepa.max-wiat, tollgate.keepa.max-wait", "tollgate.keepa.maxWiat, tollgate.keepa.max-wait",
        "tollgate.keeper.max-wait, tollgate.keepa.max-wait", "server.prot, server.port",
        "spring.datasource.usrname, spring.datasource.username"})
    void aMisspelledKeyIsToldWithTheNearest(String key, String nearest) {
        assertThat(UnreadKeys.warnings(with(key), METADATA)).singleElement().asString()
                .contains(key + ",").contains("comes from file").endsWith("there is " + nearest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tollgate.keepa.max-wait", "tollgate.keepa.maxWait", "spring.datasource.url", "logging.level.dev.tollgate",
        "weather.url", "spring.profiles.active", "spring.config.import", "tollgate.sp-api.rates[getOrders].rate"})
    void aKeyThatIsReadOrIsARoutesOwnIsNot(String key) {
        assertThat(UnreadKeys.warnings(with(key), METADATA)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"TOLLGATE_KEEPA_MAXWAIT, 0", "TOLLGATE_KEEPA_MAX_WAIT, 0", "TOLLGATE_ADMIN_KEY, 0", "PATH, 0", "TOLLGATE_KEEPA_MAXWIAT, 1"})
    void variablesToo(String variable, int warnings) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(variable, "x")));

        assertThat(UnreadKeys.warnings(environment, METADATA)).hasSize(warnings);
    }

    private static StandardEnvironment with(String key) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new MapPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of()));
        environment.getPropertySources().addFirst(new OriginTrackedMapPropertySource("file", Map.of(key, "x")));
        return environment;
    }
}
