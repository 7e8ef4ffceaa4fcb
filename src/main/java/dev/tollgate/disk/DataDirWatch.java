package dev.tollgate.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Holds data-dir while the gateway runs: the folder, that of the jobs and the H2 files are watched like the files that are opened here,
 * and a start ends where another process turns out to own the folder.
 */
@Component
public final class DataDirWatch implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DataDirWatch.class);

    private final Path dataDir;
    private List<Path> watched = List.of();

    DataDirWatch(@Value("${tollgate.data-dir}") Path dataDir) {
        this.dataDir = dataDir.toAbsolutePath().normalize();
    }

    /** @throws FileInUseException when another process owned the folder before its lock files were deleted, and lives */
    @Override
    public void start() {
        if (FileOwner.isContestedBelow(dataDir)) {
            throw new FileInUseException(dataDir, null);
        }
        try (Stream<Path> files = Files.list(dataDir)) {
            watched = Stream.concat(Stream.of(dataDir), files.filter(DataDirWatch::isKept)).toList();
            watched.forEach(HeldFiles::hold);
        } catch (IOException e) {
            LOG.warn("{} cannot be watched: {}", dataDir, e.toString());
        }
    }

    private static boolean isKept(Path file) {
        return file.toString().endsWith(".mv.db") || file.endsWith("jobs");
    }

    @Override
    public void stop() {
        watched.forEach(HeldFiles::release);
        watched = List.of();
    }

    @Override
    public boolean isRunning() {
        return !watched.isEmpty();
    }

    /** Just before the web server opens its port: as late as possible, for the elder owner to be heard. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE - 4096;
    }

    public Path dataDir() {
        return dataDir;
    }
}
