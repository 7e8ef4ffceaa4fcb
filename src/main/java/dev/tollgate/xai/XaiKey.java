package dev.tollgate.xai;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.logging.Redactor;
import org.apache.camel.Exchange;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

/** The one key that pays for every call to xAI: the environment's {@value #VARIABLE}. */
@Component("xaiKey")
public class XaiKey {

    /** The environment variable that holds the key. */
    public static final String VARIABLE = "XAI_API_KEY";

    private static final String HEADER = "Authorization";
    private static final String OF_THE_SANDBOX = "xai-made-up-for-the-sandbox-0";

    private final String key;

    XaiKey(Environment environment) {
        String given = environment.getProperty(VARIABLE, "").strip();
        this.key = given.isEmpty() && environment.acceptsProfiles(Profiles.of("sandbox")) ? OF_THE_SANDBOX : given;
        Redactor.register(key);
    }

    boolean isThere() {
        return !key.isEmpty();
    }

    /** @throws Refusal 503 that names the setting, when there is no key */
    public void require() {
        if (!isThere()) {
            throw Refusal.of(503, "xAI is not set up here: set " + VARIABLE + " in the environment of the gateway.");
        }
    }

    /** Sets the key on a request that is about to leave. */
    public void sign(Exchange exchange) {
        exchange.getMessage().setHeader(HEADER, "Bearer " + key);
    }
}
