package dev.tollgate.gateway.keys;

import org.apache.catalina.valves.RemoteIpValve;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.autoconfigure.web.ServerProperties.ForwardHeadersStrategy;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

import dev.tollgate.settings.SettingException;

/**
 * Refuses to start where a header that any caller can write would say who calls. Headers of proxies are read by Tomcat's
 * own valve only, which believes them from {@code server.tomcat.remoteip.internal-proxies} and takes the address that the
 * outermost of these proxies saw; and never where an address alone opens the gateway.
 */
@Component
record TrustedProxies(ServerProperties server,
        AdminKey adminKey) implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    private static final String STRATEGY = "server.forward-headers-strategy";
    private static final String PROXIES = "server.tomcat.remoteip.internal-proxies";

    /** After Spring Boot's own, which add the valve. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    /** @throws SettingException where callers could choose their address */
    @Override
    public void customize(TomcatServletWebServerFactory tomcat) {
        if (server.getForwardHeadersStrategy() == ForwardHeadersStrategy.FRAMEWORK) {
            throw new SettingException(STRATEGY + " is framework, which believes whatever address the caller itself wrote first.",
                    "Set it to native, and " + PROXIES + " to the addresses of your proxies; or to none.");
        }
        boolean believes = tomcat.getEngineValves().stream().anyMatch(RemoteIpValve.class::isInstance);
        if (believes && !adminKey.isSet()) {
            throw new SettingException(cause() + ", so that headers say where a caller is, and " + AdminKey.VARIABLE
                    + " is not set, so that whoever calls from this machine may do everything.", "Set " + AdminKey.VARIABLE
                    + ", and " + PROXIES + " to the addresses of your proxies; or set " + STRATEGY + " to none"
                    + (server.getForwardHeadersStrategy() == ForwardHeadersStrategy.NONE ? " without that header." : "."));
        }
    }

    private String cause() {
        if (server.getForwardHeadersStrategy() == ForwardHeadersStrategy.NATIVE) {
            return STRATEGY + " is native";
        }
        ServerProperties.Tomcat.Remoteip headers = server.getTomcat().getRemoteip();
        return headers.getRemoteIpHeader() != null ? "server.tomcat.remoteip.remote-ip-header is set"
                : headers.getProtocolHeader() != null ? "server.tomcat.remoteip.protocol-header is set"
                : STRATEGY + " is empty, and the environment is that of a cloud platform";
    }
}
