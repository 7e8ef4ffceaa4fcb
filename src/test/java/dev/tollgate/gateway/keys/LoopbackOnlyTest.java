package dev.tollgate.gateway.keys;

import java.net.InetAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.mock.env.MockEnvironment;

import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LoopbackOnlyTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "0.0.0.0", "192.0.2.1", "::"})
    void anAddressThatOthersReachNeedsAnAdminKey(String address) throws Exception {
        assertThatThrownBy(() -> open(address, "")).hasMessageContaining("Set TOLLGATE_ADMIN_KEY, or server.address to 127.0.0.1");
        assertThatThrownBy(() -> open(address, "  ")).isInstanceOfSatisfying(SettingException.class,
                refusal -> assertThat(refusal.remedy()).contains(AdminKey.VARIABLE));
        assertThatCode(() -> open(address, "an-admin-key-for-tests")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1"})
    void loopbackNeedsNone(String address) {
        assertThatCode(() -> open(address, "")).doesNotThrowAnyException();
    }

    private static void open(String address, String adminKey) throws Exception {
        ServerProperties server = new ServerProperties();
        server.setAddress(address.isEmpty() ? null : InetAddress.getByName(address));
        new LoopbackOnly(server, new AdminKey(new MockEnvironment().withProperty(AdminKey.VARIABLE, adminKey)))
                .customize(new TomcatServletWebServerFactory());
    }
}
