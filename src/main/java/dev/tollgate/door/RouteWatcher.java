package dev.tollgate.door;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.check.Finding;
import dev.tollgate.check.RouteFolder;

/**
 * Notices edits below the routes folder. It looks at names, sizes and times rather than wait for the system's file
 * events, which editors fire in pairs and mounted folders not at all. A change is taken when several looks in a row, and
 * one more after the files were read, find it unchanged: the first half of a save can be a set of routes that is right,
 * and an empty file always is.
 */
@Component
class RouteWatcher implements SmartLifecycle {

    private static final long LOOK_EVERY_MILLIS = 100;

    /** Looks that must agree: with a load they fit well into the two seconds within which an edit shall be in force. */
    static final int LOOKS = 5;

    private static final Logger log = LoggerFactory.getLogger(RouteWatcher.class);

    /** A look takes milliseconds, a load seconds: a watcher that was silent for longer does not watch. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final RouteFiles files;
    private final Generations generations;
    private String tried;
    private String pending;
    private int agreed;
    private Optional<Finding> suspected = Optional.empty();
    private int suspicions;
    private String lastError;
    private volatile long looked = System.nanoTime();
    private volatile Finding trouble;
    private ScheduledExecutorService looks;

    RouteWatcher(RouteFiles files, Generations generations) {
        this.files = files;
        this.generations = generations;
    }

    /** One look; package-private so that a test need not wait for it. */
    void look() {
        try {
            RouteFolder.Glance glance = files.glance();
            notice(files.trouble(glance));
            if (suspected.isEmpty()) {
                follow(glance.stamp());
            }
            looked = System.nanoTime();
            lastError = null;
        }
        catch (Throwable e) { // an Error would end the looks for ever, without a word
            if (!e.toString().equals(lastError)) {
                lastError = e.toString();
                log.error("The routes folder cannot be looked at; the routes that serve go on, and so do the looks", e);
            }
        }
    }

    private void follow(String now) {
        agreed = now.equals(pending) ? agreed + 1 : 1;
        pending = now;
        if (!now.equals(tried) && agreed >= LOOKS) {
            String before = tried;
            tried = now; // once, whatever is thrown
            RouteSet routes = files.read();
            if (files.glance().stamp().equals(now)) {
                generations.renew(routes);
            }
            else {
                tried = before;
            }
        }
    }

    /** A folder that is replaced as a whole is gone for a moment: what several looks find is told. */
    private void notice(Optional<Finding> found) {
        suspicions = found.equals(suspected) ? suspicions + 1 : 1;
        suspected = found;
        if (suspicions >= LOOKS && !Objects.equals(trouble, found.orElse(null))) {
            trouble = found.orElse(null);
            if (trouble != null) {
                log.warn("{}", trouble.text());
            }
            else {
                log.info("The folder of the routes is there again");
            }
        }
    }

    /** What is wrong with the folder as a whole; empty while it is as it was at the start. */
    Optional<Finding> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Whether an edit would be noticed: the folder is there, and was looked at just now. */
    boolean isWatching() {
        return files.isFolder() && trouble == null && !isSilent();
    }

    /** Whether the looks have ended, or one of them hangs. */
    boolean isSilent() {
        return System.nanoTime() - looked > SILENCE.toNanos();
    }

    @Override
    public void start() {
        tried = files.glance().stamp();
        looked = System.nanoTime();
        looks = Executors.newSingleThreadScheduledExecutor(new CustomizableThreadFactory("routes-"));
        looks.scheduleWithFixedDelay(this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        looks.shutdownNow();
        looks = null;
    }

    @Override
    public boolean isRunning() {
        return looks != null;
    }

    @Override
    public int getPhase() {
        return 1; // after the first generation stands, before the last one goes
    }
}
