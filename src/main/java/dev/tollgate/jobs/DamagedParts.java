package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is damaged in a file aside, in {@code <file>.corrupt-<UTC time>}, and says so: only those bytes, since the file
 * may be larger than the room that is left.
 */
final class DamagedParts {

    private static final Logger LOG = LoggerFactory.getLogger(DamagedParts.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path file;
    private final JobDisk disk;
    private final Instant now;
    private Path copy;

    DamagedParts(Path file, JobDisk disk, Instant now) {
        this.file = file;
        this.disk = disk;
        this.now = now;
    }

    /**
     * @param at   where they stand in the file
     * @param line of the file, from 1
     * @param what is wrong with them, after "are"
     * @return whether a copy is on the disk
     */
    boolean keep(long at, byte[] bytes, long line, String what) {
        try {
            if (copy == null) {
                copy = free();
            }
            byte[] head = "# line %d, %d bytes from byte %d on:%n".formatted(line, bytes.length, at).getBytes(StandardCharsets.UTF_8);
            byte[] part = new byte[head.length + bytes.length + 1];
            System.arraycopy(head, 0, part, 0, head.length);
            System.arraycopy(bytes, 0, part, head.length, bytes.length);
            part[part.length - 1] = '\n';
            disk.write(copy, Files.exists(copy) ? Files.size(copy) : 0, part);
            LOG.error("{}, line {}: {} bytes from byte {} on are {}. They are kept in {}; what stands before and after them is used",
                    file, line, bytes.length, at, what, copy.getFileName());
            return true;
        } catch (IOException e) {
            LOG.error("{}, line {}: {} bytes from byte {} on are {}. They cannot be kept aside: {}", file, line, bytes.length, at,
                    what, e.toString());
            return false;
        }
    }

    private Path free() {
        String name = file.getFileName() + ".corrupt-" + STAMP.format(now);
        Path free = file.resolveSibling(name);
        for (int n = 2; Files.exists(free); n++) {
            free = file.resolveSibling(name + "-" + n);
        }
        return free;
    }
}
