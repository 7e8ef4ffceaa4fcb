package dev.tollgate.xai;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RetryProperties;
import dev.tollgate.kit.Flights;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Breakers, retry and reply cache of the xAI routes: what holds state and therefore outlives a change of the routes. */
@Configuration(proxyBeanMethods = false)
class XaiResilience {

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
        return properties.breaker().breaker(name, thrown -> thrown instanceof QuotaSpent || thrown instanceof Refusal);
    }

    /** How often, and after what waits, a call is repeated that was certainly not served. */
    @Bean
    RedeliveryPolicy xaiRetry(RetryProperties retry) {
        return retry.policy();
    }

    /** Whole replies of {@code /xai/v1} whose callers asked for it; bounded by their bytes. */
    @Bean
    Cache<String, byte[]> xaiReplies(XaiProperties properties) {
        return Caffeine.newBuilder()
                .maximumWeight(properties.replyCacheSize().toBytes())
                .<String, byte[]>weigher((key, reply) -> key.length() + reply.length)
                .expireAfterWrite(properties.replyCacheTtl())
                .build();
    }

    /** Whoever waits is as patient as the call that it waits for. */
    @Bean
    FlightRepository<ReplyCargo.Reply> xaiReplyFlights(XaiProperties properties, Cache<String, byte[]> xaiReplies) {
        return new FlightRepository<>(new Flights<>(properties.dropinTimeout().plusSeconds(1), properties.flightTries()),
                new ReplyCargo(xaiReplies));
    }
}
