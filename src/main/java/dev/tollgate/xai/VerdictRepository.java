package dev.tollgate.xai;

import java.io.IOException;
import java.util.function.Function;

import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.SynchronizationAdapter;

import dev.tollgate.door.CallerWatch;
import dev.tollgate.kit.Boarding;
import dev.tollgate.kit.Flights;
import dev.tollgate.metrics.CallTimes;

/**
 * The verdicts in memory and on disk as the repository of a route's {@code idempotentConsumer}: the first exchange with a
 * question passes; one that comes later is a duplicate and has the kept verdict; one that comes meanwhile waits here and has
 * what the first one brought. The judgement stands in the exchange's variable {@value #JUDGEMENT}.
 *
 * <p>The route sets {@code completionEager: true}, so that those who wait go on when the block has ended and not the whole
 * exchange. What is kept for later is saved by the block itself, which knows what is worth it.
 */
public final class VerdictRepository implements IdempotentRepository {

    static final String JUDGEMENT = "judgement";

    private static final String TICKET = "TollgateFlightTicket";

    private final JudgePolicy judge;
    private final Flights<Judgement> flights;

    VerdictRepository(JudgePolicy judge, Flights<Judgement> flights) {
        this.judge = judge;
        this.flights = flights;
    }

    /** @return true for the first to ask; false for whoever has a judgement by this, if only the safe one after waiting in vain */
    @Override
    public boolean add(Exchange exchange, String key) {
        Judgement kept = judge.cached(key);
        if (kept != null) {
            exchange.setVariable(JUDGEMENT, kept);
            return false;
        }
        Boarding<Judgement> boarding = CallTimes.of(exchange).waitingFor(() -> flights.join(key, () -> judge.known(key)));
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
        exchange.setVariable(JUDGEMENT, boarding instanceof Boarding.Follower<Judgement> follower ? follower.result().shared()
                : judge.failed(((Boarding.Abandoned<Judgement>) boarding).reason()));
        return false;
    }

    /** The block ended: what the first one brought is everybody's. Camel confirms duplicates as well; they lead nothing. */
    @Override
    public boolean confirm(Exchange exchange, String key) {
        Judgement brought = exchange.getVariable(JUDGEMENT, Judgement.class);
        return end(exchange, key, ticket -> brought == null ? ticket.crash("the call brought nothing to share") : ticket.land(brought));
    }

    /** The block failed: one of those who wait asks next, unless the call may have been served and paid. */
    @Override
    public boolean remove(Exchange exchange, String key) {
        Exception failure = exchange.getException();
        String reason = failure == null ? "the call failed" : XaiProblem.reason(failure);
        boolean mayBePaid = failure instanceof IOException && Departure.of(failure) == Departure.MAY_HAVE_LEFT;
        return end(exchange, key, ticket -> mayBePaid ? ticket.lose(reason) : ticket.crash(reason));
    }

    /** What other nodes were told of the call ends before those who wait are woken, one of whom may be the next to ask. */
    private boolean end(Exchange exchange, String key, Function<Flights.Ticket<Judgement>, Flights.Landing> how) {
        @SuppressWarnings("unchecked")
        Flights.Ticket<Judgement> ticket = exchange.getProperty(TICKET, Flights.Ticket.class);
        if (ticket != null) {
            judge.ended(key);
        }
        return ticket != null && how.apply(ticket) == Flights.Landing.IN_TIME;
    }

    /** Whether the verdict is kept. */
    @Override
    public boolean contains(String key) {
        return judge.isKept(key);
    }

    @Override
    public boolean add(String key) {
        throw new UnsupportedOperationException("a question needs the exchange that asks it");
    }

    @Override
    public boolean remove(String key) {
        throw new UnsupportedOperationException("a question ends with the exchange that asks it");
    }

    @Override
    public boolean confirm(String key) {
        throw new UnsupportedOperationException("a question ends with the exchange that asks it");
    }

    /** Does nothing: verdicts are paid for. */
    @Override
    public void clear() {
        // nothing is dropped
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
