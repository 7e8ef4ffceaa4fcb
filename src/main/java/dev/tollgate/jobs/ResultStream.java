package dev.tollgate.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLines;
import dev.tollgate.gateway.WatchedStream;

/**
 * The beginning of a job's file of results, which may grow meanwhile, as NDJSON: without the checksums, each of which is looked
 * at. A line is in memory at a time.
 */
final class ResultStream extends WatchedStream {

    private static final Logger LOG = LoggerFactory.getLogger(ResultStream.class);

    private final Path file;
    private final long length;
    private final CheckedLines lines;
    private byte[] text = new byte[0];
    private int taken;

    /** @param length bytes of the file that count; 0 where there is no file yet */
    ResultStream(Path file, long length) throws IOException {
        super(InputStream.nullInputStream());
        this.file = file;
        this.length = length;
        this.lines = length == 0 ? null : CheckedLines.open(file, LineFile.LONGEST);
    }

    @Override
    public int read(byte[] buffer, int offset, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        while (taken == text.length) {
            CheckedLines.Line line = lines == null ? null : lines.next();
            if (line == null || line.end() > length) {
                return -1;
            }
            taken = 0;
            text = served(line);
        }
        int more = Math.min(most, text.length - taken);
        System.arraycopy(text, taken, buffer, offset, more);
        taken += more;
        return more;
    }

    private byte[] served(CheckedLines.Line line) {
        if (!line.line().isReadable()) {
            LOG.error("{}, line {} is damaged: {} bytes are left out of an answer, but for whole lines in it. They are kept aside and"
                    + " fetched again after a restart", file, line.number(), line.line().json().length);
            return new byte[0];
        }
        byte[] json = JobJournal.result(line.line());
        byte[] ended = Arrays.copyOf(json, json.length + 1);
        ended[json.length] = '\n';
        return ended;
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
