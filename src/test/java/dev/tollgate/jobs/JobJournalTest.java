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

class JobJournalTest {

    private static final List<String> ALL = List.of("A", "B", "C", "D");

    @TempDir
    Path job;

    @Test
    void whatWasFinishedBeforeARestartIsNotAskedAgain() throws IOException {
        try (JobJournal journal = JobJournal.open(job)) {
            append(journal, List.of("A", "B"), List.of("C"));
        }
        try (JobJournal journal = JobJournal.open(job)) {
            assertThat(journal.pending(ALL)).containsExactly("D");
            assertThat(journal.totals()).isEqualTo(new JobJournal.Totals(2, 1, 7));
            append(journal, List.of("D"), List.of());
        }
        assertThat(JobJournal.results(job)).hasContent(
                "{\"asin\":\"A\"}\n{\"asin\":\"B\"}\n{\"missing\":\"C\"}\n{\"asin\":\"D\"}\n");
    }

    @Test
    void aProcessThatDiesAtAnyByteLeavesEveryAsinOnce() throws IOException {
        try (JobJournal journal = JobJournal.open(job)) {
            append(journal, List.of("A", "B"), List.of());
            append(journal, List.of("C"), List.of());
        }
        byte[] checkpoints = Files.readAllBytes(job.resolve("checkpoints.ndjson"));
        byte[] results = Files.readAllBytes(JobJournal.results(job));
        for (int torn = 0; torn <= checkpoints.length; torn++) {
            Files.write(job.resolve("checkpoints.ndjson"), Arrays.copyOf(checkpoints, torn));
            Files.write(JobJournal.results(job), results);
            try (JobJournal journal = JobJournal.open(job)) {
                append(journal, journal.pending(ALL), List.of());
            }
            assertThat(Files.readAllLines(JobJournal.results(job))).as("torn at " + torn).containsExactlyInAnyOrder(
                    "{\"asin\":\"A\"}", "{\"asin\":\"B\"}", "{\"asin\":\"C\"}", "{\"asin\":\"D\"}");
        }
    }

    @Test
    void resultsWithoutACheckpointAreFetchedAgain() throws IOException {
        try (JobJournal journal = JobJournal.open(job)) {
            append(journal, List.of("A"), List.of());
        }
        Files.writeString(JobJournal.results(job), "{\"asin\":\"A\"}\n{\"asin\":\"B\"}\n{\"as");
        try (JobJournal journal = JobJournal.open(job)) {
            assertThat(journal.pending(ALL)).containsExactly("B", "C", "D");
        }
        assertThat(JobJournal.results(job)).hasContent("{\"asin\":\"A\"}\n");
    }

    @Test
    void aCheckpointWhoseResultsAreLostDoesNotCount() throws IOException {
        try (JobJournal journal = JobJournal.open(job)) {
            append(journal, List.of("A"), List.of());
        }
        Files.writeString(JobJournal.results(job), "");
        try (JobJournal journal = JobJournal.open(job)) {
            assertThat(journal.pending(ALL)).isEqualTo(ALL);
        }
    }

    @Test
    void theSameAsinTwiceIsOneLine() throws IOException {
        try (JobJournal journal = JobJournal.open(job)) {
            append(journal, List.of("A", "A"), List.of());
            append(journal, List.of("A", "B"), List.of());
        }
        assertThat(Files.readAllLines(JobJournal.results(job))).hasSize(2);
    }

    private static void append(JobJournal journal, List<String> fetched, List<String> missing) throws IOException {
        List<JobJournal.Entry> batch = new ArrayList<>();
        fetched.forEach(asin -> batch.add(new JobJournal.Entry(asin, "{\"asin\":\"" + asin + "\"}", true)));
        missing.forEach(asin -> batch.add(new JobJournal.Entry(asin, "{\"missing\":\"" + asin + "\"}", false)));
        journal.append(batch, 7);
    }
}
