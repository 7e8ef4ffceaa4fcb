package dev.tollgate.gateway;

import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Exchange;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The one account of the bytes of bodies that the gateway holds in memory at this moment, over all callers: of requests as
 * they arrive, and of upstreams' replies that are read whole. A request that finds no room is refused, the newest first; a
 * reply has been paid for and always has room, so that it is requests who wait for it to be delivered. Safe for use by many
 * threads.
 */
@Component
public final class BodiesInMemory {

    /** Request attribute and exchange property of a request's {@link Share}. */
    public static final String SHARE = "TollgateBodiesInMemory";

    /** Of the heap, where the setting leaves it open: a body is copied once or twice on its way through. */
    static final int SHARE_OF_HEAP = 6;

    private final long max;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    @Autowired
    BodiesInMemory(BodiesProperties properties, MeterRegistry meters) {
        this(properties.maxBodiesInMemory().toBytes());
        Gauge.builder("tollgate.bodies.memory", held, AtomicLong::get).baseUnit("bytes")
                .description("Bodies of requests and replies held in memory").register(meters);
        Gauge.builder("tollgate.bodies.memory.max", () -> max).baseUnit("bytes")
                .description("Bytes of bodies from which on further requests are refused").register(meters);
        FunctionCounter.builder("tollgate.bodies.refused", refused, AtomicLong::get).baseUnit("requests")
                .description("Requests that were refused because there was no room for their bodies").register(meters);
    }

    /** @param max bytes held at once; 0 for a share of the heap */
    public BodiesInMemory(long max) {
        this.max = max > 0 ? max : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    }

    /** Bytes that may be held at once; a body that is larger can never be taken. */
    public long max() {
        return max;
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }

    /** Whether there is no room left, not even for a byte. */
    public boolean isFull() {
        return held.get() >= max;
    }

    /** Counts a reply that an exchange holds whole; one that nobody called for, as in a job, is not counted. */
    public static void addTo(Exchange exchange, byte[] reply) {
        Share share = exchange.getProperty(SHARE, Share.class);
        if (share != null && reply != null) {
            share.add(reply.length);
        }
    }

    /** What one request holds; nothing at first. */
    public Share share() {
        return new Share();
    }

    /** The bytes that one request holds until it is over. */
    public final class Share implements AutoCloseable {

        private long mine;
        private boolean over;

        private Share() {
        }

        /**
         * Counts bytes of the request that have arrived.
         *
         * @return false when there is no room for them, and nothing was counted
         */
        public synchronized boolean take(long bytes) {
            if (over) {
                return true; // nobody keeps them any more
            }
            if (held.addAndGet(bytes) > max) {
                held.addAndGet(-bytes);
                refused.incrementAndGet();
                return false;
            }
            mine += bytes;
            return true;
        }

        /** Counts bytes of a reply, whether there is room for them or not: they are here, and paid for. */
        public synchronized void add(long bytes) {
            if (!over) {
                held.addAndGet(bytes);
                mine += bytes;
            }
        }

        /** Gives all of it back; what is counted later counts for nothing. */
        @Override
        public synchronized void close() {
            over = true;
            held.addAndGet(-mine);
            mine = 0;
        }
    }
}
