package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files of ASINs within the bounds of {@link JobProperties}: a file as a stream, its ASINs as an {@link AsinList}. */
public final class ListFile {

    private final JobProperties bounds;

    public ListFile(JobProperties bounds) {
        this.bounds = bounds;
    }

    /**
     * The ASINs in a file, see {@link AsinSheet}.
     *
     * @throws IllegalArgumentException when it is larger than a list may be, or is none
     * @throws TooManyItemsException    when it has more ASINs than an order may have
     */
    public AsinSheet read(Path file) throws IOException {
        return AsinSheet.read(checked(file), bounds.maxItems());
    }

    /** The file, unless it is larger than a list may be. */
    public Path checked(Path file) throws IOException {
        if (Files.size(file) > bounds.maxFileSize().toBytes()) {
            throw new IllegalArgumentException("The file has %d KB, and a list may have %d (tollgate.jobs.max-file-size)"
                    .formatted(Files.size(file) >> 10, bounds.maxFileSize().toKilobytes()));
        }
        return file;
    }
}
