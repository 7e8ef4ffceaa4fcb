package dev.tollgate.queue;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.ServiceClass;

/**
 * One caller's place in the {@link AdmissionQueue}, from arrival to settlement. Only the line changes it; a route keeps it as
 * an exchange property and reads from it what to do next.
 */
public final class Admission {

    /** Where a call stands. */
    public enum State {
        /** In line. */
        WAITING,
        /** Tokens are reserved; the call may be under way. */
        ADMITTED,
        /** Sent away, on arrival or after a refusal of the upstream; see {@link Admission#decision()} for the true wait. */
        DENIED,
        /** Settled, lost, or left: nothing more can happen. */
        DONE
    }

    private final long place;
    private final String id;
    private final Quote quote;
    private volatile Price price;
    private final ServiceClass serviceClass;
    private final long arrivedAt;
    private volatile State state = State.WAITING;
    private volatile @Nullable Decision decision;
    private volatile CompletableFuture<Void> first = new CompletableFuture<>();

    Admission(long place, String id, Quote quote, Price price, ServiceClass serviceClass, long arrivedAt) {
        this.place = place;
        this.id = id;
        this.quote = quote;
        this.price = price;
        this.serviceClass = serviceClass;
        this.arrivedAt = arrivedAt;
    }

    /** Names the reservation. */
    public String id() {
        return id;
    }

    /** The list price of the call. */
    public Quote quote() {
        return quote;
    }

    /** What the call was expected to cost when it arrived, or when the upstream last refused it. */
    public Price price() {
        return price;
    }

    public ServiceClass serviceClass() {
        return serviceClass;
    }

    public State state() {
        return state;
    }

    /** The last word of the budget on this call; null before its first. */
    public @Nullable Decision decision() {
        return decision;
    }

    public boolean isWaiting() {
        return state == State.WAITING;
    }

    public boolean isAdmitted() {
        return state == State.ADMITTED;
    }

    /** Whether the call is still to be made or settled. */
    public boolean isOpen() {
        return isWaiting() || isAdmitted();
    }

    public boolean isDenied() {
        return state == State.DENIED;
    }

    /** When it came to the line, epoch milliseconds. */
    public long arrivedAt() {
        return arrivedAt;
    }

    /** Order of arrival; a call that the upstream refused keeps it. */
    public long place() {
        return place;
    }

    /** Done while this is the first of its class; a new one when somebody with an older right comes back. */
    public CompletableFuture<Void> first() {
        return first;
    }

    /** The next alarm is another one; whoever waits for one that has not rung yet goes on waiting for it. */
    void notFirstAnyMore() {
        if (first.isDone()) {
            first = new CompletableFuture<>();
        }
    }

    void cost(Price other) {
        price = other;
    }

    /** Keeps the last word. */
    void done() {
        state = State.DONE;
    }

    void become(State next, Decision word) {
        decision = word;
        state = next;
    }
}
