package dev.tollgate.gateway.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseName;
import dev.tollgate.disk.OwnerOnly;
import dev.tollgate.gateway.Refusal;

/** The step of {@code /admin/backup}: a whole copy of the embedded database, which nobody else may open while it serves. */
@Component("adminBackup")
public class AdminBackup {

    private final JdbcTemplate jdbc;
    private final AdminAudit audit;
    private final String url;
    private final Path folder;

    AdminBackup(JdbcTemplate jdbc, AdminAudit audit, @Value("${spring.datasource.url}") String url, @Value("${tollgate.data-dir}") Path dataDir) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.url = url;
        this.folder = dataDir.toAbsolutePath().resolve("backup");
    }

    /**
     * Writes {@code backup/database.zip} in the data-dir, in place of the one before, while calls go on.
     *
     * @throws Refusal 409 where the database is a server, which has its own means
     */
    public synchronized Map<String, Object> write(Exchange exchange) throws IOException {
        if (!DatabaseName.isEmbedded(url)) {
            throw Refusal.of(409, "The database %s is backed up by its own means. Copy the files of tollgate.data-dir besides."
                    .formatted(DatabaseName.of(url)));
        }
        Path begun = OwnerOnly.file(OwnerOnly.folders(folder).resolve("database.zip.new"));
        jdbc.execute("BACKUP TO '%s'".formatted(begun.toString().replace("'", "''")));
        Path file = Files.move(begun, folder.resolve("database.zip"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        long bytes = Files.size(file);
        audit.write(exchange, "backup.write", "database", "bytes=" + bytes);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("file", file.toString());
        answer.put("bytes", bytes);
        return answer;
    }
}
