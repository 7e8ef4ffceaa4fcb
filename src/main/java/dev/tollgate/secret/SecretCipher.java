package dev.tollgate.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts the secrets of one purpose for a database column: {@code tg1:<keyId>:<base64url(nonce + ciphertext + tag)>},
 * AES-256-GCM with a random nonce of 12 bytes, a tag of 16 and the purpose as associated data.
 *
 * <p>A stored value has 13 + 4/3 x (bytes + 28) characters: a column of 500 holds secrets of up to 337 bytes, one of 2,818
 * holds 2,048. Safe for use by several threads. Made by {@link MasterKeys#cipherFor}.
 */
public final class SecretCipher {

    private static final Pattern STORED = Pattern.compile("tg1:([0-9a-f]{8}):([A-Za-z0-9_-]{38,})");
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final MasterKeys keys;
    private final byte[] purpose;
    private final SecureRandom random = new SecureRandom();

    SecretCipher(MasterKeys keys, String purpose) {
        this.keys = keys;
        this.purpose = purpose.getBytes(StandardCharsets.UTF_8);
    }

    /** Encrypts with the current key; the same text gives another value every time. */
    public String encrypt(String plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        MasterKey key = keys.current();
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(plain.getBytes(StandardCharsets.UTF_8));
            byte[] value = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
            return "tg1:" + key.id() + ":" + Base64.getUrlEncoder().withoutPadding().encodeToString(value);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK cannot encrypt with AES-256-GCM", e);
        }
    }

    /**
     * The text behind a stored value. A value that is not {@linkplain #isEncrypted encrypted} is the plain text of a database
     * that was adopted, and comes back as it is.
     *
     * @throws SecretUnreadableException when its key is not at hand, or it was changed or copied from elsewhere
     */
    public String decrypt(String stored) {
        Matcher parts = STORED.matcher(stored);
        if (!parts.matches()) {
            return stored;
        }
        String keyId = parts.group(1);
        MasterKey key = keys.byId(keyId).orElseThrow(() -> SecretUnreadableException.keyMissing(keyId));
        try {
            byte[] value = Base64.getUrlDecoder().decode(parts.group(2));
            byte[] nonce = Arrays.copyOf(value, NONCE_BYTES);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce);
            return new String(cipher.doFinal(value, NONCE_BYTES, value.length - NONCE_BYTES), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw SecretUnreadableException.damaged(keyId, e);
        }
    }

    /** Whether this is one of our values, of whichever key. */
    public boolean isEncrypted(String stored) {
        return STORED.matcher(stored).matches();
    }

    /** Whether this is one of our values under the key that encrypts today. */
    public boolean isCurrent(String stored) {
        return isEncrypted(stored) && stored.startsWith("tg1:" + keys.current().id() + ":");
    }

    private Cipher cipher(int mode, MasterKey key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose);
        return cipher;
    }

    @Override
    public String toString() {
        return "SecretCipher for " + new String(purpose, StandardCharsets.UTF_8);
    }
}
