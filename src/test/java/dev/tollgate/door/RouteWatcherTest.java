package dev.tollgate.door;

import dev.tollgate.gateway.DoorProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.unit.DataSize;

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
        DoorProperties properties = new DoorProperties(folder, DataSize.ofKilobytes(1), Duration.ZERO);
        RouteFiles files = new RouteFiles(properties, new StandardEnvironment()) {
            @Override
            RouteSet read() {
                whileReading.run();
                return super.read();
            }
        };
        watcher = new RouteWatcher(files, new Generations(files, null, properties, new StandardEnvironment(), Clock.systemUTC()) {
            @Override
            void renew(RouteSet routes) {
                tried.add(routes.files().get(0).text());
            }
        });
        save("");
        look(RouteWatcher.LOOKS);
        tried.clear();
    }

    @Test
    void anEditIsTriedOnceWhenItHasSettled() {
        save("whole");
        look(RouteWatcher.LOOKS - 1);
        assertThat(tried).isEmpty();
        look(10 * RouteWatcher.LOOKS);
        assertThat(tried).containsExactly("whole");
    }

    @Test
    void theFirstHalfOfASaveIsNotTried() {
        save("wh");
        look(RouteWatcher.LOOKS - 1);
        save("whole");
        look(RouteWatcher.LOOKS);
        assertThat(tried).containsExactly("whole");
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
        assertThat(tried).containsExactly("whole again");
    }

    @Test
    void anEditOfAFileThatIsALinkIsTriedToo(@TempDir Path elsewhere) throws IOException {
        Path kept = Files.writeString(elsewhere.resolve("kept.camel.yaml"), "old");
        Files.delete(folder.resolve("edited.camel.yaml"));
        Files.createSymbolicLink(folder.resolve("edited.camel.yaml"), kept);
        look(RouteWatcher.LOOKS);

        Files.writeString(kept, "edited");
        look(RouteWatcher.LOOKS);

        assertThat(tried).containsExactly("old", "edited");
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
