package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Somebody deletes data-dir, or what is in it, under the running gateway. */
class DeletedDataDirIT {

    @TempDir
    Path folder;

    private GatewayProcess process;

    @AfterEach
    void close() {
        if (process != null) {
            process.close();
        }
    }

    @Test
    void itSaysSoAndASecondGatewayDoesNotGetTheFolder() throws IOException {
        process = GatewayProcess.start(folder, Map.of());
        FileSystemUtils.deleteRecursively(folder.resolve("data"));

        await().atMost(Duration.ofMinutes(1)).until(() -> readiness() == 503);
        // The spool may turn it red before the folder is looked at, and begins anew, so that the folder is another one then.
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(process.console())
                .containsPattern("data was (deleted or moved away|replaced) while this process uses it"));

        assertThatThrownBy(() -> GatewayProcess.start(folder, Map.of()))
                .hasMessageContaining("Another Tollgate process owns").hasMessageContaining("tollgate.data-dir");
        assertThat(readiness()).as("the first one still says so").isEqualTo(503);
    }

    @Test
    void deletedLockFilesAreLockedAnewAndADeletedSpoolIsBegunAnew() throws IOException {
        process = GatewayProcess.start(folder, Map.of());
        Path spool = folder.resolve("data/spool");
        Files.delete(spool.resolve(".lock"));
        Files.delete(spool.resolve("usage.ndjson"));
        Files.delete(folder.resolve("data/xai_cache.journal.lock"));

        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(spool.resolve(".lock"))
                && Files.exists(spool.resolve("usage.ndjson")) && readiness() == 200);
        assertThat(process.console()).contains("usage.ndjson was deleted or replaced while it was written to");
        assertThatThrownBy(() -> GatewayProcess.start(folder, Map.of())).hasMessageContaining("Another Tollgate process owns");
    }

    private int readiness() {
        return process.gateway().get("/actuator/health/readiness").status();
    }
}
