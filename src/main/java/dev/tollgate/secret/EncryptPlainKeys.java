package dev.tollgate.secret;

import java.util.List;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Brings every ApiKey of TokenMaster under the current master key: plain ones of an adopted database and those of an older
 * key. Does nothing without {@value MasterKeys#VARIABLE}: a database shared by several programs must not come to depend on
 * a file of this machine by itself. Each row is replaced only while it still holds what was read, so that an edit made
 * meanwhile is kept, and running it twice, or on two nodes at once, is safe.
 */
public final class EncryptPlainKeys {

    /** The width of TokenMaster.ApiKey in databases that exist. */
    private static final int COLUMN_CHARACTERS = 500;

    private static final Logger log = LoggerFactory.getLogger(EncryptPlainKeys.class);

    private record Row(int tokenId, String apiKey) {
    }

    private final MasterKeys keys;
    private final SecretCipher cipher;
    private final JdbcOperations jdbc;
    private final Supplier<String> table;

    EncryptPlainKeys(MasterKeys keys, SecretCipher cipher, JdbcOperations jdbc, Supplier<String> table) {
        this.keys = keys;
        this.cipher = cipher;
        this.jdbc = jdbc;
        this.table = table;
    }

    /** Every key, at the start: those of an older master key, too. */
    void run() {
        encrypt("");
    }

    /** Those that another program, or a hand, has written plainly since. Meant for a timer. */
    public void runAgain() {
        encrypt(" WHERE ApiKey NOT LIKE 'tg1:%'");
    }

    private void encrypt(String which) {
        if (!keys.fromVariable()) {
            return;
        }
        List<Row> rows = jdbc.query("SELECT TokenID, ApiKey FROM " + table.get() + which + " ORDER BY TokenID",
                (result, number) -> new Row(result.getInt(1), result.getString(2)));
        int encrypted = 0;
        for (Row row : rows) {
            if (row.apiKey() != null && !row.apiKey().isBlank() && !cipher.isCurrent(row.apiKey())) {
                encrypted += encrypt(row);
            }
        }
        if (encrypted > 0) {
            log.info("Encrypted {} of {} API keys in {} with key {}", encrypted, rows.size(), table.get(), keys.current().id());
        }
    }

    private int encrypt(Row row) {
        String plain;
        try {
            plain = cipher.decrypt(row.apiKey());
        } catch (SecretUnreadableException e) {
            log.warn("The API key of TokenID {} stays as it is. {}", row.tokenId(), e.getMessage());
            return 0;
        }
        String stored = cipher.encrypt(plain);
        if (stored.length() > COLUMN_CHARACTERS) {
            log.warn("The API key of TokenID {} stays as it is: encrypted it has {} characters, the column holds {}.",
                    row.tokenId(), stored.length(), COLUMN_CHARACTERS);
            return 0;
        }
        return jdbc.update("UPDATE " + table.get() + " SET ApiKey = ? WHERE TokenID = ? AND ApiKey = ?",
                stored, row.tokenId(), row.apiKey());
    }
}
