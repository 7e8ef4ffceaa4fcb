package dev.tollgate.xai;

import dev.tollgate.door.CallerWatch;
import dev.tollgate.metrics.CallTimes;
import dev.tollgate.kit.Boarding;
import dev.tollgate.kit.Flights;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * One flight a key, as the repository of a route's {@code idempotentConsumer}: the first exchange with a key goes through
 * the block and is the leader; those that come meanwhile wait here and then count as duplicates that have what the leader
 * brought. Unlike in other repositories a key is forgotten when its flight ends: remembering is a cache's business.
 *
 * <p>The route sets {@code skipDuplicate: false} and {@code completionEager: true}, so that the flight ends with the block and
 * not with the whole exchange.
 *
 * @param <V> what a flight brings
 */
public final class FlightRepository<V> implements IdempotentRepository {

    /**
     * What flights bring, and where it is in an exchange.
     *
     * @param <V> its type
     */
    interface Cargo<V> {

        /** Asked by a new leader: what has come for a key meanwhile. */
        Optional<V> known(String key);

        /** What the leader's block left; null for nothing that others could have. */
        V brought(Exchange exchange);

        /** Gives it to one who waited for it. */
        void give(Exchange exchange, V result);

        /** The leader's block ended, and with it what others may have been told of its flight. */
        default void ended(String key) {
            // nobody else knows of it
        }

        /** For one who waited in vain, by a sentence that says why. */
        void failed(Exchange exchange, String reason);
    }

    private static final String TICKET = "TollgateFlightTicket";

    private final Flights<V> flights;
    private final Cargo<V> cargo;

    FlightRepository(Flights<V> flights, Cargo<V> cargo) {
        this.flights = flights;
        this.cargo = cargo;
    }

    /** @return true for a leader; false for whoever has what another brought, or waited in vain */
    @Override
    public boolean add(Exchange exchange, String key) {
        Boarding<V> boarding = CallTimes.of(exchange).waitingFor(() -> flights.join(key, () -> cargo.known(key)));
        if (boarding instanceof Boarding.Leader<V> leader) {
            exchange.setProperty(TICKET, leader.ticket());
            exchange.setProperty(CallerWatch.SHARED, true);
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    leader.ticket().crash("the call failed"); // unless it has landed
                }
            });
            return true;
        }
        if (boarding instanceof Boarding.Follower<V> follower) {
            cargo.give(exchange, follower.result());
        } else {
            cargo.failed(exchange, ((Boarding.Abandoned<V>) boarding).reason());
        }
        return false;
    }

    /** The block ended: what the leader brought is everybody's. Camel confirms duplicates as well; they lead nothing. */
    @Override
    public boolean confirm(Exchange exchange, String key) {
        V result = cargo.brought(exchange);
        told(exchange, key);
        return end(exchange, ticket -> result == null ? ticket.crash("the call brought nothing to share") : ticket.land(result));
    }

    /** The block failed: one of those who wait is the next leader, unless the call may have been served and paid. */
    @Override
    public boolean remove(Exchange exchange, String key) {
        Exception failure = exchange.getException();
        String reason = failure == null ? "the call failed" : XaiProblem.reason(failure);
        boolean mayBePaid = failure instanceof IOException && Departure.of(failure) == Departure.MAY_HAVE_LEFT;
        told(exchange, key);
        return end(exchange, ticket -> mayBePaid ? ticket.lose(reason) : ticket.crash(reason));
    }

    /** Before those who wait are woken, one of whom may be the next leader. */
    private void told(Exchange exchange, String key) {
        if (exchange.getProperty(TICKET) != null) {
            cargo.ended(key);
        }
    }

    private boolean end(Exchange exchange, Function<Flights.Ticket<V>, Flights.Landing> how) {
        @SuppressWarnings("unchecked")
        Flights.Ticket<V> ticket = exchange.getProperty(TICKET, Flights.Ticket.class);
        return ticket != null && how.apply(ticket) == Flights.Landing.IN_TIME;
    }

    /** Never: a key is known only while its flight is in the air. */
    @Override
    public boolean contains(String key) {
        return false;
    }

    @Override
    public boolean add(String key) {
        throw new UnsupportedOperationException("a flight needs the exchange that leads it");
    }

    @Override
    public boolean remove(String key) {
        throw new UnsupportedOperationException("a flight ends with the exchange that leads it");
    }

    @Override
    public boolean confirm(String key) {
        throw new UnsupportedOperationException("a flight ends with the exchange that leads it");
    }

    /** Does nothing: flights in the air end by themselves. */
    @Override
    public void clear() {
        // nothing is kept
    }

    /** Does nothing: the repository outlives the routes that use it. */
    @Override
    public void start() {
        // nothing to start
    }

    /** Does nothing: the repository outlives the routes that use it. */
    @Override
    public void stop() {
        // nothing to stop
    }
}
