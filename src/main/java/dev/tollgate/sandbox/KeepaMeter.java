package dev.tollgate.sandbox;

import java.time.InstantSource;

import dev.tollgate.budget.Plan;

/**
 * The token meter of the simulated Keepa: the truth that a gateway tries to follow. It shares no code with the gateway's
 * own bucket, so that one checks the other. Safe for use by many threads.
 */
final class KeepaMeter {

    private final InstantSource clock;
    private Plan plan;
    private long balance;
    private long nextTick;
    private long charged;
    private long refilled;
    private long expired;

    KeepaMeter(Plan plan, long tokens, InstantSource clock) {
        this.plan = plan;
        this.balance = tokens * Plan.TOKEN;
        this.clock = clock;
        this.nextTick = clock.millis() + plan.tick();
    }

    /** What the meter shows, with a charge taken off first; the balance may end below zero. */
    synchronized Shown charge(long tokens) {
        run();
        balance -= tokens * Plan.TOKEN;
        charged += tokens;
        return shown();
    }

    synchronized Shown show() {
        run();
        return shown();
    }

    /** Somebody else spends or returns tokens. */
    synchronized void drift(long tokens) {
        run();
        balance += tokens * Plan.TOKEN;
    }

    synchronized void change(Plan other) {
        run();
        plan = other;
    }

    synchronized long charged() {
        return charged;
    }

    synchronized long refilled() {
        run();
        return refilled;
    }

    synchronized long expired() {
        run();
        return expired;
    }

    private void run() {
        for (; clock.millis() >= nextTick; nextTick += plan.tick()) {
            long filled = Math.max(balance, Math.min(plan.capacity(), balance + plan.perTick()));
            refilled += filled - balance;
            expired += plan.perTick() - (filled - balance);
            balance = filled;
        }
    }

    private Shown shown() {
        return new Shown(clock.millis(), (int) Math.floorDiv(balance, Plan.TOKEN), (int) (nextTick - clock.millis()), plan);
    }

    /** The meter at one moment; tokens rounded down. */
    record Shown(long timestamp, int tokensLeft, int refillIn, Plan plan) {

        boolean admits() {
            return tokensLeft > 0;
        }
    }
}
