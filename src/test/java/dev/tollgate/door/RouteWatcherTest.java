package dev.tollgate.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.unit.DataSize;

import dev.tollgate.check.RouteFile;
import dev.tollgate.gateway.DoorProperties;

import static org.assertj.core.api.Assertions.assertThat;

/** When an edit is tried. */
class RouteWatcherTest {

    @TempDir
    Path folder;

    private final List<String> tried = new ArrayList<>();
    private Runnable whileReading = () -> { };
    private RouteWatcher watcher;

    @BeforeEach
    void watch() {
        DoorProperties properties = new DoorProperties(folder.toString(), DataSize.ofKilobytes(1), Duration.ZERO);
        RouteFiles files = new RouteFiles(properties, new StandardEnvironment()) {
            @Override
            RouteSet read() {
                whileReading.run();
                return super.read();
            }
        };
        save("");
        files.read();
        watcher = new RouteWatcher(files, new Generations(files, null, properties, new StandardEnvironment(), Clock.systemUTC()) {
            @Override
            void renew(RouteSet routes) {
                tried.add(routes.files().stream().map(RouteFile::text).collect(Collectors.joining()) + routes.problems().size());
            }
        });
        look(RouteWatcher.LOOKS);
        tried.clear();
    }

    @Test
    void anEditIsTriedOnceWhenItHasSettled() {
        save("whole");
        look(RouteWatcher.LOOKS - 1);
        assertThat(tried).isEmpty();
        look(10 * RouteWatcher.LOOKS);
        assertThat(tried).containsExactly("whole0");
    }

    @Test
    void theFirstHalfOfASaveIsNotTried() {
        save("wh");
        look(RouteWatcher.LOOKS - 1);
        save("whole");
        look(RouteWatcher.LOOKS);
        assertThat(tried).containsExactly("whole0");
    }

    @Test
    void whatWasSavedWhileItWasReadIsReadAgain() {
        save("whole");
        whileReading = () -> {
            whileReading = () -> { };
            save(""); // an editor empties the file before it writes
        };
        look(RouteWatcher.LOOKS);
        save("whole again");
        look(RouteWatcher.LOOKS);
        assertThat(tried).containsExactly("whole again0");
    }

    @Test
    void anEditOfAFileThatIsALinkIsTriedToo(@TempDir Path elsewhere) throws IOException {
        Path kept = Files.writeString(elsewhere.resolve("kept.camel.yaml"), "old");
        Files.delete(folder.resolve("edited.camel.yaml"));
        Files.createSymbolicLink(folder.resolve("edited.camel.yaml"), kept);
        look(RouteWatcher.LOOKS);

        Files.writeString(kept, "edited");
        look(RouteWatcher.LOOKS);

        assertThat(tried).containsExactly("old0", "edited0");
    }

    @Test
    void anErrorDoesNotEndTheLooks() {
        save("one");
        whileReading = () -> {
            whileReading = () -> { };
            throw new StackOverflowError();
        };
        look(2 * RouteWatcher.LOOKS);
        save("two");
        look(RouteWatcher.LOOKS);

        assertThat(tried).containsExactly("two0");
    }

    @Test
    void aFileThatCannotBeReadIsTriedOnceAndSoIsTheNextSave() throws IOException {
        Files.write(folder.resolve("edited.camel.yaml"), new byte[] {(byte) 0xFF});
        look(10 * RouteWatcher.LOOKS);
        save("whole");
        look(10 * RouteWatcher.LOOKS);

        assertThat(tried).containsExactly("1", "whole0");
    }

    @Test
    void aFolderThatIsEmptiedOrGoneChangesNothingAndIsTold() throws IOException {
        Path gone = folder.resolveSibling(folder.getFileName() + "-gone");
        Files.delete(folder.resolve("edited.camel.yaml"));
        look(RouteWatcher.LOOKS);
        assertThat(watcher.trouble()).get().asString().contains("holds no routes");
        assertThat(watcher.isWatching()).isFalse();

        Files.move(folder, gone);
        look(RouteWatcher.LOOKS);
        assertThat(watcher.trouble()).get().asString().contains("is gone");

        Files.move(gone, folder);
        save("back");
        look(2 * RouteWatcher.LOOKS);
        assertThat(watcher.trouble()).isEmpty();
        assertThat(watcher.isWatching()).isTrue();
        assertThat(tried).containsExactly("back0");
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watcher.look();
        }
    }

    private void save(String text) {
        try {
            Files.writeString(folder.resolve("edited.camel.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
