package dev.tollgate.xai;

import java.time.Duration;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;

/** What comes before a call that xAI bills, and what its answer's status means. */
@Component("xaiUpstream")
public class XaiUpstream {

    private static final Duration SOON = Duration.ofSeconds(5);

    private static final String UNBOOKABLE = "What a call costs can be written nowhere at the moment.";

    private final XaiBooks books;

    XaiUpstream(XaiBooks books) {
        this.books = books;
    }

    /** @throws Refusal 503 when what the call costs could be written nowhere: then it must not be made */
    void ensureBookable() {
        if (!books.canTake()) {
            throw Refusal.until(503, UNBOOKABLE, SOON);
        }
    }

    /** The same, to be told only: it takes nobody's turn. */
    void wouldBeBookable() {
        if (!books.wouldTake()) {
            throw Refusal.until(503, UNBOOKABLE, SOON);
        }
    }

    /** @throws XaiFailure if the answer's status is not 2xx */
    public void check(@Header(Exchange.HTTP_RESPONSE_CODE) int status, @Body byte[] answer) {
        if (status / 100 != 2) {
            throw new XaiFailure(XaiError.read(status, answer == null ? new byte[0] : answer));
        }
    }
}
