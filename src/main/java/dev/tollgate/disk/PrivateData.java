package dev.tollgate.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import dev.tollgate.disk.OwnerOnly.Mended;

/**
 * Keeps {@code tollgate.data-dir} for its owner only: the folder before anything is written into it, what an earlier start left
 * open with a line in the log, and every ten seconds what a library has made since. Whatever mode such a file has until then,
 * nobody else reaches it behind the folder's own. Named in {@code META-INF/spring.factories}.
 */
final class PrivateData implements ApplicationListener<SpringApplicationEvent> {

    private static final Logger log = LoggerFactory.getLogger(PrivateData.class);
    private static final int SECONDS = 10;

    @Override
    public void onApplicationEvent(SpringApplicationEvent event) {
        if (event instanceof ApplicationPreparedEvent prepared) {
            begin(folder(prepared.getApplicationContext()));
        } else if (event instanceof ApplicationReadyEvent ready) {
            keep(folder(ready.getApplicationContext()), ready.getApplicationContext());
        }
    }

    private static Path folder(ConfigurableApplicationContext context) {
        return Path.of(context.getEnvironment().getProperty("tollgate.data-dir", "data")).toAbsolutePath().normalize();
    }

    private static void begin(Path folder) {
        if (folder.getParent() == null) {
            return; // the root of a file system is nobody's data-dir
        }
        try {
            List<Mended> mended = OwnerOnly.mend(OwnerOnly.folders(folder));
            if (!mended.isEmpty()) {
                log.warn("{} was open to others ({}), in all {} files and folders; now they are for their owner only. If others "
                        + "may have read the key file among them, change to a new key.", mended.get(0).path(), mended.get(0).was(),
                        mended.size());
            }
        } catch (IOException e) {
            log.warn("Not all of {} could be made private: {}. Let the user of this gateway own it, with mode 700.", folder,
                    e.toString());
        }
    }

    private static void keep(Path folder, ConfigurableApplicationContext context) {
        if (folder.getParent() == null) {
            return;
        }
        sweep(folder);
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "private-data");
            daemon.setDaemon(true);
            return daemon;
        });
        thread.scheduleWithFixedDelay(() -> sweep(folder), SECONDS, SECONDS, TimeUnit.SECONDS);
        context.addApplicationListener((ApplicationListener<ContextClosedEvent>) closed -> {
            if (closed.getApplicationContext() == context) {
                thread.shutdown();
                sweep(folder);
            }
        });
    }

    private static void sweep(Path folder) {
        try {
            OwnerOnly.mend(folder).forEach(one -> log.debug("{} had mode {} and is now for its owner only", one.path(), one.was()));
        } catch (IOException e) {
            log.debug("Not all of {} could be made private", folder, e);
        }
    }
}
