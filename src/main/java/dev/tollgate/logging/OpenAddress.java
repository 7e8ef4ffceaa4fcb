package dev.tollgate.logging;

import java.net.InetAddress;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/** Says on the console, once all is ready, which address to open. */
record OpenAddress(ServerProperties server, Environment environment) implements ApplicationListener<ApplicationReadyEvent> {

    /** The one logger whose INFO shows on the console. */
    static final String LOGGER = "dev.tollgate.start";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (ready.getApplicationContext() instanceof WebServerApplicationContext web && web.getWebServer() != null) {
            log.info("Tollgate is open at {}", address(web.getWebServer().getPort()));
        }
    }

    private String address(int port) {
        boolean tls = server.getSsl() != null && server.getSsl().isEnabled();
        String path = server.getServlet().getContextPath() == null ? "" : server.getServlet().getContextPath();
        String sandbox = environment.acceptsProfiles(Profiles.of("sandbox")) ? " (sandbox)" : "";
        return (tls ? "https" : "http") + "://" + host(server.getAddress()) + ":" + port + path + "/" + sandbox;
    }

    private static String host(InetAddress bound) {
        if (bound == null || bound.isAnyLocalAddress()) {
            return "localhost";
        }
        String host = bound.getHostAddress();
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
