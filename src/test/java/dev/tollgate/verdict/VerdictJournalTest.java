package dev.tollgate.verdict;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.verdict.JournalRecord.Answer;
import dev.tollgate.verdict.JournalRecord.TakenOver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VerdictJournalTest {

    private static final Answer BIOLOGY = new Answer("Biology 101 | Textbook | Fall | 89.99", true, 1_795_341_600L);
    private static final Answer POETRY = new Answer("Zürich\n诗\\n | Poetry | All | 5.00", false, 1_795_341_601L);
    private static final TakenOver MARK = new TakenOver(5_316_449L, 1_763_805_600_123L);

    @TempDir
    Path directory;
    Path path;

    @BeforeEach
    void nameTheFile() {
        path = directory.resolve("xai_cache.journal");
    }

    @Test
    void whatIsAppendedIsReplayedInOrder() throws Exception {
        try (VerdictJournal journal = VerdictJournal.open(path, 0)) {
            journal.append(List.of(BIOLOGY, MARK));
            journal.append(List.of(POETRY));
        }
        assertThat(replayed()).containsExactly(BIOLOGY, MARK, POETRY);
    }

    @Test
    void aRewriteKeepsWhatIsWantedAndGoesOn() throws Exception {
        try (VerdictJournal journal = VerdictJournal.open(path, 0)) {
            journal.append(List.of(BIOLOGY, POETRY));
            journal.rewrite(POETRY::equals);
            journal.append(List.of(MARK));
        }
        assertThat(replayed()).containsExactly(POETRY, MARK);
    }

    @Test
    void aFailedRewriteLeavesTheJournalInUse() throws Exception {
        Files.createDirectory(directory.resolve("xai_cache.journal.tmp"));
        try (VerdictJournal journal = VerdictJournal.open(path, 0)) {
            journal.append(List.of(BIOLOGY));
            assertThatThrownBy(() -> journal.rewrite(record -> true)).isInstanceOf(IOException.class);
            journal.append(List.of(POETRY));
        }
        assertThat(replayed()).containsExactly(BIOLOGY, POETRY);
    }

    @Test
    void whatAFailedWriteLeftIsCutAwayByTheNextOne() throws Exception {
        try (VerdictJournal journal = VerdictJournal.open(path, 0)) {
            journal.append(List.of(BIOLOGY));
            Files.writeString(path, "half a li", StandardOpenOption.APPEND);
            journal.append(List.of(POETRY));
        }
        assertThat(replayed()).containsExactly(BIOLOGY, POETRY);
    }

    @ParameterizedTest(name = "a gap of {0} zeros")
    @ValueSource(ints = {1, 65_535, 65_536, 65_537, 2_097_151, 2_097_152, 2_097_153, 9_000_000})
    void zerosOfAnyLengthCostOneLineAndNoMemory(int zeros) throws Exception {
        try (VerdictJournal journal = VerdictJournal.open(path, 0)) {
            journal.append(List.of(BIOLOGY));
            long good = Files.size(path);
            Files.write(path, new byte[zeros], StandardOpenOption.APPEND);
            assertThat(JournalReplay.of(path, record -> { })).isEqualTo(new JournalReplay(1, 0, good, zeros, false));
            Files.writeString(path, "\n", StandardOpenOption.APPEND);
            assertThat(JournalReplay.of(path, record -> { })).isEqualTo(new JournalReplay(1, 1, good + zeros + 1, 0, false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "0", "12345678", "12345678 ", "zzzzzzzz 1 true k", "00000000 1 true k",
        "{\"Biology\": true}"})
    void aLineThatIsNoRecordIsDamage(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(new JournalLine().parse(bytes, 0, bytes.length)).isNull();
    }

    private List<JournalRecord> replayed() throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        JournalReplay replay = JournalReplay.of(path, records::add);
        assertThat(replay.damaged()).isZero();
        assertThat(replay.tornBytes()).isZero();
        return records;
    }
}
