package dev.tollgate.kit;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.autoconfigure.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Threads that go on with calls of jobs which waited: virtual ones, or on JDK 17 as many as are needed, for a minute. There
 * are no more of them than jobs.
 */
@Component
public class KitThreads implements AutoCloseable {

    private final Executor threads;

    KitThreads(Environment environment) {
        CustomizableThreadFactory daemons = new CustomizableThreadFactory("kit-");
        daemons.setDaemon(true);
        threads = Threading.VIRTUAL.isActive(environment) ? new VirtualThreadTaskExecutor("kit-")
                : new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), daemons);
    }

    Executor executor() {
        return threads;
    }

    @Override
    public void close() {
        if (threads instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }
}
