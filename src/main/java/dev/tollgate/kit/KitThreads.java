package dev.tollgate.kit;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.autoconfigure.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Threads that go on with calls which waited and have none of the door's: virtual ones, or on JDK 17 as many as are needed, for
 * a minute. There are no more of them than jobs and, on JDK 17, threads of the web server.
 */
@Component
public class KitThreads implements AutoCloseable {

    private final Executor threads;
    /** Threads of the web server that callers may hold while they wait at policies, so that others are answered meanwhile. */
    private final Semaphore waits;

    KitThreads(Environment environment) {
        waits = new Semaphore(Math.max(1, environment.getProperty("server.tomcat.threads.max", Integer.class, 200) * 6 / 10));
        CustomizableThreadFactory daemons = new CustomizableThreadFactory("kit-");
        daemons.setDaemon(true);
        threads = Threading.VIRTUAL.isActive(environment) ? new VirtualThreadTaskExecutor("kit-")
                : new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), daemons);
    }

    Executor executor() {
        return threads;
    }

    /** Takes one of the web server's threads for a caller's wait, to be {@link #go given back}; false where there is none left. */
    boolean mayWait() {
        return waits.tryAcquire();
    }

    /** Gives back a thread that was taken for a wait. */
    void go() {
        waits.release();
    }

    @Override
    public void close() {
        if (threads instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }
}
