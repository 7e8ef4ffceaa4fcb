package dev.tollgate.quota;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tollgate.disk.DurableFiles;
import dev.tollgate.disk.HeldFiles;
import dev.tollgate.disk.OwnerOnly;

/**
 * The state file as it is written again and again. A count that is no shorter than the last is written over it, which costs one
 * sync instead of two and a rename: it is less than a disk's sector, of which a crash leaves the old or the new content, and if
 * it ever left anything else, the checksum would say so and the day would count as spent. Whatever else comes replaces the file.
 * One thread at a time.
 */
final class CountFile implements Closeable {

    /** The smallest that disks write as one. */
    private static final int SECTOR = 512;

    private final Path file;
    private final ObjectNode others;
    private @Nullable RandomAccessFile open;
    private @Nullable RandomAccessFile mark;
    private int marked;
    private Object key;
    private int length;

    /** @param others keys of the file that are not ours, and stay */
    CountFile(Path file, ObjectNode others) {
        this.file = file;
        this.key = file;
        this.others = others;
    }

    /** @throws IOException when the count is not certainly on disk */
    void write(QuotaState state) throws IOException {
        byte[] content = QuotaFile.content(state, others);
        if (open != null && content.length >= length && content.length <= SECTOR && HeldFiles.isSame(file, key)) {
            overwrite(open, content);
        } else {
            replace(content);
        }
        length = content.length;
    }

    /** Says in {@code <name>.mark} beside the file what was written, for a start that finds no file. Not synced. */
    void mark(QuotaState state) throws IOException {
        byte[] content = QuotaFile.content(state, QuotaFile.noOthers());
        RandomAccessFile marking = mark;
        if (marking == null) {
            marking = new RandomAccessFile(OwnerOnly.file(QuotaFile.markOf(file)).toFile(), "rw");
            mark = marking;
            marked = Integer.MAX_VALUE;
        }
        marking.seek(0);
        marking.write(content);
        if (content.length < marked) {
            marking.setLength(content.length);
        }
        marked = content.length;
    }

    private void overwrite(RandomAccessFile counted, byte[] content) throws IOException {
        try {
            counted.seek(0);
            counted.write(content);
            counted.getChannel().force(false); // when it was written matters to nobody, and would be a second write
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void replace(byte[] content) throws IOException {
        close();
        DurableFiles.replace(file, out -> out.write(content));
        HeldFiles.holdRewritten(file);
        open = new RandomAccessFile(file.toFile(), "rw");
        key = HeldFiles.key(file).orElse(file);
    }

    @Override
    public void close() throws IOException {
        try (RandomAccessFile counted = open; RandomAccessFile marking = mark) {
            open = null;
            mark = null;
        }
    }
}
