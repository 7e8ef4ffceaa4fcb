package dev.tollgate.secret;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(OutputCaptureExtension.class)
class MasterKeysTest {

    @TempDir
    Path dataDir;

    @Test
    void theSameBytesInAnySpellingAreTheSameKey() {
        byte[] bytes = HexFormat.of().parseHex("fbff3e".repeat(10) + "0102");
        String hex = HexFormat.of().formatHex(bytes);
        String id = id(hex);
        assertThat(id).matches("[0-9a-f]{8}");
        assertThat(id(hex.toUpperCase())).isEqualTo(id);
        assertThat(id(Base64.getEncoder().encodeToString(bytes))).isEqualTo(id);
        assertThat(id(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))).isEqualTo(id);
    }

    @Test
    void wordsAreStretchedToTheSameKeyOnEveryMachine() {
        assertThat(id("correct horse battery")).as("PBKDF2, as anybody can compute it").isEqualTo("351e54f7")
                .isNotEqualTo(id("correct horse batterz"));
    }

    @Test
    void aShortKeyIsRefusedByTheNameOfItsVariableAndNeverShown() {
        assertThatThrownBy(() -> MasterKeys.open("tooshort-secret", dataDir))
                .hasMessageContaining("TOLLGATE_MASTER_KEY").hasMessageContaining("openssl rand -base64 32")
                .hasMessageNotContaining("tooshort");
        assertThatThrownBy(() -> MasterKeys.open(" , ", dataDir)).hasMessageContaining("TOLLGATE_MASTER_KEY");
    }

    @Test
    void withoutTheVariableAKeyFileForItsOwnerIsMadeAndKept(CapturedOutput console) throws Exception {
        String stored = MasterKeys.open("", dataDir.resolve("new")).cipherFor("p").encrypt("secret");
        Path file = dataDir.resolve("new/master.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(Base64.getDecoder().decode(Files.readString(file).strip())).hasSize(32);
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
        MasterKeys again = MasterKeys.open(null, dataDir.resolve("new"));
        assertThat(again.cipherFor("p").decrypt(stored)).isEqualTo("secret");
        assertThat(again.fromVariable()).isFalse();
        assertThat(console.getAll()).doesNotContain(Files.readString(file).strip());
    }

    @Test
    void manyStartersAtOnceAgreeOnOneKeyFile() throws Exception {
        ExecutorService starters = Executors.newFixedThreadPool(8);
        try {
            Callable<String> start = () -> MasterKeys.open("", dataDir).current().id();
            assertThat(starters.invokeAll(IntStream.range(0, 16).mapToObj(i -> start).toList()))
                    .extracting(future -> future.get()).containsOnly(MasterKeys.open("", dataDir).current().id());
        } finally {
            starters.shutdownNow();
        }
    }

    @Test
    void aKeyFileOpenToOthersIsTightened() throws Exception {
        MasterKeys.open("", dataDir);
        Path file = dataDir.resolve("master.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        MasterKeys.open("", dataDir);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    }

    @Test
    void aDamagedKeyFileIsRefusedRatherThanReplaced() throws Exception {
        Files.writeString(dataDir.resolve("master.key"), "half a ke");
        assertThatThrownBy(() -> MasterKeys.open("", dataDir)).hasMessageContaining("master.key")
                .hasMessageContaining("TOLLGATE_MASTER_KEY").hasMessageNotContaining("half a ke");
        assertThat(dataDir.resolve("master.key")).hasContent("half a ke");
    }

    @Test
    void theKeyFileStillDecryptsOnceTheVariableIsSet() {
        String stored = MasterKeys.open("", dataDir).cipherFor("p").encrypt("secret");
        MasterKeys moved = MasterKeys.open("33".repeat(32), dataDir);
        assertThat(moved.cipherFor("p").decrypt(stored)).isEqualTo("secret");
        assertThat(moved.cipherFor("p").isCurrent(stored)).isFalse();
        assertThat(moved.fromVariable()).isTrue();
    }

    @Test
    void nothingPrintsAKey() {
        String key = "44".repeat(32);
        MasterKeys keys = MasterKeys.open(key, dataDir);
        assertThat(keys + " " + keys.current() + " " + keys.cipherFor("p")).doesNotContain("4444");
    }

    private String id(String variable) {
        return MasterKeys.open(variable, dataDir).current().id();
    }
}
