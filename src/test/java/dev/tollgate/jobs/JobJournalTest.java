package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.LogLines;

import static org.assertj.core.api.Assertions.assertThat;

class JobJournalTest {

    private static final String A = "B00000000A";
    private static final String B = "B00000000B";
    private static final String C = "B00000000C";
    private static final String D = "B00000000D";
    private static final AsinList ALL = Asins.once(List.of(A, B, C, D));

    @TempDir
    Path job;

    @Test
    void whatWasFinishedBeforeARestartIsNotAskedAgain() throws IOException {
        append(open(), List.of(A, B), List.of(C));

        JobJournal journal = open();
        assertThat(pending(journal)).containsExactly(D);
        assertThat(journal.totals()).isEqualTo(new JobJournal.Totals(2, 1, 7));
        append(journal, List.of(D), List.of());

        assertThat(served()).containsExactly(line(A), line(B), "{\"missing\":\"" + C + "\"}", line(D));
    }

    @Test
    void aProcessThatDiesAtAnyByteLeavesEveryAsinOnceAndKeepsEveryWholeLine() throws IOException {
        append(open(), List.of(A, B), List.of());
        append(open(), List.of(C), List.of());
        byte[] results = Files.readAllBytes(JobJournal.results(job));
        byte[] checkpoints = Files.readAllBytes(job.resolve("checkpoints.ndjson"));
        for (int torn = 0; torn <= results.length; torn++) {
            Files.write(JobJournal.results(job), Arrays.copyOf(results, torn));
            Files.write(job.resolve("checkpoints.ndjson"), checkpoints);
            JobJournal journal = open();
            int whole = (torn + 1) / (results.length / 3); // a line that lacks its break alone is whole
            assertThat(pending(journal)).as("torn at " + torn).containsExactlyElementsOf(ALL.subList(whole, 4));

            append(journal, pending(journal), List.of());

            assertThat(served()).as("torn at " + torn).containsExactly(line(A), line(B), line(C), line(D));
            assertThat(pending(open())).isEmpty();
        }
    }

    @Test
    void aProcessThatDiesAtAnyByteOfACheckpointLosesNothing() throws IOException {
        append(open(), List.of(A, B), List.of());
        append(open(), List.of(C), List.of());
        byte[] checkpoints = Files.readAllBytes(job.resolve("checkpoints.ndjson"));
        for (int torn = 0; torn <= checkpoints.length; torn++) {
            Files.write(job.resolve("checkpoints.ndjson"), Arrays.copyOf(checkpoints, torn));

            assertThat(pending(open())).containsExactly(D);
            assertThat(open().damaged()).isZero();
        }
    }

    @Test
    void resultsThatWereCutOffBetweenTwoLinesAreMissed() throws IOException {
        append(open(), List.of(A, B, C), List.of());
        byte[] results = Files.readAllBytes(JobJournal.results(job));
        Files.write(JobJournal.results(job), Arrays.copyOf(results, results.length / 3 * 2));

        try (LogLines log = new LogLines("dev.tollgate.jobs")) {
            assertThat(pending(open())).containsExactly(C, D);
            assertThat(log.containing("ERROR", "holds 2 of the 3 results that were written")).hasSize(1);
            assertThat(log.of("ERROR").get(0)).contains("results.ndjson", "after line 2");
        }
        try (LogLines log = new LogLines("dev.tollgate.jobs")) {
            assertThat(pending(open())).containsExactly(C, D);
            assertThat(log.all()).as("said once").isEmpty();
        }
    }

    @Test
    void aDamagedLineCostsItselfAloneAndIsKeptAside() throws IOException {
        append(open(), List.of(A, B, C), List.of());
        byte[] results = Files.readAllBytes(JobJournal.results(job));
        int length = results.length / 3;
        for (int at = length; at < 2 * length; at++) {
            byte[] damaged = results.clone();
            damaged[at] ^= 4;
            Files.write(JobJournal.results(job), damaged);
            boolean isBreak = at == 2 * length - 1;

            try (LogLines log = new LogLines("dev.tollgate.jobs")) {
                JobJournal journal = open();
                assertThat(pending(journal)).as("byte " + at).containsExactlyElementsOf(isBreak ? List.of(D) : List.of(B, D));
                assertThat(served()).as("byte " + at).contains(line(A), line(C)).hasSize(isBreak ? 3 : 2);
                assertThat(log.containing("ERROR", "results.ndjson, line 2")).hasSizeGreaterThanOrEqualTo(1);
            }
            try (var files = Files.list(job)) {
                Path kept = files.filter(file -> file.toString().contains("results.ndjson.corrupt-")).findAny().orElseThrow();
                assertThat(Files.readAllBytes(kept)).contains(isBreak ? new byte[] {damaged[at]} : Arrays.copyOfRange(damaged, length, at + 1));
                Files.delete(kept);
            }
            try (LogLines log = new LogLines("dev.tollgate.jobs")) {
                open();
                assertThat(log.all()).as("said once").isEmpty();
            }
        }
    }

    @Test
    void theSameAsinTwiceIsOneLineAndAnAsinOfNoOrderIsNone() throws IOException {
        JobJournal journal = open();
        append(journal, List.of(A, A), List.of());
        append(journal, List.of(A, B, "B00000000X"), List.of());

        assertThat(served()).containsExactly(line(A), line(B));
    }

    private JobJournal open() throws IOException {
        return JobJournal.open(job, ALL, new JobDisk(), Instant.parse("2026-03-01T12:00:00Z"));
    }

    private static List<String> pending(JobJournal journal) {
        List<String> pending = new ArrayList<>();
        for (int at = journal.nextPending(0); at >= 0; at = journal.nextPending(at + 1)) {
            pending.add(ALL.get(at));
        }
        return pending;
    }

    private List<String> served() throws IOException {
        try (ResultStream results = new ResultStream(JobJournal.results(job), Files.size(JobJournal.results(job)))) {
            return new String(results.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static String line(String asin) {
        return "{\"asin\":\"" + asin + "\"}";
    }

    private static void append(JobJournal journal, List<String> fetched, List<String> missing) throws IOException {
        List<JobJournal.Entry> batch = new ArrayList<>();
        fetched.forEach(asin -> batch.add(new JobJournal.Entry(asin, line(asin), true)));
        missing.forEach(asin -> batch.add(new JobJournal.Entry(asin, "{\"missing\":\"" + asin + "\"}", false)));
        journal.append(batch, 7);
    }
}
