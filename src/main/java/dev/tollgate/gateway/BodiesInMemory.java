package dev.tollgate.gateway;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Exchange;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The one account of the bytes of bodies that the gateway holds in memory at this moment, over all callers: of requests as
 * they arrive, and of upstreams' replies that are read whole. A request that finds no room is refused, the newest first. A
 * reply has been paid for: it waits for room, in the upstream's hands, and requests are refused meanwhile. So that replies
 * never wait for each other, one of them at a time may go beyond the account. Safe for use by many threads.
 */
@Component
public final class BodiesInMemory {

    /** Request attribute and exchange property of a request's {@link Share}. */
    public static final String SHARE = "TollgateBodiesInMemory";

    /** Of the heap, where the setting leaves it open: a body is copied once or twice on its way through. */
    static final int SHARE_OF_HEAP = 6;

    /** Bytes of a reply that wait for nothing, so that small ones pass beside large ones that are read slowly. */
    static final int SMALL_REPLY = 16 * 1024;

    private static final long LOOK_EVERY_NANOS = 250_000_000;

    private final long max;
    private final AtomicLong refused = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private volatile long held;
    /** Of these what replies have come to that are being read. */
    private long arriving;
    /** Whose reply may go beyond the account; null for nobody's. */
    private Share beyond;

    @Autowired
    BodiesInMemory(BodiesProperties properties, MeterRegistry meters) {
        this(properties.maxBodiesInMemory().toBytes());
        Gauge.builder("tollgate.bodies.memory", () -> held).baseUnit("bytes")
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
        return held;
    }

    /** Whether there is no room left, not even for a byte. */
    public boolean isFull() {
        return held >= max;
    }

    /** Counts what a route has made and holds whole; what is made for nobody, as in a job, is not counted. */
    public static void addTo(Exchange exchange, byte[] made) {
        Share share = exchange.getProperty(SHARE, Share.class);
        if (share != null && made != null) {
            share.add(made.length);
        }
    }

    /** What one request holds; nothing at first. */
    public Share share() {
        return new Share();
    }

    /** The bytes that one request holds until it is over. */
    public final class Share implements AutoCloseable {

        private long mine;
        private long coming;
        private boolean over;

        private Share() {
        }

        /**
         * Counts bytes of the request that have arrived.
         *
         * @return false when there is no room for them, and nothing was counted
         */
        public boolean take(long bytes) {
            lock.lock();
            try {
                if (over) {
                    return true; // nobody keeps them any more
                }
                if (held + bytes > max) {
                    refused.incrementAndGet();
                    return false;
                }
                count(bytes);
                return true;
            }
            finally {
                lock.unlock();
            }
        }

        /** Counts bytes that are here, whether there is room for them or not. */
        public void add(long bytes) {
            lock.lock();
            try {
                if (!over) {
                    count(bytes);
                }
            }
            finally {
                lock.unlock();
            }
        }

        /**
         * Counts bytes of a reply that is being read, after waiting for room for them.
         *
         * @param late asked now and then whether waiting is of no use any more
         * @return false when it was late, and nothing was counted
         */
        public boolean arrive(long bytes, BooleanSupplier late) {
            lock.lock();
            try {
                while (!over && coming + bytes > SMALL_REPLY && held + bytes > max && beyond != this) {
                    if (beyond == null && held - arriving - (mine - coming) <= max) {
                        beyond = this; // what others hold is delivered without anybody's reply
                    }
                    else if (late.getAsBoolean()) {
                        return false;
                    }
                    else {
                        room.awaitNanos(LOOK_EVERY_NANOS);
                    }
                }
                if (!over) {
                    count(bytes);
                    coming += bytes;
                    arriving += bytes;
                }
                return true;
            }
            catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return false;
            }
            finally {
                lock.unlock();
            }
        }

        /** The reply is whole, or nobody reads on; its bytes are held until the request is over. */
        public void arrived() {
            lock.lock();
            try {
                arriving -= coming;
                coming = 0;
                if (beyond == this) {
                    beyond = null;
                }
                room.signalAll();
            }
            finally {
                lock.unlock();
            }
        }

        private void count(long bytes) {
            held += bytes;
            mine += bytes;
        }

        /** Gives all of it back; what is counted later counts for nothing. */
        @Override
        public void close() {
            lock.lock();
            try {
                over = true;
                held -= mine;
                mine = 0;
                arrived();
            }
            finally {
                lock.unlock();
            }
        }
    }
}
