package dev.tollgate.spapi.restrictions;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** Where the lanes of restriction checks run: a thread each, kept for a while when its lane closes. */
@Configuration(proxyBeanMethods = false)
class LaneThreads {

    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false) // not what @Async or anybody else should run on
    ExecutorService restrictionThreads() {
        CustomizableThreadFactory factory = new CustomizableThreadFactory("restrictions-");
        factory.setDaemon(true);
        // Twice as many as lanes, since one counts as closed a little before its thread is free for the next.
        return new ThreadPoolExecutor(0, 2 * LaneBook.MOST, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    }
}
