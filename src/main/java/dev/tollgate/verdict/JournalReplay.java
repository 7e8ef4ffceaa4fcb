package dev.tollgate.verdict;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What reading a journal from end to end found, apart from its records.
 *
 * @param records      good lines
 * @param damaged      lines that are complete but cannot be trusted
 * @param intactLength bytes up to and including the last line end; what follows was torn by a crash
 * @param tornBytes    bytes after it
 */
record JournalReplay(long records, long damaged, long intactLength, long tornBytes) {

    private static final int BUFFER = 1 << 16;
    private static final int MAX_LINE = 1 << 21;

    /**
     * Hands every good record over, in the order written. A missing file is an empty journal.
     *
     * @throws IOException when the file cannot be read at all
     */
    static JournalReplay of(Path journal, Consumer<JournalRecord> reader) throws IOException {
        if (!Files.exists(journal)) {
            return new JournalReplay(0, 0, 0, 0);
        }
        try (InputStream in = new FileInputStream(journal.toFile())) {
            return replay(in, reader);
        }
    }

    private static JournalReplay replay(InputStream in, Consumer<JournalRecord> reader) throws IOException {
        JournalLine lines = new JournalLine();
        byte[] buffer = new byte[BUFFER];
        long bufferAt = 0;
        int filled = 0;
        boolean overlong = false;
        long records = 0;
        long damaged = 0;
        long intact = 0;
        for (int read; (read = in.read(buffer, filled, buffer.length - filled)) >= 0; ) {
            int lineStart = 0;
            for (int at = filled; at < filled + read; at++) {
                if (buffer[at] == '\n') {
                    JournalRecord record = overlong ? null : lines.parse(buffer, lineStart, at);
                    if (record == null) {
                        damaged++;
                    } else {
                        records++;
                        reader.accept(record);
                    }
                    overlong = false;
                    lineStart = at + 1;
                    intact = bufferAt + lineStart;
                }
            }
            filled += read - lineStart;
            bufferAt += lineStart;
            System.arraycopy(buffer, lineStart, buffer, 0, filled);
            if (filled == buffer.length && filled < MAX_LINE) {
                buffer = Arrays.copyOf(buffer, filled * 2);
            } else if (filled == buffer.length) {
                // No line of ours is that long; a disk may well leave a gigabyte of zeros.
                overlong = true;
                bufferAt += filled;
                filled = 0;
            }
        }
        return new JournalReplay(records, damaged, intact, bufferAt + filled - intact);
    }
}
