package dev.tollgate.keepa;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

import dev.tollgate.VirtualTime;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.keepa.KeepaDesk.Outcome;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;
import dev.tollgate.sandbox.SimulatedReply;
import dev.tollgate.store.InMemoryStateStore;
import dev.tollgate.store.StateStore;

/** Callers against the simulator in virtual time: each does what the route does, one step after the other. */
final class RushHour {

    final VirtualTime time = new VirtualTime();
    final KeepaSimulator keepa;
    final StateStore<BucketState> store;
    final KeepaDesk toll;
    final List<Served> served = new ArrayList<>();
    final List<Integer> seenByCallers = new ArrayList<>();
    private final Deque<Job> jobs = new ArrayDeque<>();
    private final Random latency = new Random(42);
    private final int slowest;

    /** @param slowest milliseconds that a reply takes at most, there and back; each way takes a random part of half of it */
    RushHour(Plan plan, long tokens, long maxDeficit, KeepaTariff tariff, int slowest) {
        this.slowest = slowest;
        keepa = new KeepaSimulator(plan, tokens, time, tariff);
        store = new InMemoryStateStore<>(key -> BucketState.unheard(plan, tokens, time.instant()));
        Terms terms = new Terms(maxDeficit, Duration.ofDays(300), Duration.ofMinutes(3));
        toll = new KeepaDesk(new AdmissionQueue(store, "keepa", terms, 10_000, time), new CostEstimator(), time);
    }

    RushHour job(String path, String query, ServiceClass serviceClass) {
        jobs.add(new Job(path, query, serviceClass));
        return this;
    }

    /** So many callers take the jobs one after the other, until none is left. */
    RushHour run(int callers) {
        for (int i = 0; i < callers; i++) {
            nextJob();
        }
        time.run();
        return this;
    }

    private void nextJob() {
        Job job = jobs.poll();
        if (job != null) {
            Admission ticket = toll.arrive(KeepaCall.of(job.path, job.query, null), job.serviceClass);
            proceed(job, ticket, time.millis());
        }
    }

    private void proceed(Job job, Admission ticket, long arrived) {
        if (ticket.isAdmitted()) {
            call(job, ticket, arrived);
        } else if (!toll.line().isFirst(ticket)) {
            ticket.first().thenRun(() -> time.in(0, () -> proceed(job, ticket, arrived)));
        } else {
            time.in(untilTurn(ticket), () -> {
                toll.line().admit(ticket);
                proceed(job, ticket, arrived);
            });
        }
    }

    /** As the route waits. When nobody else does anything meanwhile, all looks but the last would find what this one found. */
    private long untilTurn(Admission ticket) {
        long step = toll.line().millisUntilTurn(ticket);
        return step == AdmissionQueue.STEP_MILLIS && time.isFree() ? Math.max(step, toll.line().admit(ticket).waitMillis()) : step;
    }

    private void call(Job job, Admission ticket, long arrived) {
        long started = time.millis();
        time.in(travel(), () -> {
            long before = keepa.charged();
            SimulatedReply reply = keepa.reply("GET", job.path, job.query, null, false);
            long cost = keepa.charged() - before;
            time.in(travel(), () -> {
                if (toll.settle(ticket, reply.status(), reply.body()) == Outcome.AGAIN) {
                    proceed(job, ticket, arrived);
                } else {
                    served.add(new Served(ticket, arrived, started, cost));
                    seenByCallers.add(reply.status());
                    nextJob();
                }
            });
        });
    }

    private int travel() {
        return 1 + latency.nextInt(slowest / 2);
    }

    record Job(String path, String query, ServiceClass serviceClass) {
    }

    record Served(Admission ticket, long arrived, long started, long cost) {
    }
}
