package dev.tollgate.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What cannot be read of one file: gathered while it is read, then kept aside and said in one ERROR line. */
public final class Damage {

    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);
    /** Most places that are named; of the rest only the number is said. */
    private static final int NAMED = 20;

    private final Path file;
    /** Bound: {@value #NAMED} places of a line each. */
    private final List<String> named = new ArrayList<>();
    private long places;

    /** @param file that is being read */
    public Damage(Path file) {
        this.file = file;
    }

    /** @param line number of a line that cannot be read, counted from 1 */
    public void atLine(long line) {
        at("line " + line);
    }

    /** @param place what is wrong and where, in a few words: {@code line 7}, {@code 120 bytes are missing at its end} */
    public void at(String place) {
        places++;
        if (named.size() < NAMED) {
            named.add(place);
        }
    }

    /** Whether the file was read without a fault. */
    public boolean isEmpty() {
        return places == 0;
    }

    /**
     * Copies the file aside and says what is damaged; does nothing when nothing is.
     *
     * @param now         for the name of the copy
     * @param consequence a sentence on what is done with the rest: {@code The other lines are used.}
     * @throws IOException when the copy cannot be written; the damage has been said nevertheless
     */
    public void keepAside(Instant now, String consequence) throws IOException {
        if (isEmpty()) {
            return;
        }
        String where = String.join(", ", named) + (places > named.size() ? " and " + (places - named.size()) + " more" : "");
        if (Files.notExists(file)) {
            LOG.error("{} is damaged: {}. {}", file, where, consequence);
            return;
        }
        try {
            LOG.error("{} is damaged: {}. It is kept as {}. {}", file, where, DurableFiles.keepAside(file, now).getFileName(), consequence);
        } catch (IOException unkept) {
            LOG.error("{} is damaged: {}. It could not be kept aside. {}", file, where, consequence, unkept);
            throw unkept;
        }
    }
}
