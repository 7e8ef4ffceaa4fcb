package dev.tollgate.secret;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.settings.SettingException;

/**
 * The keys that secrets at rest are encrypted with: the first one encrypts, every one decrypts.
 *
 * <p>They come from the variable {@value #VARIABLE}: keys separated by commas, each 32 bytes as base64, base64url or 64 hex
 * digits, or any other text of at least 16 characters, which is stretched with PBKDF2-HMAC-SHA256 (600,000 rounds, once at
 * start). To change the key, put the new one before the old one, restart, and drop the old one when every row has
 * been encrypted again. Without the variable a key file below the data directory is made and used; a key file that is
 * there when the variable is set later still decrypts, so that nothing is lost on the way.
 */
public final class MasterKeys {

    /** The environment variable that holds the keys. */
    public static final String VARIABLE = "TOLLGATE_MASTER_KEY";

    private static final Logger log = LoggerFactory.getLogger(MasterKeys.class);

    private final List<MasterKey> keys;
    private final boolean fromVariable;

    private MasterKeys(List<MasterKey> keys, boolean fromVariable) {
        this.keys = List.copyOf(keys);
        this.fromVariable = fromVariable;
    }

    /**
     * Opens the keys.
     *
     * @param variable the value of {@value #VARIABLE}; null or blank when it is not set
     * @param dataDir  where the key file {@code master.key} lives or is made
     * @throws SettingException when a key is too short, or the key file cannot be made or read; the message names the
     *                               setting and the remedy and never the key
     */
    public static MasterKeys open(String variable, Path dataDir) {
        KeyFile file = new KeyFile(dataDir.resolve("master.key"));
        if (variable == null || variable.isBlank()) {
            return new MasterKeys(List.of(file.readOrCreate()), false);
        }
        List<MasterKey> keys = new ArrayList<>();
        for (String text : variable.split(",")) {
            if (!text.isBlank()) {
                keys.add(parse(text.strip()));
            }
        }
        if (keys.isEmpty()) {
            throw new SettingException(VARIABLE + " names no key.", HOW_TO);
        }
        file.read().filter(old -> keys.stream().noneMatch(old::sameAs)).ifPresent(keys::add);
        log.info("Secrets are encrypted with key {}; {} keys can decrypt", keys.get(0).id(), keys.size());
        return new MasterKeys(keys, true);
    }

    private static final String HOW_TO = "Make one with: openssl rand -base64 32";

    private static MasterKey parse(String text) {
        try {
            return MasterKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new SettingException(VARIABLE + " is too short to protect anything. " + e.getMessage() + ".", HOW_TO, e);
        }
    }

    /**
     * A cipher for one purpose; a value encrypted for one purpose cannot be read for another, so that a value that was copied
     * into a foreign column is noticed.
     *
     * @param purpose for example {@code TokenMaster.ApiKey}; part of every value's check, so it must never change
     */
    public SecretCipher cipherFor(String purpose) {
        return new SecretCipher(this, purpose);
    }

    /** Whether the keys come from {@value #VARIABLE} rather than from the key file. */
    public boolean fromVariable() {
        return fromVariable;
    }

    MasterKey current() {
        return keys.get(0);
    }

    Optional<MasterKey> byId(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    @Override
    public String toString() {
        return "MasterKeys " + keys.stream().map(MasterKey::id).toList();
    }
}
