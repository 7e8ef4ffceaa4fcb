package dev.tollgate.sandbox;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * What the request header {@code X-Sandbox-Fault} asks for: a list with one entry for each attempt of one request, such as
 * {@code 503,503} (then it succeeds). A star at its end keeps the last entry: {@code 503*} never succeeds.
 */
final class FaultList {

    /** The header. */
    static final String HEADER = "X-Sandbox-Fault";

    /** Longer than any gateway waits for an answer. */
    private static final Duration HANG = Duration.ofMinutes(10);

    /** Bound: 10,000 request ids of 100 characters at most. */
    private final Cache<String, AtomicInteger> attempts = Caffeine.newBuilder().maximumSize(10_000)
            .expireAfterAccess(Duration.ofMinutes(10)).build();

    /**
     * The fault of this attempt; empty for none.
     *
     * @param faults  the header; null when there is none
     * @param request the id that all attempts of a request share
     */
    Optional<String> next(@Nullable String faults, @Nullable String request) {
        if (faults == null || faults.isBlank()) {
            return Optional.empty();
        }
        int attempt = attempts.get(request == null ? "" : request, id -> new AtomicInteger()).getAndIncrement();
        boolean stays = faults.strip().endsWith("*");
        String[] list = faults.replace("*", "").strip().split("\\s*,\\s*");
        String fault = attempt < list.length ? list[attempt] : stays ? list[list.length - 1] : "ok";
        return fault.equals("ok") ? Optional.empty() : Optional.of(fault);
    }

    /**
     * What {@code hang} means: the connection stays open and nothing comes. The thread that sleeps is that of
     * the one request, as with any upstream that is slow; nobody else waits for it.
     */
    static void hang() throws InterruptedException {
        Thread.sleep(HANG.toMillis());
    }
}
