package dev.tollgate.xai;

import dev.tollgate.door.CallerWatch;
import dev.tollgate.metrics.CallTimes;
import dev.tollgate.kit.Boarding;
import dev.tollgate.kit.Flights;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * One flight a key, as the repository of a route's {@code idempotentConsumer}: the first exchange with a key goes through
 * the block and is the leader; those that come meanwhile wait here and then count as duplicates, with the leader's
 * judgement in the variable {@value #JUDGEMENT}. Unlike in other repositories a key is forgotten when its flight ends:
 * remembering is the cache's business.
 *
 * <p>The block must leave the judgement in that variable. The route sets {@code skipDuplicate: false} and
 * {@code completionEager: true}, so that the flight ends with the block and not with the whole exchange.
 */
public final class FlightRepository implements IdempotentRepository {

    /** Exchange variable that holds the {@link Judgement}. */
    public static final String JUDGEMENT = "judgement";

    private static final String TICKET = "TollgateFlightTicket";

    private final Flights<Judgement> flights;
    private final Function<String, Optional<Judgement>> known;
    private final Function<String, Judgement> failed;

    /**
     * @param known  asked by a new leader: the answer to a key, if it has come meanwhile
     * @param failed what whoever waited in vain has, by the reason
     */
    FlightRepository(Flights<Judgement> flights, Function<String, Optional<Judgement>> known,
            Function<String, Judgement> failed) {
        this.flights = flights;
        this.known = known;
        this.failed = failed;
    }

    /** @return true for a leader; false for whoever has a judgement now, if only a fallback */
    @Override
    public boolean add(Exchange exchange, String key) {
        Boarding<Judgement> boarding = CallTimes.of(exchange).waitingFor(() -> flights.join(key, () -> known.apply(key)));
        if (boarding instanceof Boarding.Leader<Judgement> leader) {
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
        exchange.setVariable(JUDGEMENT, boarding instanceof Boarding.Follower<Judgement> follower
                ? follower.result().shared()
                : failed.apply(((Boarding.Abandoned<Judgement>) boarding).reason()));
        return false;
    }

    /** The block ended: the leader's judgement is everybody's. Camel confirms duplicates as well; they lead nothing. */
    @Override
    public boolean confirm(Exchange exchange, String key) {
        Judgement judgement = exchange.getVariable(JUDGEMENT, Judgement.class);
        return end(exchange, ticket -> judgement == null ? ticket.crash("the route left no judgement") : ticket.land(judgement));
    }

    /** The block failed: one of those who wait is the next leader. */
    @Override
    public boolean remove(Exchange exchange, String key) {
        Exception failure = exchange.getException();
        String reason = failure == null ? "the call failed" : failure.getClass().getSimpleName();
        return end(exchange, ticket -> ticket.crash(reason));
    }

    private static boolean end(Exchange exchange, Function<Flights.Ticket<Judgement>, Flights.Landing> how) {
        @SuppressWarnings("unchecked")
        Flights.Ticket<Judgement> ticket = exchange.getProperty(TICKET, Flights.Ticket.class);
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
