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
 * events, which editors fire in pairs and mounted folders not at all. A change is taken when a second look finds it
 * unchanged, so that a half-written save is not tried.
 */
@Component
class RouteWatcher implements SmartLifecycle {

    /** Two looks and a load fit well into the two seconds within which an edit shall be in force. */
    private static final long LOOK_EVERY_MILLIS = 250;

    private static final Logger log = LoggerFactory.getLogger(RouteWatcher.class);

    private final RouteFiles files;
    private final Generations generations;
    private String tried;
    private String pending;
    private ScheduledExecutorService looks;

    RouteWatcher(RouteFiles files, Generations generations) {
        this.files = files;
        this.generations = generations;
    }

    /** One look; package-private so that a test need not wait for it. */
    void look() {
        try {
            String now = files.stamp();
            if (now.equals(tried)) {
                pending = null;
            }
            else if (now.equals(pending)) {
                tried = now;
                generations.renew();
            }
            else {
                pending = now;
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
