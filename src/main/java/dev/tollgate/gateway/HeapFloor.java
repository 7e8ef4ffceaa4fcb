package dev.tollgate.gateway;

import dev.tollgate.settings.SettingException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Ends a start with less heap than the gateway was seen to run with, before it has claimed anything: one that fails under
 * its first callers has taken money for calls whose answers it cannot deliver.
 */
class HeapFloor implements EnvironmentPostProcessor {

    private static final long MEGABYTE = 1 << 20;

    /** Smallest {@code -Xmx} that starts and serves every API, on JDK 17 and 25. */
    static final int LEAST_MEGABYTES = 96;

    /** Some collectors keep a part of the heap for themselves and do not count it. */
    private static final double COUNTED = 0.9;

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        check(Runtime.getRuntime().maxMemory());
    }

    /**
     * @param bytes most that the heap may grow to, as the JVM tells it
     * @throws SettingException for too small a heap
     */
    static void check(long bytes) {
        if (bytes < LEAST_MEGABYTES * MEGABYTE * COUNTED) {
            throw new SettingException("The heap may grow to %d MB only, and Tollgate needs %d MB at least"
                    .formatted(bytes / MEGABYTE, LEAST_MEGABYTES),
                    "Start it with -Xmx%dm or more; 512 MB are right for ordinary use.".formatted(LEAST_MEGABYTES));
        }
    }
}
