package dev.tollgate.gateway.keys;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.autoconfigure.web.embedded.TomcatWebServerFactoryCustomizer;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.mock.env.MockEnvironment;

import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who may say where a caller is; Spring Boot's own customizer comes first, as in a real start. */
class TrustedProxiesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "server.forward-headers-strategy           | native           | forward-headers-strategy is native",
        "server.forward-headers-strategy           | NATIVE           | forward-headers-strategy is native",
        "server.tomcat.remoteip.remote-ip-header   | x-forwarded-for  | remote-ip-header is set",
        "server.tomcat.remoteip.protocol-header    | x-proto          | protocol-header is set",
        "spring.main.cloud-platform                | kubernetes       | cloud platform",
        "DYNO                                      | web.1            | cloud platform",
        "VCAP_APPLICATION                          | {}               | cloud platform",
    })
    void withoutAnAdminKeyNoHeaderSaysWhereACallerIs(String name, String value, String named) {
        assertThatThrownBy(() -> open(Map.of(name, value), "")).isInstanceOfSatisfying(SettingException.class, refusal -> {
            assertThat(refusal.problem()).contains(named, AdminKey.VARIABLE);
            assertThat(refusal.remedy()).contains("server.tomcat.remoteip.internal-proxies", "server.forward-headers-strategy");
        });
        assertThatCode(() -> open(Map.of(name, value), "an-admin-key-of-this-test")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"server.forward-headers-strategy, none", "server.tomcat.remoteip.internal-proxies, 10.0.0.1", "server.port, 8080"})
    void whatBelievesNobodyStarts(String name, String value) {
        assertThatCode(() -> open(Map.of(name, value), "")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"''", "an-admin-key-of-this-test"})
    void theAddressThatACallerWroteFirstIsNeverBelieved(String adminKey) {
        assertThatThrownBy(() -> open(Map.of("server.forward-headers-strategy", "framework"), adminKey))
                .isInstanceOf(SettingException.class).hasMessageContaining("forward-headers-strategy is framework")
                .hasMessageContaining("server.tomcat.remoteip.internal-proxies");
    }

    private static void open(Map<String, String> settings, String adminKey) {
        MockEnvironment environment = new MockEnvironment().withProperty(AdminKey.VARIABLE, adminKey);
        settings.forEach(environment::setProperty);
        ConfigurationPropertySources.attach(environment);
        ServerProperties server = Binder.get(environment).bindOrCreate("server", ServerProperties.class);
        TomcatServletWebServerFactory tomcat = new TomcatServletWebServerFactory();
        new TomcatWebServerFactoryCustomizer(environment, server).customize(tomcat);
        new TrustedProxies(server, new AdminKey(environment)).customize(tomcat);
    }
}
