package dev.tollgate.jobs;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;
import dev.tollgate.gateway.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What bounds jobs, in memory and on the disk. */
class JobsTest {

    private final ManualClock clock = new ManualClock();
    private final FullDisk disk = new FullDisk();

    @TempDir
    Path data;

    @Test
    void aKeyHasNoMoreOpenJobsThanItMayAndTakesNoOthersPlace() throws IOException {
        Jobs jobs = jobs();
        order(jobs, "key-1", 1);
        Job second = order(jobs, "key-1", 1);

        assertThatThrownBy(() -> order(jobs, "key-1", 1)).isInstanceOf(Refusal.class)
                .hasMessageContaining("tollgate.jobs.max-open").satisfies(no -> {
                    assertThat(((Refusal) no).getStatus()).isEqualTo(429);
                    assertThat(((Refusal) no).getRetryAfterSeconds()).isPositive();
                });

        order(jobs, "key-2", 1);
        second.finish(JobState.CANCELLED, "Cancelled", clock.instant());
        order(jobs, "key-1", 1);
    }

    @Test
    void allKeysTogetherHaveNoMoreOpenItemsThanThereMayBe() throws IOException {
        Jobs jobs = jobs();
        Job first = order(jobs, "key-1", 10);
        order(jobs, "key-2", 10);

        assertThatThrownBy(() -> order(jobs, "key-3", 6)).isInstanceOf(Refusal.class).hasMessageContaining("tollgate.jobs.max-open-items");

        order(jobs, "key-3", 5);
        first.finish(JobState.CANCELLED, "Cancelled", clock.instant());
        order(jobs, "key-3", 6);
    }

    @Test
    void endedJobsGoAfterAWhileAndOfAKeyThatHasManyTheOldestBefore() throws IOException {
        Jobs jobs = jobs();
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofMinutes(1));
            order(jobs, "key-1", 1).finish(JobState.CANCELLED, "Cancelled", clock.instant());
        }
        Job other = order(jobs, "key-2", 1);
        other.finish(JobState.CANCELLED, "Cancelled", clock.instant());
        Job open = order(jobs, "key-1", 1);

        jobs.care();
        assertThat(jobs.all()).hasSize(5);
        assertThat(jobs.all().stream().filter(job -> job.owner().equals("key-1"))).as("three of five, and the open one").hasSize(4);

        clock.advance(Duration.ofDays(3));
        jobs.care();
        assertThat(jobs.all()).containsExactly(open);
        assertThat(data.resolve("jobs")).isDirectoryContaining("glob:**" + open.id()).isDirectoryNotContaining("glob:**" + other.id());
        assertThat(jobs().all()).hasSize(1);
    }

    @Test
    void anEndedJobTellsAfterARestartWhenItEnded() throws IOException {
        Jobs before = jobs();
        order(before, "key-1", 1).finish(JobState.CANCELLED, "Cancelled", clock.instant());

        clock.advance(Duration.ofDays(1));
        Jobs after = jobs();
        after.care();
        assertThat(after.all()).hasSize(1);
        clock.advance(Duration.ofDays(1).plusSeconds(1));
        after.care();
        assertThat(after.all()).isEmpty();
    }

    @Test
    void hugeOrdersOfAnEarlierVersionAreNeverInMemoryAndEndNoStart() throws IOException {
        for (int i = 0; i < 4; i++) {
            Path order = Files.createDirectories(data.resolve("jobs").resolve("old-" + i)).resolve("order.json");
            try (BufferedWriter out = Files.newBufferedWriter(order)) {
                out.write("{\"id\":\"old-" + i + "\",\"type\":\"test\",\"orderedAt\":1772366400.0,\"order\":{\"asins\":[");
                for (int asin = 0; asin < 200_000; asin++) {
                    out.write((asin == 0 ? "" : ",") + "\"B%09d\"".formatted(asin));
                }
                out.write("],\"domain\":1}}");
            }
        }
        Path broken = Files.createDirectories(data.resolve("jobs").resolve("old-broken")).resolve("order.json");
        Files.writeString(broken, "{\"id\":\"old-broken\",\"type\":\"test\",\"order\":{\"asins\":[\"B0000");

        try (LogLines log = new LogLines("dev.tollgate.jobs")) {
            Jobs jobs = jobs();

            assertThat(jobs.all()).hasSize(4).allSatisfy(job -> {
                assertThat(job.state()).isEqualTo(JobState.FAILED);
                assertThat(job.total()).isEqualTo(200_000);
                assertThat(job.itemsInMemory()).isZero();
            });
            assertThat(log.containing("ERROR", "is given up")).hasSize(4);
            assertThat(log.containing("ERROR", "old-broken cannot be read")).hasSize(1);
        }
    }

    @Test
    void anOrderThatTheDiskDoesNotTakeIsRefusedAndLeavesNothing() throws IOException {
        Jobs jobs = jobs();
        disk.full = true;

        assertThatThrownBy(() -> order(jobs, "key-1", 1)).isInstanceOf(Refusal.class)
                .hasMessageContaining("disk of tollgate.data-dir").satisfies(no -> assertThat(((Refusal) no).getStatus()).isEqualTo(503));

        assertThat(jobs.all()).isEmpty();
        assertThat(data.resolve("jobs")).isEmptyDirectory();
    }

    @Test
    void anOrderIsTakenOnceAlsoAfterARestart() throws IOException {
        String first = jobs().orderOnce(anOrderOf("one"), "key").job().id();

        Jobs restarted = jobs();
        assertThat(restarted.orderOnce(anOrderOf("one"), "key").job().id()).isEqualTo(first);
        assertThat(restarted.orderOnce(anOrderOf("another"), "key").isNew()).as("another caller's key of the same name").isTrue();
        assertThat(restarted.orderOnce(anOrderOf("one"), null).isNew()).as("without a key it is another order").isTrue();
        assertThat(restarted.orderOnce(anOrderOf("one"), null).repeated()).isEqualTo(Jobs.Repeated.EQUAL_ORDER);
        clock.advance(Duration.ofHours(25));
        assertThatThrownBy(() -> restarted.orderOnce(anOrderOf("one"), "key")).as("of one key no more than two are open").isInstanceOf(Refusal.class);
    }

    private static NewJob anOrderOf(String owner) {
        return new NewJob(TestKind.TYPE, JsonNodeFactory.instance.objectNode().put("n", 1), Asins.once(List.of("B000000001")), owner);
    }

    private Job order(Jobs jobs, String owner, int items) {
        AsinList asins = Asins.once(IntStream.range(0, items).mapToObj("B%09d"::formatted).toList());
        return jobs.order(new NewJob(TestKind.TYPE, JsonNodeFactory.instance.objectNode(), asins, owner)).job();
    }

    private Jobs jobs() throws IOException {
        return new Jobs(data, List.of(new TestKind()), clock, disk,
                new JobProperties(10, 2, 25, Duration.ofDays(2), 3, DataSize.ofMegabytes(1), DataSize.ofKilobytes(1), Duration.ZERO));
    }
}
