package dev.tollgate.tomcat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

import org.apache.coyote.BadRequestException;
import org.apache.coyote.InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

import dev.tollgate.gateway.BodiesInMemory;

/**
 * A request's body with an end in sight: it has a time to arrive in, and every byte of it earns a little more. Whoever
 * reads it, the container for an upload or a route, meets the same bound.
 */
public final class PacedInput implements InputBuffer {

    private static final long NANOS_A_SECOND = 1_000_000_000L;

    private final InputBuffer body;
    private final LongSupplier nanos;
    private final long allowedNanos;
    private final long bytesPerSecond;
    private final long limit;
    private final BodiesInMemory.Share share;
    private final Semaphore places;
    private boolean hasPlace;
    private long bytes;
    private long until;
    private boolean ended;
    private int problem;
    private IOException failure;

    /**
     * @param time by which it may fall behind its rate; who was fast before may not be silent for longer
     * @param nanos a time that only goes on: a wall clock that is set would cut off whoever is sending
     * @param limit where it ends for whoever reads it, in bytes
     * @param share counts what is read as held
     * @param places of those whose bodies are read at the same moment, each of whom may take its time
     */
    PacedInput(InputBuffer body, LongSupplier nanos, Duration time, long bytesPerSecond, long limit,
            BodiesInMemory.Share share, Semaphore places) {
        this.body = body;
        this.nanos = nanos;
        this.allowedNanos = time.toNanos();
        this.until = nanos.getAsLong() + allowedNanos;
        this.bytesPerSecond = bytesPerSecond;
        this.limit = limit;
        this.share = share;
        this.places = places;
    }

    @Override
    public int doRead(ApplicationBufferHandler handler) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            if (nanos.getAsLong() > until) {
                throw new SocketTimeoutException("The body comes too slowly");
            }
            if (!takePlace()) {
                throw failed(503, new IOException("Too many bodies are read at once"));
            }
            int read = body.doRead(handler);
            ended = read < 0;
            bytes += Math.max(0, read);
            until = Math.min(until + Math.max(0, read) * NANOS_A_SECOND / bytesPerSecond, nanos.getAsLong() + allowedNanos);
            if (ended) {
                leavePlace();
            }
            if (bytes > limit) {
                throw failed(413, new IOException("The body is too large"));
            }
            if (read > 0 && !share.take(read)) {
                throw failed(503, new IOException("There is no room in memory for the body"));
            }
            return read;
        }
        catch (SocketTimeoutException slow) {
            throw failed(408, slow);
        }
        catch (BadRequestException malformed) {
            throw failed(400, malformed);
        }
    }

    private boolean takePlace() {
        hasPlace = hasPlace || !ended && places.tryAcquire();
        return hasPlace || ended;
    }

    /** To be called when nobody reads on. */
    void leavePlace() {
        if (hasPlace) {
            hasPlace = false;
            places.release();
        }
    }

    private IOException failed(int status, IOException thrown) {
        problem = status;
        failure = thrown;
        return thrown;
    }

    @Override
    public int available() {
        return body.available();
    }

    /**
     * 408 when the body came too slowly, 413 when it was too large, 400 when it was malformed, 503 when there was no room
     * for it, else 0.
     */
    public int problem() {
        return problem;
    }

    /**
     * Reads on to the end, if there is a place for that, for a caller who is still sending; false when that is too much, or takes longer than a body may
     * take that earns no time: nobody keeps a connection by sending what nobody wants.
     */
    boolean drain(long max) {
        if (!takePlace()) {
            return false;
        }
        Bin bin = new Bin();
        long start = nanos.getAsLong();
        try {
            for (long left = max; !ended && left > 0 && nanos.getAsLong() - start <= allowedNanos;) {
                int read = body.doRead(bin);
                ended = read < 0;
                left -= Math.max(0, read);
            }
            return ended;
        }
        catch (IOException gone) {
            return false;
        }
    }

    /** What is not needed any more goes here. */
    private static final class Bin implements ApplicationBufferHandler {

        private ByteBuffer buffer = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {
            // nothing is kept
        }
    }
}
