package dev.tollgate.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOwnerTest {

    @TempDir
    Path directory;

    /** Claims the file named by the first argument; says how that went; waits to be killed. */
    static final class Claimant {
        public static void main(String[] arguments) throws IOException {
            try (FileOwner owner = FileOwner.claim(Path.of(arguments[0]))) {
                System.out.println("mine");
                System.in.read();
            } catch (FileInUseException held) {
                System.out.println(held.getMessage());
            }
        }
    }

    @Test
    void aSecondClaimInThisProcessIsRefusedAndDoesNotLoosenTheFirst() throws Exception {
        Path file = directory.resolve("state.json");
        try (FileOwner first = FileOwner.claim(file)) {
            assertThatThrownBy(() -> FileOwner.claim(file)).isInstanceOf(FileInUseException.class)
                    .hasMessageContaining(file.toString()).hasMessageContaining("tollgate.data-dir");
            ChildJvm other = ChildJvm.start(List.of(), Claimant.class, file.toString());
            assertThat(other.lines(1).get(0)).contains("Another Tollgate process owns").contains(file.toString());
            assertThat(other.exitCode()).isZero();
        }
        FileOwner.claim(file).close();
    }

    @Test
    void aKilledOwnerLeavesTheFileFree() throws Exception {
        Path file = directory.resolve("state.json");
        ChildJvm other = ChildJvm.start(List.of(), Claimant.class, file.toString());
        assertThat(other.lines(1)).containsExactly("mine");
        assertThatThrownBy(() -> FileOwner.claim(file)).isInstanceOf(FileInUseException.class);
        other.kill();
        FileOwner.claim(file).close();
    }
}
