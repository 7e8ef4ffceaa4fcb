package dev.tollgate.disk;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.LogLines;
import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RoomForStartTest {

    @TempDir
    Path folder;
    @AutoClose
    private final LogLines log = new LogLines("dev.tollgate.disk");
    private int pauses;

    @Test
    void aStartWaitsUntilThereIsRoomAndSaysSoOnce() {
        fullFor(3).await(folder.resolve("not/there/yet"), Duration.ofSeconds(10));
        assertThat(pauses).isEqualTo(3);
        assertThat(log.containing("WARN", "is full: 7 bytes are free")).hasSize(1);
    }

    @Test
    void aStartThatHasRoomWaitsForNothing() {
        fullFor(0).await(folder, Duration.ofSeconds(10));
        assertThat(pauses).isZero();
        assertThat(log.of("WARN")).isEmpty();
    }

    @Test
    void aDiskThatStaysFullEndsTheStartWithItsNameAndTheRemedy() {
        assertThatThrownBy(() -> fullFor(100).await(folder, Duration.ofSeconds(5))).isInstanceOf(SettingException.class)
                .hasMessageContaining("The disk of tollgate.data-dir (" + folder + ") is full");
        assertThat(pauses).isEqualTo(5);
    }

    private RoomForStart fullFor(int looks) {
        return new RoomForStart(new RoomForStart.Disk() {
            @Override
            public long room(Path ignored) {
                return pauses < looks ? 7 : RoomForStart.LEAST;
            }

            @Override
            public void pause(Duration time) {
                pauses++;
            }
        });
    }
}
