package dev.tollgate.gateway;

import java.net.InetAddress;

import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Refuses to open on an address that others can reach. Whoever reaches the gateway spends money by it, and it does not
 * ask callers for keys yet.
 */
@Component
class LoopbackOnly implements WebServerFactoryCustomizer<ConfigurableWebServerFactory> {

    private final InetAddress address;

    LoopbackOnly(ServerProperties server) {
        this.address = server.getAddress();
    }

    @Override
    public void customize(ConfigurableWebServerFactory factory) {
        if (address == null || !address.isLoopbackAddress()) {
            throw new IllegalStateException("server.address is %s, which others can reach. Set it to 127.0.0.1; "
                    .formatted(address == null ? "empty (every address)" : address.getHostAddress())
                    + "this version serves callers of its own machine only.");
        }
    }
}
