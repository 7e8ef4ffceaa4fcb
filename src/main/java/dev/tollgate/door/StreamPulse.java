package dev.tollgate.door;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.http.HttpServletResponse;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Comment lines in a streamed answer that has not begun yet or rests, so that proxies between here and the caller do not take
 * the connection for a dead one. An API whose clients read comments asks for them; nobody else's answers have any.
 *
 * <p>An answer begins with the first comment, if the upstream has not begun it by then. It is a success from there on, so that a
 * failure that comes later is an event of it.
 */
public final class StreamPulse implements Runnable {

    private static final String PROPERTY = "TollgateStreamPulse";
    private static final Logger LOG = LoggerFactory.getLogger(StreamPulse.class);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_ENDS = 4;

    /** A write waits for a caller who reads slowly; with two, one of them does not keep the others' comments back. */
    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(2, task -> {
        Thread thread = new Thread(task, "stream-pulse");
        thread.setDaemon(true);
        return thread;
    });

    static {
        TIMER.setRemoveOnCancelPolicy(true);
    }

    private final HttpServletResponse response;
    private final StringBuilder end = new StringBuilder(LINE_ENDS);
    private Duration rest;
    private Future<?> next;
    private long lastWrite = System.nanoTime();
    private boolean answering;
    private boolean streaming;
    private boolean begun;
    private boolean over;

    StreamPulse(HttpServletResponse response) {
        this.response = response;
    }

    void addTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** The pulse of the answer to the exchange's caller; one that never beats where nobody called, as in a job. */
    public static StreamPulse of(Exchange exchange) {
        return of(exchange, null);
    }

    static StreamPulse of(Exchange exchange, HttpServletResponse response) {
        StreamPulse pulse = exchange.getProperty(PROPERTY, StreamPulse.class);
        return pulse == null ? new StreamPulse(response) : pulse;
    }

    /** @param longest how long the answer may say nothing before there is a comment; zero for no comments */
    public synchronized void start(Duration longest) {
        if (response != null && next == null && !longest.isZero()) {
            rest = longest;
            next = TIMER.schedule(this, rest.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public synchronized void run() {
        long silent = System.nanoTime() - lastWrite;
        try {
            if (!over && silent >= rest.toNanos() && isBetweenEvents()) {
                comment();
                silent = 0;
            }
        }
        catch (IOException | RuntimeException gone) {
            LOG.debug("The caller of a stream hears no comment", gone);
            over = true;
        }
        if (!over) {
            next = TIMER.schedule(this, Math.max(rest.toNanos() / 10, rest.toNanos() - silent), TimeUnit.NANOSECONDS);
        }
    }

    private boolean isBetweenEvents() {
        String last = end.toString();
        return streaming ? last.isEmpty() || last.endsWith("\n\n") || last.endsWith("\r\n\r\n") || last.endsWith("\r\r") : !answering;
    }

    private void comment() throws IOException {
        if (!begun && !streaming) {
            begun = true;
            response.setStatus(HttpServletResponse.SC_OK);
            response.setContentType("text/event-stream");
        }
        response.getOutputStream().write(COMMENT);
        response.getOutputStream().flush();
        lastWrite = System.nanoTime();
    }

    /** The route is over: from now on nothing begins an answer but its own. */
    synchronized boolean hasBegunTheAnswer() {
        answering = true;
        return begun;
    }

    /** The answer's own head is ready, and its stream follows. */
    synchronized void stream() {
        streaming = true;
        lastWrite = System.nanoTime();
    }

    /** Writes a piece of the answer's stream. */
    synchronized void write(byte[] piece, int length) throws IOException {
        response.getOutputStream().write(piece, 0, length);
        response.getOutputStream().flush();
        lastWrite = System.nanoTime();
        for (int at = Math.max(0, length - LINE_ENDS); at < length; at++) {
            end.append((char) piece[at]);
        }
        end.delete(0, Math.max(0, end.length() - LINE_ENDS));
    }

    /** Writes an answer that is no stream as an event of the one that has begun. */
    synchronized void writeEvent(byte[] data) throws IOException {
        String text = new String(data, StandardCharsets.UTF_8).strip().replaceAll("\\R", "\ndata: ");
        stream();
        byte[] event = ("data: " + text + "\n\n").getBytes(StandardCharsets.UTF_8);
        write(event, event.length);
    }

    /** There are no comments any more. */
    synchronized void stop() {
        over = true;
        if (next != null) {
            next.cancel(false);
        }
    }
}
