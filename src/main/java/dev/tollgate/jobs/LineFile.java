package dev.tollgate.jobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.CheckedLines;

/**
 * A file of {@link CheckedLine checked lines} that is read once and mended: what is damaged is kept aside, said, and overwritten
 * in its place, which needs no room. Empty lines stand there then.
 */
final class LineFile {

    /** Bytes of the longest line: a product of Keepa with offers and their whole history has some. */
    static final int LONGEST = 64 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LineFile.class);

    private final Path file;
    private final JobDisk disk;
    private final DamagedParts parts;
    /** Bound: damaged places of one file, at its start only; numbers. */
    private final List<Place> places = new ArrayList<>();
    private int damaged;
    private long last;

    LineFile(Path file, JobDisk disk, Instant now) {
        this.file = file;
        this.disk = disk;
        this.parts = new DamagedParts(file, disk, now);
    }

    /** Takes lines that are whole. */
    interface Taker {

        /** Whether it is a line of this file. */
        boolean take(CheckedLine line) throws IOException;
    }

    /**
     * Reads the file and mends it.
     *
     * @return how long it is then; 0 when it does not exist
     */
    long read(Taker taker) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        Place place = null;
        long end = 0;
        boolean broken = true;
        try (CheckedLines lines = CheckedLines.open(file, LONGEST)) {
            for (CheckedLines.Line line = lines.next(); line != null; line = lines.next()) {
                boolean inside = place != null && place.number == line.number();
                if (line.line().isReadable() && taker.take(line.line())) {
                    last = line.number();
                    if (inside) {
                        place.found.writeBytes(CheckedLine.seal(line.line().json()));
                    }
                } else if (!inside) {
                    place = new Place(line.number(), end, line.end(), line.ended(), line.line().json());
                    places.add(place);
                }
                end = line.end();
                broken = line.ended();
            }
        }
        damaged = places.size();
        for (Place each : places) {
            mend(each);
        }
        if (!broken && (place == null || place.ended)) {
            LOG.warn("{}: its last line break is missing and is written again; nothing else was", file);
            disk.write(file, end, new byte[] {'\n'});
        }
        return Files.size(file);
    }

    /** What stands at the end goes first, which makes room for its copy. */
    private void mend(Place place) throws IOException {
        if (!place.ended) {
            disk.write(file, place.from, place.found.toByteArray());
            parts.keep(place.from, place.bytes, place.number, "damaged, or were never finished");
        } else if (parts.keep(place.from, place.bytes, place.number, "damaged")) {
            byte[] instead = new byte[Math.toIntExact(place.to - place.from)];
            Arrays.fill(instead, (byte) '\n');
            System.arraycopy(place.found.toByteArray(), 0, instead, 0, place.found.size());
            disk.overwrite(file, place.from, instead);
        }
    }

    /** How many places were damaged. */
    int damaged() {
        return damaged;
    }

    /** The number of the last line that is whole; 0 without one. */
    long last() {
        return last;
    }

    /** A line that is damaged, and the whole lines that were found in it. */
    private static final class Place {

        private final long number;
        private final long from;
        private final long to;
        private final boolean ended;
        private final byte[] bytes;
        private final ByteArrayOutputStream found = new ByteArrayOutputStream();

        Place(long number, long from, long to, boolean ended, byte[] bytes) {
            this.number = number;
            this.from = from;
            this.to = to;
            this.ended = ended;
            this.bytes = bytes;
        }
    }
}
