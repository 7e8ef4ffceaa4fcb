package dev.tollgate.xai;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

import dev.tollgate.quota.OnCorruptState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class XaiPropertiesTest {

    @Test
    void applicationYamlHoldsEveryKeyWithItsDefault() throws IOException {
        var yaml = new YamlPropertySourceLoader().load("application.yaml", new FileSystemResource("application.yaml"));
        XaiProperties configured = new Binder(ConfigurationPropertySources.from(yaml)).bind("tollgate.xai", XaiProperties.class).get();
        assertThat(configured).isEqualTo(bind(Map.of()));
        Map<String, Object> keys = new HashMap<>();
        for (var component : XaiProperties.class.getRecordComponents()) {
            String key = "tollgate.xai." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            keys.put(key, there(yaml.get(0), key));
        }
        assertThat(keys).hasSize(21).allSatisfy((key, there) -> assertThat(there).as(key).isEqualTo(true));
    }

    private static boolean there(PropertySource<?> yaml, String key) {
        return yaml.containsProperty(key) || yaml.containsProperty(key + ".open");
    }

    @Test
    void theDefaultsAreThoseOfTheContract() {
        XaiProperties defaults = bind(Map.of());
        assertThat(defaults.baseUrl()).isEqualTo(URI.create("https://api.x.ai"));
        assertThat(defaults.model()).isEqualTo("grok-4-fast-reasoning");
        assertThat(defaults.dailyLimit()).isEqualTo(1000);
        assertThat(defaults.zone()).isEqualTo(ZoneId.of("UTC"));
        assertThat(defaults.safeVerdict()).isTrue();
        assertThat(defaults.stateFile()).isEqualTo("xai_token_state.json");
        assertThat(defaults.cacheFile()).isEqualTo("xai_cache.json");
        assertThat(defaults.cacheTtl()).isEmpty();
        assertThat(defaults.onCorruptState()).isEqualTo(OnCorruptState.SPENT);
    }

    @Test
    void valuesAreReadInTheirUsualForms() {
        XaiProperties set = bind(Map.of("tollgate.xai.zone", "America/Los_Angeles", "tollgate.xai.cache-ttl", "90d",
                "tollgate.xai.on-corrupt-state", "reset", "tollgate.xai.safe-verdict", "false"));
        assertThat(set.zone()).isEqualTo(ZoneId.of("America/Los_Angeles"));
        assertThat(set.cacheTtl()).contains(Duration.ofDays(90));
        assertThat(set.onCorruptState()).isEqualTo(OnCorruptState.RESET);
        assertThat(set.safeVerdict()).isFalse();
    }

    @Test
    void aFlightThatEndsBeforeItsCallIsRefused() {
        assertThatThrownBy(() -> bind(Map.of("tollgate.xai.flight-deadline", "60s")))
                .hasRootCauseMessage("tollgate.xai.flight-deadline (PT1M) must be longer than tollgate.xai.call-timeout (PT1M)");
    }

    private static XaiProperties bind(Map<String, ?> keys) {
        return new Binder(new MapConfigurationPropertySource(keys)).bindOrCreate("tollgate.xai", XaiProperties.class);
    }
}
