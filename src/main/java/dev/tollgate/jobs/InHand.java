package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.DurableFiles;
import dev.tollgate.disk.OwnerOnly;

/** Results that are paid for and that the database does not take, a file for each part of a job, in case this process ends before it does. */
final class InHand {

    private static final Logger LOG = LoggerFactory.getLogger(InHand.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    /** @param folder of this alone; made when it does not exist */
    InHand(Path folder) throws IOException {
        this.folder = OwnerOnly.folders(folder);
    }

    /**
     * What a file holds.
     *
     * @param spent what the results cost, whole tokens
     */
    record Kept(JobRows.PartId part, List<JobJournal.Entry> entries, long spent) {
    }

    /** What a former process has left. */
    List<Kept> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json")).sorted().flatMap(InHand::read).toList();
        }
    }

    private static Stream<Kept> read(Path file) {
        try {
            return Stream.of(JSON.readValue(file.toFile(), Kept.class));
        } catch (IOException e) {
            LOG.error("{} cannot be read and stays as it is; what it holds is paid for again", file, e);
            return Stream.empty();
        }
    }

    void keep(Kept kept) {
        try {
            DurableFiles.replace(file(kept.part), out -> out.write(JSON.writeValueAsBytes(kept)));
        } catch (IOException e) {
            LOG.error("{} results of job {} are in memory only, since {} does not take them", kept.entries.size(), kept.part.job(), folder, e);
        }
    }

    void drop(JobRows.PartId part) {
        try {
            Files.deleteIfExists(file(part));
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: its results are written once more at the next start, which changes nothing", file(part), e);
        }
    }

    private Path file(JobRows.PartId part) {
        return folder.resolve(part.job() + "." + part.part() + ".json");
    }
}
