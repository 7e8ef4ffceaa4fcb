package dev.tollgate.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobTest {

    private static final Job.Order ORDER = new Job.Order("job-1", "restriction-check", Instant.EPOCH,
            JsonNodeFactory.instance.objectNode().put("sellerId", "A1").put("refreshToken", "tg1:sealed"));

    @TempDir
    Path folder;

    @Test
    void theEndOfAJobTakesTheSecretOutOfItsOrder() throws IOException {
        Job job = Job.create(folder, ORDER, List.of("A"), RestrictionOrder::withoutToken);
        assertThat(written()).contains("tg1:sealed");

        job.append(List.of(new JobJournal.Entry("A", "{}", true)), 0);

        assertThat(job.state()).isEqualTo(JobState.DONE);
        assertThat(written()).contains("job-1", "A1").doesNotContain("refreshToken", "tg1:");
        assertThat(job.order().has("refreshToken")).isFalse();
    }

    @Test
    void aProcessThatDiedBetweenTheEndAndTheOrderMakesUpForItAtTheNextStart() throws IOException {
        Job job = Job.create(folder, ORDER, List.of("A"), RestrictionOrder::withoutToken);
        byte[] before = Files.readAllBytes(folder.resolve("order.json"));
        job.finish(JobState.CANCELLED, "Cancelled");
        Files.write(folder.resolve("order.json"), before);

        Job again = Job.open(folder, Job.read(folder), List.of("A"), RestrictionOrder::withoutToken);

        assertThat(again.state()).isEqualTo(JobState.CANCELLED);
        assertThat(written()).contains("A1").doesNotContain("tg1:");
        assertThat(again.order()).isEqualTo(Job.read(folder).order());
    }

    @Test
    void anOrderWithoutASecretIsLeftAsItIs() throws IOException {
        JsonNode plain = RestrictionOrder.withoutToken(ORDER.order());
        Job job = Job.create(folder, new Job.Order("job-1", "restriction-check", Instant.EPOCH, plain), List.of("A"),
                RestrictionOrder::withoutToken);
        Files.delete(folder.resolve("order.json"));

        job.finish(JobState.CANCELLED, "Cancelled");

        assertThat(folder.resolve("order.json")).doesNotExist();
    }

    private String written() throws IOException {
        return Files.readString(folder.resolve("order.json"));
    }
}
