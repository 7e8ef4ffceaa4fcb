package dev.tollgate.logging;

import java.time.Duration;
import java.util.List;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Begins to keep log events right after Spring Boot has set logging up, and makes the secrets of the environment known to the
 * {@link Redactor} before anything can log them. Named in {@code META-INF/spring.factories}.
 */
final class EarlyLog implements ApplicationListener<SpringApplicationEvent>, Ordered {

    private static final List<String> SECRETS = List.of("KEEPA_API_KEY", "XAI_API_KEY", "LWA_CLIENT_SECRET",
            "TOLLGATE_ADMIN_KEY", "TOLLGATE_MASTER_KEY", "spring.datasource.password");

    private LogRelay relay;

    @Override
    public void onApplicationEvent(SpringApplicationEvent event) {
        if (event instanceof ApplicationEnvironmentPreparedEvent prepared) {
            registerSecrets(prepared.getEnvironment());
            relay = LogRelay.attachTo((LoggerContext) LogManager.getContext(false));
            ProvokedLines.bound(Binder.get(prepared.getEnvironment()).bind("tollgate.logging.repeat-interval", Duration.class)
                    .orElse(ProvokedLines.INTERVAL));
        } else if (event instanceof ApplicationContextInitializedEvent initialized && relay != null) {
            initialized.getApplicationContext().getBeanFactory().registerSingleton("logRelay", relay);
        } else if (event instanceof ApplicationFailedEvent && relay != null) {
            relay.detachUnlessConnected();
        }
    }

    private static void registerSecrets(Environment environment) {
        for (String name : SECRETS) {
            String value = environment.getProperty(name, "");
            Redactor.register(value);
            for (String part : value.split(",")) {
                Redactor.register(part.strip());
            }
        }
    }

    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER + 1;
    }
}
