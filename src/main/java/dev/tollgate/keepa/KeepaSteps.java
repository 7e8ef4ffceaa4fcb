package dev.tollgate.keepa;

import dev.tollgate.budget.ServiceClass;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The words of the Keepa policy as a route says them, one method a step. The ticket travels as exchange property
 * {@link #TICKET}; no step but {@link #deny}, {@link #token} and a refused {@link #settle} touches the message.
 */
public final class KeepaSteps {

    /** The exchange property that holds the {@link Ticket}. */
    public static final String TICKET = "keepaTicket";

    /** The exchange property that names the {@link ServiceClass}; interactive without it. */
    public static final String SERVICE_CLASS = "keepaClass";

    private static final String REQUEST = "keepaRequest";

    private final KeepaToll toll;

    public KeepaSteps(KeepaToll toll) {
        this.toll = toll;
    }

    /** Prices the request in the message and brings it to the line. Path and query are read from Camel's HTTP headers. */
    public void arrive(Exchange exchange) {
        Message request = exchange.getMessage();
        byte[] body = request.getBody(byte[].class);
        request.setBody(body);
        exchange.setProperty(REQUEST, new Request(body, new HashMap<>(request.getHeaders())));
        KeepaCall call = KeepaCall.of(request.getHeader(Exchange.HTTP_PATH, "", String.class),
                request.getHeader(Exchange.HTTP_QUERY, String.class), body);
        exchange.setProperty(TICKET, toll.arrive(call,
                exchange.getProperty(SERVICE_CLASS, ServiceClass.INTERACTIVE, ServiceClass.class)));
    }

    /** Parks until the caller is the first of its class. */
    public void standInLine(Exchange exchange) throws InterruptedException {
        toll.line().standInLine(ticket(exchange));
    }

    /** For the delayer: milliseconds until it is worth asking again. */
    public long millisUntilTurn(Exchange exchange) {
        return toll.line().millisUntilTurn(ticket(exchange));
    }

    /** Asks the budget against the state of this moment. */
    public void admit(Exchange exchange) {
        toll.line().admit(ticket(exchange));
    }

    /** Settles with the reply in the message. When Keepa refused, the message is the request again and the caller waits. */
    public void settle(Exchange exchange) {
        Message reply = exchange.getMessage();
        byte[] body = reply.getBody(byte[].class);
        int status = reply.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, int.class);
        if (toll.settle(ticket(exchange), status, body == null ? new byte[0] : body) == KeepaToll.Outcome.AGAIN) {
            Request request = exchange.getProperty(REQUEST, Request.class);
            reply.setBody(request.body());
            reply.setHeaders(new HashMap<>(request.headers()));
        } else {
            reply.setBody(body);
        }
    }

    /** Makes the message the denial: 429 in Keepa's envelope, with {@code Retry-After}. */
    public void deny(Exchange exchange) {
        Denial denial = toll.denial(ticket(exchange));
        answer(exchange, Denial.STATUS, denial.envelope());
        exchange.getMessage().setHeader("Retry-After", denial.retryAfterSeconds());
    }

    /** Makes the message the answer of {@code /token}: the shared balance, without asking Keepa. */
    public void token(Exchange exchange) {
        answer(exchange, 200, toll.token());
    }

    /** The way out of every route: gives a place in line back, keeps the tokens of a call that may be under way. */
    public void leave(Exchange exchange) {
        if (exchange.getProperty(TICKET) != null) {
            toll.line().leave(ticket(exchange));
        }
    }

    /** There was no connection: the tokens are free again. */
    public void neverSent(Exchange exchange) {
        toll.line().neverSent(ticket(exchange));
    }

    private static void answer(Exchange exchange, int status, Envelope envelope) {
        Message message = exchange.getMessage();
        boolean gzip = Gzip.wanted(message.getHeader("Accept-Encoding", String.class));
        message.setBody(EnvelopeWriter.body(envelope, gzip));
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json;charset=UTF-8");
        if (gzip) {
            message.setHeader(Exchange.CONTENT_ENCODING, "gzip");
        }
    }

    private static Ticket ticket(Exchange exchange) {
        return exchange.getProperty(TICKET, Ticket.class);
    }

    /** What to send once more when Keepa refuses. */
    private record Request(byte[] body, Map<String, Object> headers) {
    }
}
