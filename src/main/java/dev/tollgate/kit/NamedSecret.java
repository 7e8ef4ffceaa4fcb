package dev.tollgate.kit;

import org.springframework.core.env.Environment;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.logging.Redactor;

/**
 * A secret that a route file gives by the name of its setting. It is looked up by the first call rather than when the routes
 * are loaded, so that a file may come before its secret's environment does, and then kept.
 */
final class NamedSecret {

    private final Environment settings;
    private final String setting;
    private volatile String value = "";

    NamedSecret(Environment settings, String setting) {
        this.settings = settings;
        this.setting = setting;
    }

    /**
     * The secret in the clear, which is cut out of logs.
     *
     * @param what the sentence's object, such as {@code key}
     * @throws Refusal 503 naming the setting, when it is not set
     */
    String value(String what) {
        if (value.isEmpty()) {
            String found = settings.getProperty(setting, "").strip();
            if (found.isEmpty()) {
                throw Refusal.of(503, "This API has no " + what + ": set " + setting + " in the gateway's environment.");
            }
            Redactor.register(found);
            value = found;
        }
        return value;
    }
}
