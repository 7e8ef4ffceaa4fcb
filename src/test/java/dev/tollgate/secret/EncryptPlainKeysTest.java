package dev.tollgate.secret;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class EncryptPlainKeysTest {

    private static final String OLD = "11".repeat(32);
    private static final String NEW = "22".repeat(32);

    @TempDir
    Path dataDir;

    private final JdbcTemplate jdbc = new JdbcTemplate(
            new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", ""));

    @BeforeEach
    void anAdoptedTable() {
        jdbc.execute("CREATE TABLE TokenMaster (TokenID INT PRIMARY KEY, ApiKey VARCHAR(500))");
        insert(1, "plain-key-of-company-one");
        insert(2, "plain-key-of-company-two");
        insert(3, null);
        insert(4, "");
    }

    @Test
    void plainKeysAreEncryptedInPlaceOnce() {
        run(NEW);
        List<String> stored = keys();
        SecretCipher cipher = cipher(NEW);
        assertThat(stored.subList(0, 2)).allMatch(cipher::isCurrent).extracting(cipher::decrypt)
                .containsExactly("plain-key-of-company-one", "plain-key-of-company-two");
        assertThat(stored.subList(2, 4)).containsExactly(null, "");
        run(NEW);
        assertThat(keys()).isEqualTo(stored);
    }

    @Test
    void aPlainKeyThatAPersonInsertsMeanwhileIsEncryptedAtTheNextLook() {
        run(NEW);
        List<String> before = keys();
        insert(5, "plain-key-by-hand");
        MasterKeys keys = MasterKeys.open(NEW, dataDir);
        new EncryptPlainKeys(keys, keys.cipherFor("TokenMaster.ApiKey"), jdbc, () -> "TokenMaster").runAgain();
        assertThat(cipher(NEW).decrypt(keys().get(4))).isEqualTo("plain-key-by-hand");
        assertThat(keys().get(4)).startsWith("tg1:");
        assertThat(keys().subList(0, 4)).isEqualTo(before);
    }

    @Test
    void keysOfAnOlderMasterKeyMoveToTheNewOne() {
        run(OLD);
        run(NEW + "," + OLD);
        SecretCipher onlyNew = cipher(NEW);
        assertThat(onlyNew.decrypt(keys().get(0))).isEqualTo("plain-key-of-company-one");
    }

    @Test
    void withoutTheVariableNothingIsTouched() {
        run("");
        assertThat(keys()).containsExactly("plain-key-of-company-one", "plain-key-of-company-two", null, "");
    }

    @Test
    void aRowWhoseKeyIsLostStaysAndTheOthersAreEncrypted() {
        String foreign = cipher("33".repeat(32)).encrypt("lost");
        insert(5, foreign);
        insert(6, "plain-key-of-company-six");
        run(NEW);
        assertThat(keys().get(4)).isEqualTo(foreign);
        assertThat(cipher(NEW).isCurrent(keys().get(5))).isTrue();
    }

    @Test
    void aKeyTooLongForItsColumnStaysPlain() {
        insert(5, "x".repeat(400));
        run(NEW);
        assertThat(keys().get(4)).isEqualTo("x".repeat(400));
    }

    @Test
    void anEditMadeMeanwhileIsNotLost() {
        MasterKeys keys = MasterKeys.open(NEW, dataDir);
        JdbcTemplate edited = new JdbcTemplate(jdbc.getDataSource()) {
            @Override
            public int update(String sql, Object... args) {
                jdbc.update("UPDATE TokenMaster SET ApiKey = 'edited-meanwhile' WHERE TokenID = 1");
                return super.update(sql, args);
            }
        };
        new EncryptPlainKeys(keys, cipher(NEW), edited, () -> "TokenMaster").run();
        assertThat(keys().get(0)).isEqualTo("edited-meanwhile");
    }

    private void run(String variable) {
        MasterKeys keys = MasterKeys.open(variable, dataDir);
        new EncryptPlainKeys(keys, keys.cipherFor("TokenMaster.ApiKey"), jdbc, () -> "TokenMaster").run();
    }

    private SecretCipher cipher(String variable) {
        return MasterKeys.open(variable, dataDir).cipherFor("TokenMaster.ApiKey");
    }

    private void insert(int id, String key) {
        jdbc.update("INSERT INTO TokenMaster (TokenID, ApiKey) VALUES (?, ?)", id, key);
    }

    private List<String> keys() {
        return jdbc.queryForList("SELECT ApiKey FROM TokenMaster ORDER BY TokenID", String.class);
    }
}
