package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.LogLines;
import dev.tollgate.spapi.restrictions.RestrictionOrder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JobTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();
    private static final AsinList ITEMS = Asins.once(List.of("B000000001"));
    private static final AsinList THREE = Asins.once(List.of("B000000001", "B000000002", "B000000003"));
    private static final Job.Order ORDER = new Job.Order("job-1", TestKind.TYPE, Instant.EPOCH, "key-1", 1,
            JsonNodeFactory.instance.objectNode().put("sellerId", "A1").put("refreshToken", "tg1:sealed"));

    private final FullDisk disk = new FullDisk();

    @TempDir
    Path folder;

    @Test
    void theEndOfAJobTakesTheSecretOutOfItsOrder() throws IOException {
        Job job = create(ORDER, ITEMS);
        assertThat(written()).contains("tg1:sealed");

        job.append(List.of(entry("B000000001")), 0, NOW);

        assertThat(job.state()).isEqualTo(JobState.DONE);
        assertThat(written()).contains("job-1", "A1").doesNotContain("refreshToken", "tg1:");
        assertThat(job.order().has("refreshToken")).isFalse();
    }

    @Test
    void aProcessThatDiedBetweenTheEndAndTheOrderMakesUpForItAtTheNextStart() throws IOException {
        Job job = create(ORDER, ITEMS);
        byte[] before = Files.readAllBytes(folder.resolve("order.ndjson"));
        job.finish(JobState.CANCELLED, "Cancelled", NOW);
        Files.write(folder.resolve("order.ndjson"), before);

        Job again = open();

        assertThat(again.state()).isEqualTo(JobState.CANCELLED);
        assertThat(written()).contains("A1", "B000000001").doesNotContain("tg1:");
        assertThat(again.order().has("refreshToken")).isFalse();
        assertThat(again.owner()).isEqualTo("key-1");
    }

    @Test
    void anOrderWithoutASecretIsLeftAsItIs() throws IOException {
        JsonNode plain = RestrictionOrder.withoutToken(ORDER.order());
        Job job = create(new Job.Order("job-1", TestKind.TYPE, Instant.EPOCH, "key-1", 1, plain), ITEMS);
        Files.delete(folder.resolve("order.ndjson"));

        job.finish(JobState.CANCELLED, "Cancelled", NOW);

        assertThat(folder.resolve("order.ndjson")).doesNotExist();
    }

    @Test
    void anEndedJobHoldsNoItems() throws IOException {
        Job job = create(ORDER.of(3), THREE);
        assertThat(job.itemsInMemory()).isEqualTo(3);
        assertThat(job.plan((fields, items) -> items)).isPresent();

        job.finish(JobState.CANCELLED, "Cancelled", NOW);

        assertThat(job.itemsInMemory()).isZero();
        assertThat(job.plan((fields, items) -> items)).isEmpty();
        assertThat(job.pending(10)).isEmpty();
        assertThat(open().itemsInMemory()).isZero();
        assertThat(open().total()).isEqualTo(3);
    }

    @Test
    void whatTheDiskDoesNotTakeIsWrittenWhenThereIsRoom() throws IOException {
        Job job = create(ORDER.of(3), THREE);
        job.append(List.of(entry("B000000001")), 5, NOW);
        disk.full = true;

        job.append(List.of(entry("B000000002"), entry("B000000003")), 7, NOW);

        assertThat(job.state()).isEqualTo(JobState.WAITING);
        assertThat(job.message()).contains("disk of tollgate.data-dir", "No space left on device", "2 that are paid for wait in memory");
        assertThat(job.pending(10)).as("nothing is asked again").isEmpty();
        assertThat(job.totals()).isEqualTo(new JobJournal.Totals(1, 0, 5));
        assertThat(text(job)).isEqualTo("{\"asin\":\"B000000001\"}\n");
        job.writeAgain(NOW.plusSeconds(60));
        assertThat(job.isHolding()).isTrue();

        disk.full = false;
        job.writeAgain(NOW.plusSeconds(120));

        assertThat(job.state()).isEqualTo(JobState.DONE);
        assertThat(job.totals()).isEqualTo(new JobJournal.Totals(3, 0, 12));
        assertThat(text(job)).isEqualTo("{\"asin\":\"B000000001\"}\n{\"asin\":\"B000000002\"}\n{\"asin\":\"B000000003\"}\n");
        assertThat(open().state()).isEqualTo(JobState.DONE);
    }

    @Test
    void aCancelledJobKeepsWhatWasPaidForOnAFullDisk() throws IOException {
        Job job = create(ORDER.of(3), THREE);
        job.finish(JobState.CANCELLED, "Cancelled", NOW);
        disk.full = true;

        job.append(List.of(entry("B000000001")), 5, NOW);
        assertThat(job.isHolding()).isTrue();
        disk.full = false;
        job.writeAgain(NOW.plusSeconds(60));

        assertThat(job.isHolding()).isFalse();
        assertThat(job.state()).isEqualTo(JobState.CANCELLED);
        assertThat(job.totals().done()).isOne();
        assertThat(text(open())).isEqualTo("{\"asin\":\"B000000001\"}\n");
        assertThat(open().totals().done()).isOne();
    }

    @Test
    void nothingIsBoughtWithoutRoomAndTheJobSaysSo() throws IOException {
        Job job = create(ORDER.of(3), THREE);
        disk.usable = 2 << 20;

        assertThat(job.hasRoomFor(100, 64 << 10, NOW)).isFalse();

        assertThat(job.state()).isEqualTo(JobState.WAITING);
        assertThat(job.message()).contains("disk of tollgate.data-dir has 2048 KB left", "need 7424 KB", "goes on");
        assertThat(job.isDue(NOW)).isFalse();
        disk.usable = 20 << 20;
        assertThat(job.isDue(NOW.plusSeconds(6))).isTrue();
        assertThat(job.hasRoomFor(100, 64 << 10, NOW)).isTrue();
    }

    @Test
    void aJobThatCannotBeWrittenIsNone() {
        disk.full = true;

        assertThatThrownBy(() -> create(ORDER, ITEMS)).isInstanceOf(IOException.class);

        assertThat(folder).doesNotExist();
    }

    @Test
    void aJobThatTheDiskDoesNotLetEndGoesOn() throws IOException {
        Job job = create(ORDER, ITEMS);
        disk.full = true;

        assertThatThrownBy(() -> job.finish(JobState.CANCELLED, "Cancelled", NOW)).isInstanceOf(IOException.class);

        assertThat(job.state()).isEqualTo(JobState.QUEUED);
        assertThat(job.left()).isOne();
    }

    @Test
    void aJobOfAnEarlierVersionGoesOnWhereItWas() throws IOException {
        earlier(List.of("B000000001", "B000000002", "B000000003"));
        Files.writeString(folder.resolve("results.ndjson"), "{\"asin\":\"B000000001\",\"x\":1}\n{\"asin\":\"B000000002\",\"error\":\"no\"}\n");
        Files.writeString(folder.resolve("checkpoints.ndjson"),
                "{\"done\":[\"B000000001\"],\"failed\":[\"B000000002\"],\"tokens\":9,\"length\":63}\n");

        Job job = open();

        assertThat(job.owner()).isEqualTo(Job.OPERATOR);
        assertThat(job.pending(10)).containsExactly("B000000003");
        assertThat(job.totals()).isEqualTo(new JobJournal.Totals(1, 1, 9));
        assertThat(folder.resolve("order.json")).doesNotExist();
        job.append(List.of(entry("B000000003")), 1, NOW);
        assertThat(job.state()).isEqualTo(JobState.DONE);
        assertThat(text(open())).isEqualTo("{\"asin\":\"B000000001\",\"x\":1}\n{\"asin\":\"B000000002\",\"error\":\"no\"}\n{\"asin\":\"B000000003\"}\n");
        assertThat(open().totals()).isEqualTo(new JobJournal.Totals(2, 1, 10));
    }

    @Test
    void anOrderOfAnEarlierVersionThatIsTooLongEndsItsJobAndKeepsItsResults() throws IOException {
        earlier(List.of("B000000001", "B000000002", "B000000003", "B000000004"));
        Files.writeString(folder.resolve("results.ndjson"), "{\"asin\":\"B000000001\"}\n");

        try (LogLines log = new LogLines("dev.tollgate.jobs")) {
            Job job = FileJob.open(folder, disk, 3, type -> new TestKind(), NOW).orElseThrow();

            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message()).contains("more than 3 items", "tollgate.jobs.max-items");
            assertThat(job.total()).isEqualTo(4);
            assertThat(text(job)).isEqualTo("{\"asin\":\"B000000001\"}\n");
            assertThat(folder.resolve("order.json")).exists();
            assertThat(log.containing("ERROR", "is given up")).hasSize(1);
        }
        assertThat(open().state()).isEqualTo(JobState.FAILED);
    }

    private void earlier(List<String> asins) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("order.json"), JSON.writeValueAsBytes(Map.of("id", "job-1", "type", TestKind.TYPE,
                "orderedAt", NOW, "order", Map.of("asins", asins, "domain", 1))));
    }

    static JobJournal.Entry entry(String asin) {
        return new JobJournal.Entry(asin, "{\"asin\":\"" + asin + "\"}", true);
    }

    private Job create(Job.Order order, AsinList items) throws IOException {
        return FileJob.create(folder, disk, order, items, new TestKind());
    }

    private Job open() throws IOException {
        return FileJob.open(folder, disk, 1000, type -> new TestKind(), NOW).orElseThrow();
    }

    private static String text(Job job) throws IOException {
        return new String(job.openResults().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String written() throws IOException {
        return Files.readString(folder.resolve("order.ndjson")) + Files.readString(folder.resolve("order.copy.ndjson"));
    }
}
