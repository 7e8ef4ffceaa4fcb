package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.springframework.stereotype.Component;

import dev.tollgate.disk.DurableFiles;
import dev.tollgate.disk.OwnerOnly;

/** The disk below jobs: every byte that they write passes here, and how much room there is. */
@Component
public class JobDisk {

    /**
     * Bytes that this process may still write where a file lies.
     *
     * @throws IOException when the file system does not say
     */
    public long usable(Path where) throws IOException {
        return Files.getFileStore(where).getUsableSpace();
    }

    /**
     * Writes bytes at a place, cuts off what stood there and behind it, and forces them to the disk. When it throws, anything
     * may stand at that place and behind it, and nothing before it was touched.
     */
    public void write(Path file, long at, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(OwnerOnly.file(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(at).position(at);
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
    }

    /** Writes bytes over others, and forces them to the disk; the file keeps its length. */
    public void overwrite(Path file, long at, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.position(at);
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
    }

    /** See {@link DurableFiles#replace}. */
    public void replace(Path file, DurableFiles.Content content) throws IOException {
        DurableFiles.replace(file, content);
    }
}
