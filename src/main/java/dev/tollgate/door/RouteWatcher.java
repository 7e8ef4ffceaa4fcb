package dev.tollgate.door;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

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

    private final RouteFiles files;
    private final Generations generations;
    private String tried;
    private String pending;
    private int agreed;
    private ScheduledExecutorService looks;

    RouteWatcher(RouteFiles files, Generations generations) {
        this.files = files;
        this.generations = generations;
    }

    /** One look; package-private so that a test need not wait for it. */
    void look() {
        try {
            String now = files.stamp();
            agreed = now.equals(pending) ? agreed + 1 : 1;
            pending = now;
            if (!now.equals(tried) && agreed >= LOOKS) {
                RouteSet routes = files.read();
                if (files.stamp().equals(now)) {
                    tried = now;
                    generations.renew(routes);
                }
            }
        }
        catch (RuntimeException e) {
            log.error("The routes folder cannot be watched; the routes that serve go on", e);
        }
    }

    @Override
    public void start() {
        tried = files.stamp();
        looks = Executors.newSingleThreadScheduledExecutor(new CustomizableThreadFactory("routes-"));
        looks.execute(generations::rehearse);
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
