package dev.tollgate.keepa;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.store.FileStateStore;
import dev.tollgate.store.JsonCodec;
import dev.tollgate.store.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans that the Keepa routes name. They outlive a reload of the routes, and so do balance and line. */
@Configuration(proxyBeanMethods = false)
public class KeepaConfiguration {

    /** The bucket's name in its store, and of its file below {@code data-dir}. */
    static final String KEY = "keepa";

    @Bean(destroyMethod = "close")
    FileStateStore<BucketState> keepaStore(KeepaProperties keepa, Clock clock, @Value("${tollgate.data-dir}") Path dataDir) {
        return new FileStateStore<>(dataDir.resolve("budget"), new JsonCodec<>(BucketState.class),
                key -> BucketState.unheard(keepa.plan(), keepa.plan().capacity() / Plan.TOKEN, clock.instant()));
    }

    @Bean
    AdmissionQueue keepaLine(KeepaProperties keepa, StateStore<BucketState> keepaStore, Clock clock) {
        return new AdmissionQueue(keepaStore, KEY, keepa.terms(), keepa.mostWaiting(), clock);
    }

    @Bean
    CostEstimator keepaEstimator() {
        return new CostEstimator();
    }

    @Bean
    KeepaToll keepaToll(AdmissionQueue keepaLine, CostEstimator keepaEstimator, Clock clock) {
        return new KeepaToll(keepaLine, keepaEstimator, clock);
    }

    @Bean
    KeepaSteps keepaSteps(KeepaToll keepaToll) {
        return new KeepaSteps(keepaToll);
    }
}
