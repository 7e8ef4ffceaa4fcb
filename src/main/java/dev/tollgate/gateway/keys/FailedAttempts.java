package dev.tollgate.gateway.keys;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.springframework.stereotype.Component;

/**
 * Counts wrong keys by address, IPv6 by its /64, and says how long an address that presented too many must wait. Remembers
 * so many addresses at most; a caller with more of them than that gains nothing against 256 bits.
 */
@Component
class FailedAttempts {

    private record Window(Instant until, int failures) {
    }

    private static final int MAX_ADDRESSES = 10_000;
    /** Characters of an IPv6 address with a zone; what a proxy sends beyond that is none and takes no memory. */
    private static final int LONGEST = 64;
    private static final Duration TRUST = Duration.ofMinutes(15);

    private final KeyProperties properties;
    private final Clock clock;
    /** Bound: 10,000 addresses, IPv6 by its /64. */
    private final Cache<String, Window> windows;
    /** Bound: 10,000 addresses that showed the admin key, IPv6 by its /64. */
    private final Cache<String, Boolean> admins;

    FailedAttempts(KeyProperties properties, Clock clock) {
        this.properties = properties;
        this.clock = clock;
        this.windows = cache(properties.failureWindow(), clock);
        this.admins = cache(TRUST, clock);
    }

    private static <T> Cache<String, T> cache(Duration keep, Clock clock) {
        return Caffeine.newBuilder().maximumSize(MAX_ADDRESSES).expireAfterWrite(keep)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())).executor(Runnable::run).build();
    }

    void failed(String address) {
        Instant now = clock.instant();
        windows.asMap().compute(place(address), (place, window) -> window == null || !now.isBefore(window.until())
                ? new Window(now.plus(properties.failureWindow()), 1)
                : new Window(window.until(), window.failures() + 1));
    }

    /** How long an address has to wait; empty when it may try. */
    Optional<Duration> waitOf(String address) {
        Instant now = clock.instant();
        return Optional.ofNullable(windows.getIfPresent(place(address)))
                .filter(window -> window.failures() >= properties.failures() && now.isBefore(window.until()))
                .map(window -> Duration.between(now, window.until()));
    }

    /** An address that showed the admin key lately may show it again, though others behind it are slowed. */
    void trustAdmin(String address) {
        admins.put(place(address), true);
    }

    boolean trustsAdmin(String address) {
        return admins.getIfPresent(place(address)) != null;
    }

    private static String place(String address) {
        if (address.indexOf(':') < 0 || address.length() > LONGEST) {
            return address.length() > LONGEST ? address.substring(0, LONGEST) : address;
        }
        try {
            InetAddress parsed = InetAddress.getByName(address); // a literal: nothing is looked up
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), 8)) : parsed.getHostAddress();
        }
        catch (UnknownHostException noLiteral) {
            return address;
        }
    }
}
