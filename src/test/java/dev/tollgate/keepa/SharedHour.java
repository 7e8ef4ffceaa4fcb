package dev.tollgate.keepa;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;

import dev.tollgate.VirtualTime;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.keepa.KeepaDesk.Outcome;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.SharedBucket;
import dev.tollgate.queue.SharedQueue;
import dev.tollgate.queue.SharedState;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.KeepaTariff;
import dev.tollgate.sandbox.SimulatedReply;
import dev.tollgate.store.Step;

/**
 * Callers at several nodes that share Keepa's balance, against the simulator in virtual time: a node may be killed or paused, and
 * the engine that holds the balance may hang. A step at the engine takes a few milliseconds.
 */
final class SharedHour {

    private static final Duration SILENCE = Duration.ofSeconds(4);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(60);
    private static final int STEP_MILLIS = 3;

    final VirtualTime time = new VirtualTime();
    final KeepaSimulator keepa;
    final List<Node> nodes = new ArrayList<>();
    final List<Served> served = new ArrayList<>();
    private final Plan plan;
    private final long tokens;
    private final int slowest;
    private final Random random;
    private SharedState state;
    private long hungUntil;
    int steps;
    int looks;

    SharedHour(int many, Plan plan, long tokens, KeepaTariff tariff, int slowest, long seed) {
        this.plan = plan;
        this.tokens = tokens;
        this.slowest = slowest;
        this.random = new Random(seed);
        keepa = new KeepaSimulator(plan, tokens, time, tariff);
        for (int i = 0; i < many; i++) {
            nodes.add(new Node("node" + i));
        }
    }

    /** The engine answers nobody until then. */
    void hangs(Duration length) {
        hungUntil = time.millis() + length.toMillis();
    }

    /** So many callers at each node take its jobs one after the other, until none is left. */
    SharedHour run(int... callers) {
        for (int n = 0; n < callers.length; n++) {
            for (int i = 0; i < callers[n]; i++) {
                nodes.get(n).nextJob();
            }
        }
        time.run();
        return this;
    }

    long lastServedAt() {
        return served.get(served.size() - 1).ended();
    }

    private int travel() {
        return 1 + random.nextInt(slowest / 2);
    }

    record Job(String path, String query, ServiceClass serviceClass) {
    }

    record Served(String node, Job job, long arrived, long started, long ended, int status) {

        long waited() {
            return started - arrived;
        }
    }

    /** One gateway, as far as its line is concerned. */
    final class Node implements SharedBucket {

        final SharedQueue queue;
        final KeepaDesk desk;
        private final String name;
        private final Deque<Job> jobs = new ArrayDeque<>();
        private boolean killed;
        private long pausedUntil;
        private long silentSince = Long.MAX_VALUE;

        Node(String name) {
            this.name = name;
            Terms terms = new Terms(0, Duration.ofDays(300), Duration.ofMinutes(3));
            queue = new SharedQueue(this, BucketState.unheard(plan, tokens, time.instant()), terms, 10_000);
            desk = new KeepaDesk(queue, new CostEstimator(), time);
        }

        Node job(String path, String query, ServiceClass serviceClass) {
            jobs.add(new Job(path, query, serviceClass));
            return this;
        }

        void kill() {
            killed = true;
            silentSince = time.millis();
        }

        void pause(Duration length) {
            silentSince = time.millis();
            pausedUntil = time.millis() + length.toMillis();
            time.in(length.toMillis(), () -> silentSince = Long.MAX_VALUE);
        }

        /** What this node does later: not at all when it was killed, after its pause when it is paused. */
        private void in(long millis, Runnable what) {
            time.in(millis, () -> {
                if (!killed && time.millis() < pausedUntil) {
                    in(pausedUntil - time.millis(), what);
                } else if (!killed) {
                    what.run();
                }
            });
        }

        private void nextJob() {
            Job job = jobs.poll();
            if (job != null) {
                in(random.nextInt(20), () -> proceed(job, desk.arrive(KeepaCall.of(job.path, job.query, null), job.serviceClass), time.millis()));
            }
        }

        private void proceed(Job job, Admission ticket, long arrived) {
            if (ticket.isAdmitted()) {
                call(job, ticket, arrived);
            } else {
                queue.turn(ticket).thenRun(() -> in(0, () -> proceed(job, ticket, arrived)));
            }
        }

        private void call(Job job, Admission ticket, long arrived) {
            long started = time.millis();
            time.in(travel(), () -> {
                SimulatedReply reply = keepa.reply("GET", job.path, job.query, null, false);
                in(travel(), () -> {
                    if (desk.settle(ticket, reply.status(), reply.body()) == Outcome.AGAIN) {
                        proceed(job, ticket, arrived);
                    } else {
                        served.add(new Served(name, job, arrived, started, time.millis(), reply.status()));
                        nextJob();
                    }
                });
            });
        }

        @Override
        public <R> R update(BiFunction<SharedState, Instant, Step<SharedState, R>> next) {
            steps++;
            answers();
            SharedState before = state == null ? new SharedState(BucketState.unheard(plan, tokens, time.instant())) : state;
            Step<SharedState, R> step = next.apply(before, time.instant());
            state = step.state();
            return step.result();
        }

        @Override
        public Optional<SharedState> look() {
            looks++;
            answers();
            return Optional.ofNullable(state);
        }

        private void answers() {
            if (isAway()) {
                throw new AwayException(new IllegalStateException("hung"));
            }
        }

        @Override
        public boolean isAway() {
            return time.millis() < hungUntil;
        }

        @Override
        public boolean mayShare() {
            return true;
        }

        @Override
        public InstantSource clock() {
            return time;
        }

        @Override
        public int nodes() {
            return (int) nodes.stream().filter(node -> !isOver(node.name, 1)).count();
        }

        @Override
        public String node() {
            return name;
        }

        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public boolean isHeard(String other, long epoch) {
            return silence(other) < SILENCE.toMillis();
        }

        @Override
        public boolean isOver(String other, long epoch) {
            return silence(other) > DEAD_AFTER.toMillis();
        }

        private long silence(String other) {
            return nodes.stream().filter(node -> node.name.equals(other)).mapToLong(node -> Math.max(0, time.millis() - node.silentSince)).findFirst()
                    .orElseThrow();
        }

        @Override
        public void later(Duration delay, Runnable task) {
            in(delay.toMillis() + random.nextInt(STEP_MILLIS), task);
        }
    }
}
