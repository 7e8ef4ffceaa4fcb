package dev.tollgate.keepa;

import dev.tollgate.budget.ServiceClass;
import dev.tollgate.door.Caller;
import dev.tollgate.gateway.BodiesInMemory;
import dev.tollgate.queue.Admission;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The words of the Keepa policy as a route says them, one method a step. The ticket travels as exchange property
 * {@link #TICKET}; no step but {@link #deny}, {@link #token} and a refused {@link #settle} touches the message.
 */
public final class KeepaSteps {

    /** The exchange property that holds the {@link Admission}. */
    public static final String TICKET = "keepaTicket";

    /** The exchange property that names the {@link ServiceClass}; interactive without it. */
    public static final String SERVICE_CLASS = "keepaClass";

    private static final String REQUEST = "keepaRequest";

    private final KeepaToll toll;

    public KeepaSteps(KeepaToll toll) {
        this.toll = toll;
    }

    /**
     * Prices the request in the message and brings it to the line. Path and query are read from Camel's HTTP headers.
     * However the exchange ends, it leaves the line.
     */
    public void arrive(Exchange exchange) {
        Message request = exchange.getMessage();
        byte[] body = request.getBody(byte[].class);
        request.setBody(body);
        exchange.setProperty(REQUEST, new Request(body, new HashMap<>(request.getHeaders())));
        KeepaCall call = KeepaCall.of(request.getHeader(Exchange.HTTP_PATH, "", String.class),
                request.getHeader(Exchange.HTTP_QUERY, String.class), body);
        boolean first = exchange.getProperty(TICKET) == null;
        exchange.setProperty(TICKET, toll.arrive(call,
                exchange.getProperty(SERVICE_CLASS, ServiceClass.INTERACTIVE, ServiceClass.class)));
        if (first) {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    leave(done);
                }
            });
        }
    }

    /**
     * Done when the caller is the first of its class; one who goes away meanwhile gives its place back. No thread waits
     * for that where the door has others to go on with, else this one does.
     */
    public CompletionStage<Void> standInLine(Exchange exchange) throws InterruptedException {
        Admission ticket = ticket(exchange);
        BooleanSupplier gone = Caller.of(exchange)::isGone;
        if (ticket.isWaiting() && !toll.line().isFirst(ticket)) {
            Optional<Executor> threads = Caller.waitLong(exchange);
            if (threads.isPresent()) {
                return toll.line().awaitTurn(ticket, gone, threads.get());
            }
            toll.line().awaitTurn(ticket, gone);
        }
        return CompletableFuture.completedFuture(null);
    }

    /** For the delayer: milliseconds until it is worth asking again. */
    public long millisUntilTurn(Exchange exchange) {
        return toll.line().millisUntilTurn(ticket(exchange));
    }

    /** Asks the budget against the state of this moment; nothing is paid for a caller who is gone. */
    public void admit(Exchange exchange) {
        if (ticket(exchange).isWaiting() && Caller.of(exchange).isGone()) {
            leave(exchange);
        }
        toll.line().admit(ticket(exchange));
    }

    /** Settles with the reply in the message. When Keepa refused, the message is the request again; the caller waits or is denied. */
    public void settle(Exchange exchange) {
        Message reply = exchange.getMessage();
        byte[] body = reply.getBody(byte[].class);
        BodiesInMemory.addTo(exchange, body);
        int status = reply.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, int.class);
        if (toll.settle(ticket(exchange), status, body == null ? new byte[0] : body) == KeepaToll.Outcome.DONE) {
            KeepaAnswer.pass(exchange, body);
        } else {
            Request request = exchange.getProperty(REQUEST, Request.class);
            reply.setBody(request.body());
            reply.setHeaders(new HashMap<>(request.headers()));
        }
    }

    /** Makes the message the denial: 429 in Keepa's envelope, with {@code Retry-After}. */
    public void deny(Exchange exchange) {
        Denial denial = toll.denial(ticket(exchange));
        KeepaAnswer.write(exchange, Denial.STATUS, denial.envelope());
        exchange.getMessage().setHeader("Retry-After", denial.retryAfterSeconds());
    }

    /** Makes the message the answer of {@code /token}: the shared balance, without asking Keepa. */
    public void token(Exchange exchange) {
        KeepaAnswer.write(exchange, 200, toll.token());
    }

    /** The way out of every route: gives a place in line back, keeps the tokens of a call that may be under way. */
    public void leave(Exchange exchange) {
        if (ticket(exchange) != null) {
            toll.line().leave(ticket(exchange));
        }
    }

    /** There was no connection: the tokens are free again, and the failure goes on to whoever answers it. */
    public void neverSent(Exchange exchange) throws Exception {
        if (ticket(exchange) != null) {
            toll.line().neverSent(ticket(exchange));
        }
        throw exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }

    private static Admission ticket(Exchange exchange) {
        return exchange.getProperty(TICKET, Admission.class);
    }

    /** What to send once more when Keepa refuses. */
    private record Request(byte[] body, Map<String, Object> headers) {
    }
}
