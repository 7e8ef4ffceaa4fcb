package dev.tollgate.verdict;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

import dev.tollgate.disk.Damage;
import dev.tollgate.disk.WriteMark;

/**
 * What reading a journal from end to end found, apart from its records.
 *
 * @param records      good lines
 * @param damaged      lines that are complete but cannot be trusted
 * @param intactLength bytes up to and including the last line end; what follows was torn by a crash
 * @param tornBytes    bytes after it, but for a whole record that lacks its line end only
 * @param unended      whether such a record stands at the end
 */
record JournalReplay(long records, long damaged, long intactLength, long tornBytes, boolean unended) {

    private static final int BUFFER = 1 << 16;
    private static final int MAX_LINE = 1 << 21;

    /**
     * Hands every good record over, in the order written. A missing file is an empty journal.
     *
     * @throws IOException when the file cannot be read at all
     */
    static JournalReplay of(Path journal, Consumer<JournalRecord> reader) throws IOException {
        return of(journal, reader, new Damage(journal));
    }

    /** @param damage is told the damaged lines, and whether the journal is less or other than its mark says */
    static JournalReplay of(Path journal, Consumer<JournalRecord> reader, Damage damage) throws IOException {
        WriteMark.Expected expected = WriteMark.read(journal);
        if (!Files.exists(journal)) {
            if (expected.bytes() > 0) {
                damage.at("it is gone and held " + expected.bytes() + " bytes");
            }
            return new JournalReplay(0, 0, 0, 0, false);
        }
        try (WriteMark.Check in = new WriteMark.Check(new FileInputStream(journal.toFile()), expected)) {
            JournalReplay replay = replay(in, reader, damage);
            if (in.fault() != null && (replay.damaged == 0 || in.isShort())) {
                damage.at(in.fault());
            }
            return replay;
        }
    }

    private static JournalReplay replay(InputStream in, Consumer<JournalRecord> reader, Damage damage) throws IOException {
        JournalLine lines = new JournalLine();
        byte[] buffer = new byte[BUFFER];
        long bufferAt = 0;
        int filled = 0;
        boolean overlong = false;
        long records = 0;
        long damaged = 0;
        long number = 0;
        long intact = 0;
        for (int read; (read = in.read(buffer, filled, buffer.length - filled)) >= 0; ) {
            int lineStart = 0;
            for (int at = filled; at < filled + read; at++) {
                if (buffer[at] == '\n') {
                    JournalRecord record = overlong ? null : lines.parse(buffer, lineStart, at);
                    number++;
                    if (record == null) {
                        damaged++;
                        damage.atLine(number);
                        records += overlong ? 0 : lines.findAgain(buffer, lineStart, at, reader);
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
        long unended = overlong ? 0 : lines.findAgain(buffer, 0, filled, reader);
        return new JournalReplay(records + unended, damaged, intact, unended > 0 ? 0 : bufferAt + filled - intact, unended > 0);
    }
}
