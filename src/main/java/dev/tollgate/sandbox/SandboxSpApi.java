package dev.tollgate.sandbox;

import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Makes the simulated Amazon of the sandbox; its routes are in {@code routes/sandbox/}. */
@Configuration(proxyBeanMethods = false)
@Profile("sandbox")
class SandboxSpApi {

    /** People come back to the host they began at, whichever name they call it by. */
    private static final String CALLBACK = "/callback";

    @Bean
    SpApiSimulator spApiSimulator(Clock clock) {
        return new SpApiSimulator(clock, CALLBACK);
    }
}
