package dev.tollgate.gemini;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import dev.tollgate.gateway.RetryProperties;

/** Parts of the Gemini policy that hold state and therefore outlive a change of the routes. */
@Configuration(proxyBeanMethods = false)
class GeminiConfiguration {

    /** One for the model's endpoint. What is the key's or the input's fault says nothing about the endpoint. */
    @Bean
    CircuitBreaker geminiBreaker(GeminiProperties properties) {
        return properties.breaker().breaker("gemini:" + properties.model(), GeminiConfiguration::saysNothingAboutTheEndpoint);
    }

    private static boolean saysNothingAboutTheEndpoint(Throwable thrown) {
        return !(thrown instanceof UpstreamFailure failure) || failure.kind() != UpstreamFailure.Kind.ENDPOINT;
    }

    /** How often a call is repeated; how long it waits says the bean {@code retryDelay}, which knows what Gemini asked for. */
    @Bean
    RedeliveryPolicy upstreamRetry(RetryProperties retry) {
        return retry.policy();
    }

    /** Diagnostics run here, off the callers' path; what does not fit the queue is counted and dropped. */
    @Bean(destroyMethod = "shutdown", defaultCandidate = false) // not what @Async or anybody else should run on
    ExecutorService diagnostics(MeterRegistry meters) {
        Counter dropped = Counter.builder("tollgate.diagnostics.dropped")
                .description("Diagnostic rows that did not fit the queue").register(meters);
        return new ThreadPoolExecutor(2, 2, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(10_000),
                new CustomizableThreadFactory("diagnostics-"), (task, pool) -> dropped.increment());
    }
}
