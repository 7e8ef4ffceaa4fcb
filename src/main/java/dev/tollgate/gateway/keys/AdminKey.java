package dev.tollgate.gateway.keys;

import java.security.MessageDigest;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyText;
import dev.tollgate.logging.Redactor;

/** The key of whoever runs the gateway, from the environment; without one, only callers of this machine are served. */
@Component
class AdminKey {

    static final String VARIABLE = "TOLLGATE_ADMIN_KEY";

    private static final Logger log = LoggerFactory.getLogger(AdminKey.class);
    private static final int ADVISED_LENGTH = 16;

    private final byte[] hash;

    AdminKey(Environment environment) {
        String key = environment.getProperty(VARIABLE, "").strip();
        Redactor.register(key);
        this.hash = key.isEmpty() ? null : KeyText.sha256(key);
        if (!key.isEmpty() && key.length() < ADVISED_LENGTH) {
            log.warn("{} has {} characters and can be guessed. Make one with: openssl rand -base64 32", VARIABLE, key.length());
        }
    }

    boolean isSet() {
        return hash != null;
    }

    /** Takes equally long for every text: what is compared is two hashes, to their ends. */
    boolean is(String credential) {
        return hash != null && MessageDigest.isEqual(hash, KeyText.sha256(credential));
    }
}
