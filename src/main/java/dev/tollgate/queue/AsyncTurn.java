package dev.tollgate.queue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Somebody in line of whom nothing waits but this: no thread, and so no stack. The line's alarm brings a thread back, and
 * another one looks every {@link AdmissionQueue#LOOK_MILLIS} whether the caller is still there.
 */
final class AsyncTurn {

    private final AdmissionQueue line;
    private final Admission ticket;
    private final BooleanSupplier gone;
    private final Executor threads;
    private final CompletableFuture<Void> turn = new CompletableFuture<>();
    private boolean over;

    private AsyncTurn(AdmissionQueue line, Admission ticket, BooleanSupplier gone, Executor threads) {
        this.line = line;
        this.ticket = ticket;
        this.gone = gone;
        this.threads = threads;
    }

    /** Done, on one of the threads, when the ticket is the first of its class or waits no more. */
    static CompletionStage<Void> begin(AdmissionQueue line, Admission ticket, BooleanSupplier gone, Executor threads) {
        if (!ticket.isWaiting() || line.isFirst(ticket)) {
            return CompletableFuture.completedFuture(null);
        }
        AsyncTurn standing = new AsyncTurn(line, ticket, gone, threads);
        standing.untilAlarm();
        standing.untilLook();
        return standing.turn;
    }

    private void untilAlarm() {
        ticket.first().thenRunAsync(this::alarm, threads);
    }

    private void alarm() {
        if (ticket.isWaiting() && !line.isFirst(ticket)) {
            untilAlarm();
            return;
        }
        synchronized (this) {
            over = true; // from now on the connection belongs to whoever goes on
        }
        turn.complete(null);
    }

    private void untilLook() {
        CompletableFuture.delayedExecutor(AdmissionQueue.LOOK_MILLIS, TimeUnit.MILLISECONDS, threads).execute(this::look);
    }

    private void look() {
        boolean left;
        synchronized (this) {
            if (over) {
                return;
            }
            left = gone.getAsBoolean();
        }
        if (left) {
            line.leave(ticket); // which rings the alarm
        } else {
            untilLook();
        }
    }
}
