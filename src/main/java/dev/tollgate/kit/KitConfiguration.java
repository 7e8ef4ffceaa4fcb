package dev.tollgate.kit;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the kamelets of the kit name and no policy holds. */
@Configuration(proxyBeanMethods = false)
class KitConfiguration {

    /** Threads that only wake calls whose delay is over, which then go on elsewhere. */
    private static final int DELAY_THREADS = 2;

    /** What a call of a language model may use, for {@code prices} of a bucket: what is sent and what is answered. */
    @Bean
    PriceSource modelTokens() {
        return new ModelTokens(true, true);
    }

    /** The same of what is sent alone. */
    @Bean
    PriceSource promptTokens() {
        return new ModelTokens(true, false);
    }

    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false) // not what @Scheduled or anybody else should run on
    ScheduledExecutorService kitDelays() {
        ScheduledThreadPoolExecutor delays = new ScheduledThreadPoolExecutor(DELAY_THREADS, Waker::new);
        delays.setRemoveOnCancelPolicy(true);
        return delays;
    }
}
