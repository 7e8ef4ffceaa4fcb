package dev.tollgate.secret;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SecretCipherTest {

    private static final String OLD = "11".repeat(32);
    private static final String NEW = "22".repeat(32);
    private static final String PLAIN = "AIzaSyA-key-of-a-company";

    @TempDir
    Path dataDir;

    @Test
    void whatWasEncryptedIsReadBack() {
        SecretCipher cipher = cipher(NEW);
        String stored = cipher.encrypt(PLAIN);
        assertThat(stored).matches("tg1:[0-9a-f]{8}:[A-Za-z0-9_-]+").doesNotContain(PLAIN);
        assertThat(cipher.decrypt(stored)).isEqualTo(PLAIN);
        assertThat(cipher.isEncrypted(stored)).isTrue();
        assertThat(cipher.isCurrent(stored)).isTrue();
    }

    @Test
    void theSameTextNeverGivesTheSameValueTwice() {
        assertThat(cipher(NEW).encrypt(PLAIN)).isNotEqualTo(cipher(NEW).encrypt(PLAIN));
    }

    @Test
    void plainTextOfAnAdoptedDatabaseComesBackAsItIs() {
        assertThat(cipher(NEW).decrypt(PLAIN)).isEqualTo(PLAIN);
        assertThat(cipher(NEW).isEncrypted(PLAIN)).isFalse();
        assertThat(cipher(NEW).isCurrent(PLAIN)).isFalse();
    }

    @Test
    void anOlderKeyStillDecryptsAndIsNotCurrent() {
        String stored = cipher(OLD).encrypt(PLAIN);
        SecretCipher rotated = cipher(NEW + ", " + OLD);
        assertThat(rotated.decrypt(stored)).isEqualTo(PLAIN);
        assertThat(rotated.isEncrypted(stored)).isTrue();
        assertThat(rotated.isCurrent(stored)).isFalse();
    }

    @Test
    void aMissingKeyIsNamedWithTheRemedyAndWithoutTheSecret() {
        String stored = cipher(OLD).encrypt(PLAIN);
        String keyId = stored.split(":")[1];
        assertThatThrownBy(() -> cipher(NEW).decrypt(stored))
                .isInstanceOfSatisfying(SecretUnreadableException.class, e -> assertThat(e.keyId()).isEqualTo(keyId))
                .hasMessageContaining(keyId).hasMessageContaining("TOLLGATE_MASTER_KEY")
                .hasMessageNotContainingAny(PLAIN, OLD, NEW, stored.split(":")[2]);
    }

    @Test
    void everyChangedCharacterIsNoticed() {
        SecretCipher cipher = cipher(NEW);
        String stored = cipher.encrypt("k");
        for (int at = "tg1:00000000:".length(); at < stored.length() - 1; at++) {
            char changed = stored.charAt(at) == 'A' ? 'B' : 'A';
            String tampered = stored.substring(0, at) + changed + stored.substring(at + 1);
            assertThatThrownBy(() -> cipher.decrypt(tampered)).isInstanceOf(SecretUnreadableException.class);
        }
    }

    @Test
    void aValueCopiedFromAnotherColumnIsNoticed() {
        MasterKeys keys = MasterKeys.open(NEW, dataDir);
        String stored = keys.cipherFor("SellerGrant.RefreshToken").encrypt(PLAIN);
        assertThatThrownBy(() -> keys.cipherFor("TokenMaster.ApiKey").decrypt(stored))
                .isInstanceOf(SecretUnreadableException.class).hasMessageContaining("another column");
    }

    @Test
    void theWidestSecretsFitTheirColumns() {
        assertThat(cipher(NEW).encrypt("x".repeat(337))).hasSizeLessThanOrEqualTo(500);
        assertThat(cipher(NEW).encrypt("x".repeat(2048))).hasSizeLessThanOrEqualTo(2818);
    }

    private SecretCipher cipher(String variable) {
        return MasterKeys.open(variable, dataDir).cipherFor("TokenMaster.ApiKey");
    }
}
