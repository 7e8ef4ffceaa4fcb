package dev.tollgate.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random bits flipped in every file of a job, and random ends cut off: never silent, no result lost beyond the damage, none
 * paid twice beyond it.
 */
class JobCorruptionTest {

    private static final int SEEDS = 50;
    private static final List<String> ITEMS = IntStream.range(0, 230).mapToObj("B%09d"::formatted).toList();

    private final ManualClock clock = new ManualClock();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = { "order.ndjson", "order.copy.ndjson", "results.ndjson", "checkpoints.ndjson" })
    void ofAJobUnderWay(String file) throws IOException {
        damage(file, 180);
    }

    @ParameterizedTest
    @ValueSource(strings = { "order.ndjson", "order.copy.ndjson", "results.ndjson", "checkpoints.ndjson", "end.json" })
    void ofAJobThatIsDone(String file) throws IOException {
        damage(file, ITEMS.size());
    }

    /** A flipped bit in a checkpoint made an earlier version cut off all results behind it. */
    @Test
    void aDamagedCheckpointOfAnEarlierVersionCostsNoResult() throws IOException {
        Path job = Files.createDirectories(folder.resolve("jobs/job-1"));
        Files.writeString(job.resolve("order.json"), "{\"id\":\"job-1\",\"type\":\"test\",\"orderedAt\":1772366400.0,\"order\":{\"asins\":[\""
                + String.join("\",\"", ITEMS) + "\"]}}");
        StringBuilder results = new StringBuilder();
        StringBuilder checkpoints = new StringBuilder();
        for (int batch = 0; batch < 20; batch++) {
            List<String> items = ITEMS.subList(batch * 10, batch * 10 + 10);
            items.forEach(item -> results.append(result(item)).append('\n'));
            checkpoints.append("{\"done\":[\"").append(String.join("\",\"", items)).append("\"],\"failed\":[],\"tokens\":10,\"length\":")
                    .append(results.length()).append("}\n");
        }
        Files.writeString(job.resolve("results.ndjson"), results);
        checkpoints.setCharAt(3, '\u0003');
        Files.writeString(job.resolve("checkpoints.ndjson"), checkpoints);

        try (LogLines log = new LogLines("dev.tollgate.jobs")) {
            Job again = jobs(folder).find("job-1").orElseThrow();

            assertThat(served(again)).hasSize(200);
            assertThat(again.left()).isEqualTo(30);
            assertThat(log.containing("ERROR", "checkpoints.ndjson, line 1")).hasSize(1);
        }
    }

    private void damage(String file, int finished) throws IOException {
        Path whole = folder.resolve("whole");
        make(whole, finished);
        int damages = 0;
        int noticed = 0;
        int lost = 0;
        int twice = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            for (boolean cut : List.of(false, true)) {
                Path data = folder.resolve("damaged-" + seed + cut);
                FileSystemUtils.copyRecursively(whole, data);
                Path target = data.resolve("jobs/job-1").resolve(file);
                byte[] before = Files.readAllBytes(target);
                byte[] after = damaged(before, new Random(seed), cut);
                Files.write(target, after);
                Set<String> touched = file.equals("results.ndjson") ? touched(before, after) : Set.of();
                damages++;
                try (LogLines log = new LogLines("dev.tollgate.jobs")) {
                    Jobs jobs = jobs(data);
                    jobs.care();
                    Job job = jobs.find("job-1").orElseThrow();
                    Set<String> served = new HashSet<>(served(job));
                    Set<String> again = new HashSet<>(job.pending(ITEMS.size()));
                    boolean heard = Stream.concat(log.of("ERROR").stream(), log.of("WARN").stream())
                            .anyMatch(line -> line.contains(file) || line.contains("job-1"));
                    noticed += heard ? 1 : 0;
                    for (String item : ITEMS.subList(0, finished)) {
                        lost += !touched.contains(item) && !served.contains(item) ? 1 : 0;
                        twice += !touched.contains(item) && again.contains(item) ? 1 : 0;
                        assertThat(served.contains(item) || again.contains(item)).as("%s, seed %d: %s is there, or is fetched", file, seed, item).isTrue();
                    }
                    assertThat(job.total()).isEqualTo(ITEMS.size());
                    assertThat(again).as("what is left of the order").containsAll(ITEMS.subList(finished, ITEMS.size()));
                }
                FileSystemUtils.deleteRecursively(data);
            }
        }
        System.out.printf("| jobs/*/%s (%s) | %d | %d | %d | %d |%n", file, finished == ITEMS.size() ? "done" : "under way", damages,
                noticed, lost, twice);
        assertThat(List.of(noticed, lost, twice)).as("noticed, lost beyond the damage, paid twice").containsExactly(damages, 0, 0);
    }

    private static byte[] damaged(byte[] bytes, Random random, boolean cut) {
        if (cut) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        byte[] damaged = bytes.clone();
        damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return damaged;
    }

    /** Items whose line of results is not the same any more. */
    private static Set<String> touched(byte[] before, byte[] after) {
        Set<String> touched = new HashSet<>();
        int at = 0;
        for (String line : new String(before, StandardCharsets.US_ASCII).split("(?<=\n)")) {
            int end = at + line.length();
            boolean same = end <= after.length && Arrays.equals(before, at, end, after, at, end);
            if (!same) {
                touched.add(line.substring(line.indexOf("\"asin\":\"") + 8).substring(0, 10));
            }
            at = end;
        }
        return touched;
    }

    private void make(Path data, int finished) throws IOException {
        Jobs jobs = jobs(data);
        Job job = jobs.order(new NewJob(TestKind.TYPE, JsonNodeFactory.instance.objectNode(), Asins.once(ITEMS), "key-1").named("job-1")).job();
        for (int from = 0; from < finished; from += 10) {
            List<JobJournal.Entry> batch = new ArrayList<>();
            ITEMS.subList(from, from + 10).forEach(item -> batch.add(new JobJournal.Entry(item, result(item), !item.endsWith("7"))));
            job.append(batch, 10, clock.instant());
        }
    }

    private Jobs jobs(Path data) throws IOException {
        return new Jobs(data, List.of(new TestKind()), clock, new JobDisk(),
                new JobProperties(1000, 10, 10_000, Duration.ofDays(2), 100, DataSize.ofMegabytes(1), DataSize.ofKilobytes(1), Duration.ZERO));
    }

    private static String result(String item) {
        return "{\"asin\":\"" + item + "\",\"title\":\"Product " + item.hashCode() + "\",\"csv\":[[1,2],null]}";
    }

    /** The items that are served, each as it was written. */
    private static List<String> served(Job job) {
        try {
            List<String> items = new ArrayList<>();
            for (String line : new String(job.openResults().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                String item = line.substring(9, 19);
                assertThat(line).isEqualTo(result(item));
                items.add(item);
            }
            assertThat(items).doesNotHaveDuplicates();
            return items;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
