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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;

/**
 * Counts wrong keys by address, IPv6 by its /64, and says how long an address that presented too many must wait. A key that
 * is being looked at counts until it is known to be right, so that keys that come at once are not looked at beyond the limit
 * either. Remembers so many addresses at most; a caller with more of them than that gains nothing against 256 bits.
 */
@Component
class FailedAttempts {

    private static final int MAX_ADDRESSES = 10_000;
    /** Characters of an IPv6 address with a zone; what a proxy sends beyond that is none and takes no memory. */
    private static final int LONGEST = 64;
    private static final Duration TRUST = Duration.ofMinutes(15);
    /** For those before it to be looked at; longer than a database that is away keeps one of them. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

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

    /** How long an address has to wait; empty when it may try. Waits for nothing. */
    Optional<Duration> waitOf(String address) {
        return Optional.ofNullable(windows.getIfPresent(place(address))).flatMap(Window::refusal);
    }

    /**
     * Makes room for a look at one key of an address, which is to be closed as soon as it is known whether it is right. While
     * as many are being looked at as may still be wrong, it waits for one of them.
     *
     * @throws Refusal 429 when the address presented too many wrong ones, or has so many looked at that none is done in time
     */
    Look look(String address) {
        return windows.asMap().compute(place(address), (place, window) -> window == null || window.isOver() ? new Window() : window)
                .look();
    }

    private static Refusal slowed(Duration wait) {
        return Refusal.until(429, "Too many wrong keys came from your address. Wait, and then use the right one.", wait);
    }

    private static Refusal unlooked() {
        return Refusal.until(429, "Too many keys came from your address at once. Send them one after another.", PATIENCE);
    }

    /** One key that is being looked at; right unless it is said to be wrong. */
    final class Look implements AutoCloseable {

        private final Window window;
        private boolean wrong;

        private Look(Window window) {
            this.window = window;
        }

        void wrong() {
            wrong = true;
        }

        @Override
        public void close() {
            window.end(wrong);
        }
    }

    /** The wrong keys of one address; those that are being looked at may become some. */
    private final class Window {

        private final Instant until = clock.instant().plus(properties.failureWindow());
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition done = lock.newCondition();
        private int failures;
        private int looking;

        boolean isOver() {
            return !clock.instant().isBefore(until);
        }

        Optional<Duration> refusal() {
            lock.lock();
            try {
                return failures < properties.failures() || isOver() ? Optional.empty()
                        : Optional.of(Duration.between(clock.instant(), until));
            }
            finally {
                lock.unlock();
            }
        }

        Look look() {
            long left = PATIENCE.toNanos();
            lock.lock();
            try {
                while (isTaken() && refusal().isEmpty() && left > 0) {
                    left = done.awaitNanos(left);
                }
                refusal().ifPresent(wait -> {
                    throw slowed(wait);
                });
                if (isTaken()) {
                    throw unlooked();
                }
                looking++;
                return new Look(this);
            }
            catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw unlooked();
            }
            finally {
                lock.unlock();
            }
        }

        private boolean isTaken() {
            return looking > 0 && failures + looking >= properties.failures();
        }

        void end(boolean wrong) {
            lock.lock();
            try {
                looking--;
                failures += wrong ? 1 : 0;
                done.signalAll();
            }
            finally {
                lock.unlock();
            }
        }
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
