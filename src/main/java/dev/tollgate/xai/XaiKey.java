package dev.tollgate.xai;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.logging.Redactor;

/** The one key that pays for every call to xAI: the environment's {@value #VARIABLE}. */
@Component("xaiKey")
public class XaiKey {

    /** The environment variable that holds the key. */
    public static final String VARIABLE = "XAI_API_KEY";

    private final boolean there;

    XaiKey(@Value("${tollgate.xai.api-key:}") String key) {
        this.there = !key.isBlank();
        Redactor.register(key.strip());
    }

    boolean isThere() {
        return there;
    }

    /** @throws Refusal 503 that names the setting, when there is no key */
    public void require() {
        if (!isThere()) {
            throw Refusal.of(503, "xAI is not set up here: set " + VARIABLE + " in the environment of the gateway.");
        }
    }
}
