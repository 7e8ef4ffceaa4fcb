package dev.tollgate.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files and folders that this process relies on while it runs, and which of them no longer have their names: deleted,
 * moved away, or replaced by a backup. Looked at every {@value #LOOK_EVERY_MILLIS} ms; each loss is said once as an ERROR.
 *
 * <p>Writing on into a file without a name would lose everything at the end of the process. Where the file system knows no
 * identity of files (Windows, which lets nobody delete an open file), only what is missing is seen.
 */
public final class HeldFiles {

    /** Milliseconds between two looks. */
    public static final long LOOK_EVERY_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(HeldFiles.class);
    /** Bound: one entry for each open file and folder; whoever adds one takes it out again. */
    private static final Map<Path, Held> HELD = new ConcurrentHashMap<>();
    /** Bound: those of them that are lost. */
    private static final Map<Path, String> LOST = new ConcurrentHashMap<>();

    /** What was not as it should be at the last look; said when it is still so at the next. Bound: those that are held. */
    private static final Map<Path, Held> SUSPECTED = new ConcurrentHashMap<>();

    private record Held(Object key, boolean rewritten) {
    }

    static {
        Thread watch = new Thread(HeldFiles::lookForEver, "tollgate-held-files");
        watch.setDaemon(true);
        watch.start();
    }

    private HeldFiles() {
    }

    /** Relies on what has this name now: an open file, or a folder, that must stay. */
    public static void hold(Path path) {
        hold(path, false);
    }

    /** Relies on what has this name now, until the next call; what is lost is written anew with the next change. */
    public static void holdRewritten(Path path) {
        hold(path, true);
    }

    private static void hold(Path path, boolean rewritten) {
        Path absolute = path.toAbsolutePath().normalize();
        key(absolute).ifPresent(key -> HELD.put(absolute, new Held(key, rewritten)));
        LOST.remove(absolute);
    }

    /** Relies on it no more. */
    public static void release(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        HELD.remove(absolute);
        LOST.remove(absolute);
    }

    /** This process itself gave a name to another file. */
    static void replaced(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        key(absolute).ifPresent(key -> HELD.computeIfPresent(absolute, (same, held) -> new Held(key, held.rewritten)));
    }

    /**
     * What was lost below a folder, the folder itself included, as sentences ordered by path; as of the last look.
     *
     * @param below absolute
     */
    public static List<String> lostBelow(Path below) {
        return LOST.isEmpty() ? List.of() : new TreeMap<>(LOST).entrySet().stream()
                .filter(lost -> lost.getKey().startsWith(below)).map(Map.Entry::getValue).toList();
    }

    /**
     * Whether something below a folder was lost that nobody writes anew.
     *
     * @param below absolute
     */
    public static boolean isLostBelow(Path below) {
        return !LOST.isEmpty() && LOST.keySet().stream().anyMatch(lost -> lost.startsWith(below)
                && Optional.ofNullable(HELD.get(lost)).filter(held -> !held.rewritten).isPresent());
    }

    /** Whether a file that is relied on was lost, as of the last look; costs next to nothing, unlike a look of one's own. */
    static boolean isLost(Path path) {
        return !LOST.isEmpty() && LOST.containsKey(path.toAbsolutePath().normalize());
    }

    /** What stands behind a name: the same for one file as long as it lives; empty where there is none. */
    public static Optional<Object> key(Path path) {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(file.fileKey() == null ? path : file.fileKey());
        } catch (IOException gone) {
            LOG.trace("{} has no attributes", path, gone);
            return gone instanceof NoSuchFileException ? Optional.empty() : Optional.of(gone.getClass());
        }
    }

    /** Whether a name still means what it meant. */
    public static boolean isSame(Path path, Object key) {
        return key(path).filter(key::equals).isPresent();
    }

    private static void lookForEver() {
        while (true) {
            look();
            try {
                Thread.sleep(LOOK_EVERY_MILLIS);
            } catch (InterruptedException end) {
                LOG.warn("Nobody looks any longer whether files are deleted: the thread was interrupted");
                return;
            }
        }
    }

    private static void look() {
        SUSPECTED.keySet().retainAll(HELD.keySet());
        HELD.forEach((path, held) -> {
            Optional<Object> now = key(path);
            if (now.filter(held.key::equals).isPresent()) {
                SUSPECTED.remove(path);
                if (LOST.remove(path) != null) {
                    LOG.info("{} is there again", path);
                }
                return;
            }
            if (SUSPECTED.put(path, held) != held) {
                return;
            }
            String loss = path + (now.isPresent() ? " was replaced" : " was deleted or moved away") + " while this process uses it.";
            if (!loss.equals(LOST.put(path, loss))) {
                LOG.error("{} {}", loss, held.rewritten ? "It is written anew with its next change."
                        : "What is written into it is lost when the process ends: put it back, or stop the gateway and restore data-dir.");
            }
        });
        FileOwner.look();
    }
}
