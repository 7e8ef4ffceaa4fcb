package dev.tollgate.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.LogLines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class FileOwnerTest {

    @TempDir
    Path directory;

    /** Claims a folder likewise. */
    static final class FolderClaimant {
        public static void main(String[] arguments) throws IOException {
            try (FileOwner owner = FileOwner.claimFolder(Path.of(arguments[0]))) {
                System.out.println("mine");
                System.in.read();
            }
        }
    }

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
    void anOwnerWhoseLockFileIsDeletedTakesItBack() throws Exception {
        Path file = directory.resolve("state.json");
        ChildJvm elder = ChildJvm.start(List.of(), Claimant.class, file.toString());
        assertThat(elder.lines(1)).containsExactly("mine");
        Files.delete(directory.resolve("state.json.lock"));
        await().until(() -> Files.exists(directory.resolve("state.json.lock")));
        await().untilAsserted(() -> assertThatThrownBy(() -> FileOwner.claim(file).close()).isInstanceOf(FileInUseException.class));
        elder.kill();
        FileOwner.claim(file).close();
    }

    @Test
    void whoClaimsAFolderThatWasDeletedUnderALivingOwnerGivesWay() throws Exception {
        Path folder = directory.resolve("data/spool");
        ChildJvm elder = ChildJvm.start(List.of(), FolderClaimant.class, folder.toString());
        assertThat(elder.lines(1)).containsExactly("mine");
        elder.pause(); // or it may have its folder back before it is claimed
        FileSystemUtils.deleteRecursively(directory.resolve("data"));
        try (LogLines log = new LogLines("dev.tollgate.disk")) {
            try (FileOwner younger = FileOwner.claimFolder(folder)) {
                elder.goOn();
                await().until(younger::isContested);
                assertThat(FileOwner.isContestedBelow(directory.resolve("data"))).isTrue();
                assertThat(log.containing("ERROR", "Another Tollgate process owned " + folder)).hasSize(1);
            }
            await().untilAsserted(() -> assertThatThrownBy(() -> FileOwner.claimFolder(folder).close())
                    .as("the elder owner has its folder back").isInstanceOf(FileInUseException.class));
        }
        elder.kill();
        try (FileOwner next = FileOwner.claimFolder(folder)) {
            assertThat(next.isContested()).isFalse();
            assertThat(folder.resolve(".lock.objection")).doesNotExist();
        }
    }

    @Test
    void whatIsDeletedMovedOrReplacedIsSaidOnceAndForgottenWhenItIsBack() throws Exception {
        Path file = Files.writeString(directory.resolve("usage.ndjson"), "");
        Path snapshot = Files.writeString(directory.resolve("state.json"), "{}");
        HeldFiles.hold(file);
        HeldFiles.holdRewritten(snapshot);
        try (LogLines log = new LogLines("dev.tollgate.disk")) {
            Files.move(file, directory.resolve("aside"));
            await().until(() -> HeldFiles.lostBelow(directory), lost -> lost.equals(List.of(file + " was deleted or moved away while this process uses it.")));
            assertThat(HeldFiles.isLostBelow(directory)).isTrue();
            assertThat(HeldFiles.lostBelow(directory.resolve("elsewhere"))).isEmpty();
            Files.writeString(file, "a backup");
            await().until(() -> HeldFiles.lostBelow(directory), lost -> lost.equals(List.of(file + " was replaced while this process uses it.")));
            Files.move(directory.resolve("aside"), file, StandardCopyOption.REPLACE_EXISTING);
            await().until(() -> HeldFiles.lostBelow(directory).isEmpty());
            assertThat(log.of("ERROR")).hasSize(2);
            Files.delete(snapshot);
            await().until(() -> !HeldFiles.lostBelow(directory).isEmpty());
            assertThat(HeldFiles.isLostBelow(directory)).as("it is written anew").isFalse();
            DurableFiles.replace(snapshot, out -> out.write('1'));
            await().until(() -> HeldFiles.lostBelow(directory).isEmpty());
        } finally {
            HeldFiles.release(file);
            HeldFiles.release(snapshot);
        }
    }

    @Test
    void whatThisProcessReplacesItselfIsNoLoss() throws Exception {
        Path snapshot = Files.writeString(directory.resolve("state.json"), "{}");
        HeldFiles.holdRewritten(snapshot);
        try (LogLines log = new LogLines("dev.tollgate.disk")) {
            long until = System.nanoTime() + 3 * HeldFiles.LOOK_EVERY_MILLIS * 1_000_000;
            while (System.nanoTime() < until) {
                DurableFiles.replace(snapshot, out -> out.write('1'));
            }
            assertThat(log.all()).isEmpty();
        } finally {
            HeldFiles.release(snapshot);
        }
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
