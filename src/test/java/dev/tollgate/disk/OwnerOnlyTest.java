package dev.tollgate.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class OwnerOnlyTest {

    @TempDir
    Path folder;

    @Test
    void foldersAndFilesAreMadeForTheirOwnerOnly() throws IOException {
        Path made = OwnerOnly.folders(folder.resolve("a/b"));
        Path file = OwnerOnly.file(made.resolve("f"));

        assertThat(List.of(folder.resolve("a"), made)).allSatisfy(one -> assertThat(mode(one)).isEqualTo("rwx------"));
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(OwnerOnly.file(file)).exists();
    }

    @Test
    void aFileThatIsReplacedStaysForItsOwnerOnly() throws IOException {
        Path file = folder.resolve("state.json");
        DurableFiles.replace(file, out -> out.write('1'));
        Path aside = DurableFiles.keepAside(file, java.time.Instant.EPOCH);

        assertThat(List.of(mode(file), mode(aside))).containsOnly("rw-------");
        assertThat(aside).hasContent("1");
    }

    @Test
    void whatWasOpenToOthersIsMendedAndNamedAndLinksAreNotFollowed() throws IOException {
        Path outside = with(Files.createFile(folder.resolve("outside")), "rw-rw-rw-");
        Path data = with(Files.createDirectory(folder.resolve("data")), "rwxr-xr-x");
        Path inner = with(Files.createDirectory(data.resolve("spool")), "rwxrwxrwx");
        Path file = with(Files.createFile(inner.resolve("f")), "rw-r--r--");
        with(Files.createFile(data.resolve("fine")), "rw-------");
        Files.createSymbolicLink(data.resolve("link"), outside);

        assertThat(OwnerOnly.mend(data)).extracting(one -> data.toRealPath().relativize(one.path()) + " " + one.was())
                .containsExactlyInAnyOrder(" rwxr-xr-x", "spool rwxrwxrwx", "spool/f rw-r--r--");

        assertThat(List.of(mode(data), mode(inner))).containsOnly("rwx------");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(outside)).isEqualTo("rw-rw-rw-");
        assertThat(OwnerOnly.mend(data)).isEmpty();
        assertThat(OwnerOnly.mend(folder.resolve("nothing"))).isEmpty();
    }

    private static Path with(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
