package dev.tollgate.xai;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.kit.Flights;
import dev.tollgate.kit.Quotas;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.verdict.CacheSettings;
import dev.tollgate.verdict.VerdictCache;

/**
 * The beans that the xAI routes name. They outlive the routes: a reload changes neither count nor cache.
 *
 * <p>Directories come as texts, because Spring's conversion to a path takes a folder of that name on the class path first.
 */
@Configuration(proxyBeanMethods = false)
class XaiConfiguration {

    @Bean(destroyMethod = "close")
    DailyQuota xaiQuota(XaiProperties properties, @Value("${tollgate.data-dir:data}") String data, ObjectProvider<Clock> clock,
            ObjectProvider<Cluster> cluster, ObjectProvider<Quotas> named) throws IOException {
        QuotaSettings settings = new QuotaSettings(Path.of(data).resolve(properties.stateFile()), properties.dailyLimit(),
                properties.zone(), properties.onCorruptState());
        Cluster nodes = cluster.getIfAvailable();
        DailyQuota quota = nodes == null ? DailyQuota.open(settings, clock.getIfAvailable(Clock::systemUTC))
                : DailyQuota.open(settings, nodes.count("xai"));
        named.ifAvailable(quotas -> quotas.declare("xai", quota, properties.dailyLimit(), properties.zone()));
        return quota;
    }

    @Bean(destroyMethod = "close")
    VerdictCache verdictCache(XaiProperties properties, @Value("${tollgate.data-dir:data}") String data,
            ObjectProvider<Clock> clock) throws IOException {
        return VerdictCache.open(new CacheSettings(Path.of(data).resolve(properties.cacheFile()), properties.cacheEntries(),
                properties.cacheTtl()), clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    JudgePolicy judge(VerdictCache cache, DailyQuota quota, XaiProperties properties,
            @Value("${tollgate.routes-dir:routes}") String routes, ObjectProvider<Cluster> cluster) {
        Cluster nodes = cluster.getIfAvailable();
        return new JudgePolicy(cache, quota, new PolicyFiles(Path.of(routes)), properties, nodes == null ? null
                : new SharedVerdicts(nodes, properties.flightDeadline(), properties.cacheTtl()));
    }

    @Bean
    VerdictRepository verdicts(XaiProperties properties, JudgePolicy judge) {
        return new VerdictRepository(judge, new Flights<>(properties.flightDeadline(), properties.flightTries()));
    }

    @Bean
    LearnPolicy learn(XaiProperties properties) {
        return new LearnPolicy(properties);
    }

    /** Around judgements. Every error counts, for the gateway writes those requests itself: none is a caller's fault. */
    @Bean
    CircuitBreaker judgeBreaker(XaiProperties properties) {
        return breaker("xai:judge", properties);
    }

    /** Around {@code /learn}, apart: what a person asks by hand does not stop the judgements. */
    @Bean
    CircuitBreaker learnBreaker(XaiProperties properties) {
        return breaker("xai:learn", properties);
    }

    private static CircuitBreaker breaker(String name, XaiProperties properties) {
        return properties.breaker().breaker(name, thrown -> thrown instanceof Refusal);
    }
}
