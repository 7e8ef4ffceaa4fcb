package dev.tollgate.keepa;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.tollgate.logging.Redactor;

/** The one access key that pays. The route's last step puts it into a request. */
@Component
class KeepaKey {

    static final String PARAMETER = "key";

    private final boolean configured;

    KeepaKey(@Value("${tollgate.keepa.api-key:}") String key) {
        this.configured = !key.isBlank();
        Redactor.register(key.strip());
    }

    /** Whether there is one. */
    boolean isConfigured() {
        return configured;
    }
}
