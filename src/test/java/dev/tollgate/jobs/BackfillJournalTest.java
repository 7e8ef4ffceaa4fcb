package dev.tollgate.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillJournalTest {

    private static final List<String> ALL = List.of("A", "B", "C", "D");

    @TempDir
    Path job;

    @Test
    void whatWasFinishedBeforeARestartIsNotAskedAgain() throws IOException {
        try (BackfillJournal journal = BackfillJournal.open(job)) {
            append(journal, List.of("A", "B"), List.of("C"));
        }
        try (BackfillJournal journal = BackfillJournal.open(job)) {
            assertThat(journal.pending(ALL)).containsExactly("D");
            assertThat(journal.totals()).isEqualTo(new BackfillJournal.Totals(2, 1, 7));
            append(journal, List.of("D"), List.of());
        }
        assertThat(BackfillJournal.results(job)).hasContent("{\"asin\":\"A\"}\n{\"asin\":\"B\"}\n{\"asin\":\"D\"}\n");
    }

    @Test
    void aProcessThatDiesAtAnyByteLeavesEveryAsinOnce() throws IOException {
        try (BackfillJournal journal = BackfillJournal.open(job)) {
            append(journal, List.of("A", "B"), List.of());
            append(journal, List.of("C"), List.of());
        }
        byte[] checkpoints = Files.readAllBytes(job.resolve("checkpoints.ndjson"));
        byte[] results = Files.readAllBytes(BackfillJournal.results(job));
        for (int torn = 0; torn <= checkpoints.length; torn++) {
            Files.write(job.resolve("checkpoints.ndjson"), Arrays.copyOf(checkpoints, torn));
            Files.write(BackfillJournal.results(job), results);
            try (BackfillJournal journal = BackfillJournal.open(job)) {
                append(journal, journal.pending(ALL), List.of());
            }
            assertThat(Files.readAllLines(BackfillJournal.results(job))).as("torn at " + torn).containsExactlyInAnyOrder(
                    "{\"asin\":\"A\"}", "{\"asin\":\"B\"}", "{\"asin\":\"C\"}", "{\"asin\":\"D\"}");
        }
    }

    @Test
    void resultsWithoutACheckpointAreFetchedAgain() throws IOException {
        try (BackfillJournal journal = BackfillJournal.open(job)) {
            append(journal, List.of("A"), List.of());
        }
        Files.writeString(BackfillJournal.results(job), "{\"asin\":\"A\"}\n{\"asin\":\"B\"}\n{\"as");
        try (BackfillJournal journal = BackfillJournal.open(job)) {
            assertThat(journal.pending(ALL)).containsExactly("B", "C", "D");
        }
        assertThat(BackfillJournal.results(job)).hasContent("{\"asin\":\"A\"}\n");
    }

    @Test
    void aCheckpointWhoseResultsAreLostDoesNotCount() throws IOException {
        try (BackfillJournal journal = BackfillJournal.open(job)) {
            append(journal, List.of("A"), List.of());
        }
        Files.writeString(BackfillJournal.results(job), "");
        try (BackfillJournal journal = BackfillJournal.open(job)) {
            assertThat(journal.pending(ALL)).isEqualTo(ALL);
        }
    }

    @Test
    void theSameAsinTwiceIsOneLine() throws IOException {
        try (BackfillJournal journal = BackfillJournal.open(job)) {
            append(journal, List.of("A", "A"), List.of());
            append(journal, List.of("A", "B"), List.of());
        }
        assertThat(Files.readAllLines(BackfillJournal.results(job))).hasSize(2);
    }

    private static void append(BackfillJournal journal, List<String> fetched, List<String> missing) throws IOException {
        List<String> lines = new ArrayList<>();
        fetched.forEach(asin -> lines.add("{\"asin\":\"" + asin + "\"}"));
        journal.append(lines, fetched, missing, 7);
    }
}
