package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.apache.camel.component.file.GenericFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InboxTest {

    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();
    private Inbox inbox;

    @BeforeEach
    void open() throws IOException {
        JobProperties properties = new JobProperties(1000, 100, 10_000, Duration.ofDays(2), 100, DataSize.ofMegabytes(1), DataSize.ofKilobytes(1), Duration.ofSeconds(10));
        inbox = new Inbox(new Jobs(data, List.of(new TestKind()), clock, new JobDisk(), properties), properties, clock);
    }

    @Test
    void aFileIsTakenOnceItStoodStillAndNotAgain() {
        assertThat(taken("a.csv", 10, 1)).isFalse();
        pass(9);
        assertThat(taken("a.csv", 10, 1)).isFalse();
        pass(1);
        assertThat(taken("a.csv", 10, 1)).isTrue();
        pass(1);
        assertThat(taken("a.csv", 10, 1)).as("it could not be moved away").isFalse();
    }

    @Test
    void aFileThatGrowsOrIsWrittenAnewIsNotTaken() {
        for (int i = 0; i < 20; i++) {
            assertThat(taken("grows.csv", i, 1)).isFalse();
            assertThat(taken("changes.csv", 10, i)).isFalse();
            pass(9);
        }
        assertThat(taken("grows.csv", 19, 1)).isFalse();
        pass(1);
        assertThat(taken("grows.csv", 19, 1)).isTrue();
        assertThat(taken("changes.csv", 10, 19)).isTrue();
    }

    @Test
    void oneThatCannotBeMovedAwayIsTriedAgainMuchLaterAndOthersMeanwhile() {
        stands("stuck.csv");
        assertThat(taken("stuck.csv", 10, 1)).isTrue();
        int again = 0;
        for (int second = 0; second < 1200; second++) {
            pass(1);
            again += taken("stuck.csv", 10, 1) ? 1 : 0;
        }
        assertThat(again).as("in twenty minutes").isBetween(1, 2);
        stands("other.csv");
        assertThat(taken("other.csv", 10, 1)).isTrue();
    }

    @Test
    void oneOfItsNameThatComesLaterIsAnotherOne() {
        stands("week.csv");
        assertThat(taken("week.csv", 10, 1)).isTrue();
        pass(30);
        stands("week.csv");
        assertThat(taken("week.csv", 10, 1)).isTrue();
    }

    @Test
    void ofManyThatAreAcceptedThoseThatAreNotTakenYetStayAccepted() {
        for (int i = 0; i <= 10; i++) {
            assertThat(inbox.accept(file("first.csv", 10, 1))).isEqualTo(i == 10);
            assertThat(inbox.accept(file("second.csv", 10, 1))).isEqualTo(i == 10);
            pass(1);
        }
        inbox.take("first.csv");

        assertThat(inbox.accept(file("first.csv", 10, 1))).isFalse();
        assertThat(inbox.accept(file("second.csv", 10, 1))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {".a.csv", "a.csv.part", "a.csv.PART", "~$a.csv", "a.csv.crdownload", "a.csv.filepart", "a.csv~", "a.tmp", ".hidden"})
    void whatIsNotFinishedIsNotTaken(String name) {
        stands(name);

        assertThat(taken(name, 10, 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.xlsx", "a.pdf", "a", "a.csv.gz", "a.json"})
    void whatIsNoListIsTakenAndRefusedSoThatSomebodyIsTold(String name) {
        stands(name);

        assertThat(taken(name, 10, 1)).isTrue();
        assertThatThrownBy(() -> Inbox.requireList(name)).hasMessageContaining("Save the sheet as CSV");
    }

    @Test
    void theReasonStandsBesideTheFile() throws IOException {
        Inbox.explain(data.resolve("failed/1-a.csv"), "It is empty.");

        assertThat(Files.readString(data.resolve("failed/1-a.csv.reason.txt"))).isEqualToIgnoringNewLines("It is empty.");
    }

    /** Looked at every second until it stood still for long enough. */
    private void stands(String name) {
        for (int i = 0; i < 10; i++) {
            assertThat(taken(name, 10, 1)).isFalse();
            pass(1);
        }
    }

    private boolean taken(String name, long length, long changed) {
        boolean accepted = inbox.accept(file(name, length, changed));
        if (accepted) {
            inbox.take(name);
        }
        return accepted;
    }

    private static GenericFile<Object> file(String name, long length, long changed) {
        GenericFile<Object> file = new GenericFile<>();
        file.setFileName(name);
        file.setFileNameOnly(name);
        file.setFileLength(length);
        file.setLastModified(changed);
        return file;
    }

    private void pass(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }
}
