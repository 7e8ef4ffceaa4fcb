package dev.tollgate.xai;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RetryProperties;
import dev.tollgate.kit.RetryAfter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** What the routes do before a call leaves for xAI, and with what comes back. */
@Component("xaiUpstream")
public class XaiUpstream {

    private static final Duration SOON = Duration.ofSeconds(5);

    private static final String UNBOOKABLE = "What a call costs can be written nowhere at the moment.";

    private final XaiBooks books;
    private final Duration callTimeout;
    private final Duration longestWait;
    private final Clock clock;

    XaiUpstream(XaiBooks books, XaiProperties properties, RetryProperties retry, Clock clock) {
        this.books = books;
        this.callTimeout = properties.callTimeout();
        this.longestWait = retry.maxDelay();
        this.clock = clock;
    }

    /** @throws Refusal 503 when what the call costs could be written nowhere: then it must not be made */
    public void ensureBookable() {
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

    /**
     * The body of the answer in the variable {@code answer}.
     *
     * @throws XaiFailure if its status is not 2xx
     */
    public byte[] check(@Variable("answer") byte[] answer, Exchange exchange) {
        byte[] body = answer == null ? new byte[0] : answer;
        Object status = exchange.getVariable("header:answer." + Exchange.HTTP_RESPONSE_CODE);
        int code = status instanceof Number number ? number.intValue() : 0;
        if (code / 100 != 2) {
            Optional<Duration> asked = RetryAfter.of(name -> header(exchange, name), clock.instant());
            throw new XaiFailure(XaiError.read(code, body), asked, patience(exchange));
        }
        return body;
    }

    /** Names of headers have no case, those of variables do. */
    private static String header(Exchange exchange, String name) {
        return exchange.getVariables().entrySet().stream().filter(one -> one.getKey().equalsIgnoreCase("header:answer." + name))
                .map(one -> String.valueOf(one.getValue())).findFirst().orElse(null);
    }

    /** No wait is longer than any, nor than what is left of the time that a call may take. */
    private Duration patience(Exchange exchange) {
        Duration left = callTimeout.minusMillis(exchange.getClock().elapsed());
        return left.compareTo(longestWait) < 0 ? left : longestWait;
    }
}
