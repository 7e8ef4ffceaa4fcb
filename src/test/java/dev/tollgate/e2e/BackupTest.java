package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** A backup of the embedded database while callers are served. */
class BackupTest extends GatewayTest {

    @TempDir
    Path restored;

    @Value("${tollgate.data-dir}")
    Path dataDir;

    @Test
    void theCopyIsAWholeDatabaseAndNoCallerNoticesItsMaking() throws Exception {
        company("KEPT", "key-of-kept", "Active");
        try (SteadyCallers callers = new SteadyCallers(gateway, 50, "/token/status?companyID=KEPT")) {
            for (int i = 0; i < 3; i++) {
                Answer made = gateway.request("POST", "/admin/backup", "application/json", new byte[0]);
                assertThat(made.status()).as(made.text()).isEqualTo(200);
                assertThat(Path.of(made.json().path("file").asText())).isEqualTo(dataDir.toAbsolutePath().resolve("backup/database.zip"));
                assertThat(made.json().path("bytes").asLong()).isPositive();
            }
            callers.finish();
            assertThat(callers.failures()).isEmpty();
        }
        try (var files = Files.list(dataDir.resolve("backup"))) {
            assertThat(files).singleElement().satisfies(file -> assertThat(file).hasFileName("database.zip"));
        }
        unpack(dataDir.resolve("backup/database.zip"));
        try (Connection copy = DriverManager.getConnection("jdbc:h2:file:" + restored.resolve("tollgate") + ";IFEXISTS=TRUE", "sa", "")) {
            ResultSet kept = copy.createStatement().executeQuery("SELECT COUNT(*) FROM TokenMaster WHERE CompanyID = 'KEPT'");
            assertThat(kept.next()).isTrue();
            assertThat(kept.getLong(1)).isOne();
        }
        assertThat(database.sql("SELECT COUNT(*) FROM AdminAudit WHERE Action = 'backup.write'").query(Long.class).single()).isEqualTo(3);
    }

    private void unpack(Path zip) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                try (InputStream in = file.getInputStream(entry)) {
                    Files.copy(in, restored.resolve(Path.of(entry.getName()).getFileName()));
                }
            }
        }
    }
}
