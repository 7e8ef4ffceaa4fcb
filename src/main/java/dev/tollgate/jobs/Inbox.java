package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Which files of the inbox are taken: those that nobody writes any more, one after the other, while more can be ordered. A
 * file is written no more once its length and time stood still for a while as seen from here: programs that copy a file give it
 * its old time while they still write.
 *
 * <p>A file that was taken and is still there could not be moved away. It is left alone for a while, so that the others have
 * their turn.
 */
@Component("inbox")
public class Inbox implements GenericFileFilter<Object> {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private static final Duration SAY_EVERY = Duration.ofMinutes(10);

    /** After so long without being seen a file is gone, and one of its name is another one; sooner for one that was taken. */
    private static final Duration FORGET_AFTER = Duration.ofMinutes(1);
    private static final Duration FORGET_TAKEN_AFTER = Duration.ofSeconds(15);

    /** Files that are watched at once, some 200 bytes each; more wait until some are gone. */
    private static final int MOST_WATCHED = 10_000;

    /** What programs call a file that they have not finished, and editors one that is open. */
    private static final Pattern UNFINISHED = Pattern.compile("\\..*|~\\$.*|.*~|.*\\.(part|partial|filepart|crdownload|download|tmp|temp|swp|lock)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern LIST = Pattern.compile(".*\\.(txt|csv|tsv|tab)", Pattern.CASE_INSENSITIVE);

    private final Jobs jobs;
    private final Duration quiet;
    private final Clock clock;
    /** Bound: {@link #MOST_WATCHED}, names of files. */
    private final Map<String, Watched> watched = new HashMap<>();
    private Instant said = Instant.EPOCH;

    Inbox(Jobs jobs, JobProperties properties, Clock clock) {
        this.jobs = jobs;
        this.quiet = properties.inboxQuiet();
        this.clock = clock;
    }

    /** A file as it was seen last: since when it looks like this, and when it was taken, if it was. */
    private record Watched(long length, long changed, Instant since, Instant seen, Instant taken) {

        boolean looksLike(GenericFile<?> file) {
            return length == file.getFileLength() && changed == file.getLastModified();
        }

        Watched seen(Instant now) {
            return new Watched(length, changed, since, now, taken);
        }

        Watched taken(Instant now) {
            return new Watched(length, changed, since, now, now);
        }
    }

    @Override
    public boolean accept(GenericFile<Object> file) {
        return file.isDirectory() || !UNFINISHED.matcher(file.getFileNameOnly()).matches()
                && accept(file.getFileNameOnly(), file, clock.instant());
    }

    private synchronized boolean accept(String name, GenericFile<Object> file, Instant now) {
        watched.values().removeIf(each -> each.seen().plus(each.taken() == null ? FORGET_AFTER : FORGET_TAKEN_AFTER).isBefore(now));
        Watched before = watched.get(name);
        if (before == null && watched.size() >= MOST_WATCHED) {
            return false;
        }
        boolean same = before != null && before.looksLike(file);
        Watched is = same ? before.seen(now) : new Watched(file.getFileLength(), file.getLastModified(), now, now, null);
        watched.put(name, is);
        if (is.since().plus(quiet).isAfter(now)) {
            return false;
        }
        if (is.taken() != null && is.taken().plus(SAY_EVERY).isAfter(now)) {
            return false;
        }
        if (is.taken() != null) {
            LOG.error("File {} was taken, and cannot be moved out of the inbox: look at who may write there. It is tried again", name);
        }
        if (!jobs.mayOrder(Job.OPERATOR, file.getFileLength())) {
            waits(name, now);
            return false;
        }
        return true;
    }

    /** A file is taken now. Many may be accepted at once, and one after the other is taken. */
    public synchronized void take(String name) {
        watched.computeIfPresent(name, (same, file) -> file.taken(clock.instant()));
    }

    private void waits(String name, Instant now) {
        if (said.plus(SAY_EVERY).isBefore(now)) {
            said = now;
            LOG.warn("File {} and others wait in the inbox: too many jobs have not ended (tollgate.jobs.max-open, max-open-items),"
                    + " or the disk has no room", name);
        }
    }

    /** @throws IllegalArgumentException for a file whose name is not that of a list */
    public static void requireList(String name) {
        if (!LIST.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            throw new IllegalArgumentException("The inbox takes lists of ASINs: .txt, .csv or .tsv. Save the sheet as CSV (UTF-8), and drop that.");
        }
    }

    /** Writes down why a file ordered nothing, beside where it is moved. */
    public static void explain(Path moved, String reason) {
        Path text = moved.resolveSibling(moved.getFileName() + ".reason.txt");
        try {
            Files.createDirectories(text.getParent());
            Files.writeString(text, reason + System.lineSeparator());
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", text, e.toString());
        }
    }
}
