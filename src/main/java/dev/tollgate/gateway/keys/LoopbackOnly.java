package dev.tollgate.gateway.keys;

import java.net.InetAddress;

import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

import dev.tollgate.settings.SettingException;

/**
 * Refuses to open on an address that others can reach while callers are not asked for keys. Whoever reaches the gateway
 * spends money by it.
 */
@Component
class LoopbackOnly implements WebServerFactoryCustomizer<ConfigurableWebServerFactory> {

    private final InetAddress address;
    private final AdminKey adminKey;

    LoopbackOnly(ServerProperties server, AdminKey adminKey) {
        this.address = server.getAddress();
        this.adminKey = adminKey;
    }

    @Override
    public void customize(ConfigurableWebServerFactory factory) {
        if (adminKey.isSet() || address != null && address.isLoopbackAddress()) {
            return;
        }
        throw new SettingException("server.address is %s, which others can reach, and %s is not set, so that nobody would be asked for a key."
                .formatted(address == null ? "empty (every address)" : address.getHostAddress(), AdminKey.VARIABLE),
                "Set " + AdminKey.VARIABLE + ", or server.address to 127.0.0.1.");
    }
}
