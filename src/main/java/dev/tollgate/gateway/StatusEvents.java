package dev.tollgate.gateway;

import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * {@code GET /status/events}: the snapshot of {@code /status} every second, as server-sent events. A stream ends after a
 * minute and its reader asks again, so that a revoked key soon sees nothing more and replaced routes need not be kept long.
 */
@Component("statusEvents")
public class StatusEvents {

    /** Readers at once; on JDK 17 each holds a thread of the web server. More are told to ask {@code /status}. */
    static final int READERS = 32;

    /** Snapshots of one stream, one a second. */
    static final int SNAPSHOTS = 60;

    private final StatusBoard board;
    private final ObjectMapper json;
    private final Semaphore places = new Semaphore(READERS);
    private final CountDownLatch closing = new CountDownLatch(1);

    StatusEvents(StatusBoard board, ObjectMapper json) {
        this.board = board;
        this.json = json;
    }

    /**
     * Opens a stream, the first snapshot at once.
     *
     * @throws Refusal 503 when all places are taken
     */
    public void open(Exchange exchange) {
        if (!places.tryAcquire()) {
            throw Refusal.until(503, "Too many pages watch this gateway. Ask /status now and then instead", Duration.ofSeconds(30));
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {

            @Override
            public void onDone(Exchange done) {
                places.release();
            }
        });
        KeyHolder reader = KeyHolder.of(exchange);
        boolean head = "HEAD".equals(exchange.getMessage().getHeader(Exchange.HTTP_METHOD));
        Message answer = RequestQuery.answer(exchange, 200, "text/event-stream;charset=UTF-8",
                head ? InputStream.nullInputStream()
                        : new SnapshotStream(SNAPSHOTS, closing, () -> json.writeValueAsString(board.snapshotFor(reader))));
        answer.setHeader("Cache-Control", "no-store");
    }

    /** A gateway that stops waits for no reader. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        closing.countDown();
    }
}
