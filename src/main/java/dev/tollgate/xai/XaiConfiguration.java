package dev.tollgate.xai;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.verdict.CacheSettings;
import dev.tollgate.kit.Flights;
import dev.tollgate.verdict.VerdictCache;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The beans that the xAI routes name. They outlive the routes: a reload changes neither count nor cache.
 *
 * <p>Directories come as texts, because Spring's conversion to a path takes a folder of that name on the class path first.
 */
@Configuration(proxyBeanMethods = false)
class XaiConfiguration {

    @Bean(destroyMethod = "close")
    DailyQuota xaiQuota(XaiProperties properties, @Value("${tollgate.data-dir:data}") String data, ObjectProvider<Clock> clock,
            ObjectProvider<Cluster> cluster) throws IOException {
        QuotaSettings settings = new QuotaSettings(Path.of(data).resolve(properties.stateFile()), properties.dailyLimit(),
                properties.zone(), properties.onCorruptState());
        Cluster nodes = cluster.getIfAvailable();
        return nodes == null ? DailyQuota.open(settings, clock.getIfAvailable(Clock::systemUTC))
                : DailyQuota.open(settings, nodes.count("xai"));
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
    FlightRepository<Judgement> judgeFlights(XaiProperties properties, JudgePolicy judge) {
        return new FlightRepository<>(new Flights<>(properties.flightDeadline(), properties.flightTries()), new JudgeCargo(judge));
    }

    @Bean
    LearnPolicy learn(XaiProperties properties) {
        return new LearnPolicy(properties);
    }
}
