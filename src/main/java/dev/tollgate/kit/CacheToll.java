package dev.tollgate.kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

import dev.tollgate.gateway.FailedCall;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.verdict.Boarding;
import dev.tollgate.verdict.Flights;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;

/** The words of {@code toll-cache}: look, lead, land. */
public final class CacheToll extends Toll {

    private static final long MEGABYTE = 1_000_000;

    /** @param ticket of the one who asks; null for a request that is none of the cache's business */
    private record Flight(Caches.Shelf shelf, String key, Flights.Ticket<KeptAnswer> ticket) {
    }

    private final Caches caches;
    private CacheSettings settings;
    private Set<String> methods;

    public CacheToll(Caches caches) {
        this.caches = caches;
    }

    @Override
    void read(Given given) {
        settings = new CacheSettings(given.duration("keepFor"), given.whole("megabytes", 1, 10_000) * MEGABYTE,
                given.duration("patience"));
        methods = given.list("methods");
    }

    /**
     * Answers from memory, or from the flight of an equal question, or lets the caller lead one.
     *
     * @param wanted the key that the route file asks for; empty for all that makes questions differ
     * @throws Refusal 503 when others have asked in vain, or still wait for their answer
     */
    public void look(@ExchangeProperty("tollKey") String wanted, Exchange exchange) {
        exchange.removeProperty(property());
        Message message = exchange.getMessage();
        if (!methods.contains(message.getHeader(Exchange.HTTP_METHOD, "", String.class))) {
            exchange.setProperty(property(), new Flight(null, null, null));
            return;
        }
        Caches.Shelf shelf = caches.shelf(name(), edition(), settings);
        String key = wanted == null || wanted.isBlank() ? digest(message) : KeptAnswer.shortKey(wanted);
        shelf.find(key).ifPresentOrElse(known -> {
            shelf.hits().increment();
            known.write(exchange, "hit");
        }, () -> board(shelf, key, exchange));
    }

    private void board(Caches.Shelf shelf, String key, Exchange exchange) {
        Boarding<KeptAnswer> boarding = shelf.join(key);
        if (boarding instanceof Boarding.Leader<KeptAnswer> leader) {
            shelf.misses().increment();
            exchange.setProperty(property(), new Flight(shelf, key, leader.ticket()));
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    leader.ticket().crash("the call failed"); // unless it has landed
                }
            });
        } else if (boarding instanceof Boarding.Follower<KeptAnswer> follower) {
            shelf.hits().increment();
            follower.result().write(exchange, "shared");
        } else {
            String reason = ((Boarding.Abandoned<KeptAnswer>) boarding).reason();
            throw Refusal.until(503, "There is no answer for those who asked the same: " + reason + ".", Duration.ofSeconds(1));
        }
    }

    /** Whether this caller makes the call. */
    public boolean isLeading(Exchange exchange) {
        return flight(exchange) != null;
    }

    /** Gives the answer in the message to all who wait, and keeps it when it is a success. */
    public void land(Exchange exchange) {
        Flight flight = flight(exchange);
        if (flight.ticket() == null) {
            return;
        }
        KeptAnswer answer = KeptAnswer.of(exchange);
        if (answer.succeeded()) {
            flight.shelf().answers().put(flight.key(), answer);
        }
        flight.ticket().land(answer);
        exchange.getMessage().setHeader("X-Tollgate-Cache", "miss");
    }

    /**
     * The way out, whatever happened. Where no answer came, one of those who wait asks next, unless the call may have been
     * served: then they all go without, and each decides for itself whether to ask again.
     */
    public void leave(Exchange exchange) {
        Flight flight = flight(exchange);
        if (flight == null || flight.ticket() == null) {
            return;
        }
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (failure instanceof IOException && !FailedCall.neverLeft(failure)) {
            flight.ticket().lose("the call brought no answer and may have been served");
        } else {
            flight.ticket().crash("the call failed");
        }
    }

    private Flight flight(Exchange exchange) {
        return exchange.getProperty(property(), Flight.class);
    }

    /** Method, path, query, the headers by which upstreams tell answers apart, and the body. */
    private static String digest(Message message) {
        try {
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            Stream.of(Exchange.HTTP_METHOD, Exchange.HTTP_PATH, Exchange.HTTP_QUERY, "Accept", "Accept-Language", "Content-Type")
                    .map(name -> message.getHeader(name, "", String.class) + "\n")
                    .forEach(part -> sum.update(part.getBytes(StandardCharsets.UTF_8)));
            byte[] body = message.getBody(byte[].class);
            return HexFormat.of().formatHex(sum.digest(body == null ? new byte[0] : body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
