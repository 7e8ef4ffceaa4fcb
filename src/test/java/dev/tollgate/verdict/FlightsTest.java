package dev.tollgate.verdict;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.tollgate.disk.Crowd;
import dev.tollgate.kit.Boarding;
import dev.tollgate.kit.Boarding.Abandoned;
import dev.tollgate.kit.Boarding.Follower;
import dev.tollgate.kit.Boarding.Leader;
import dev.tollgate.kit.Flights;
import dev.tollgate.kit.Flights.Landing;
import dev.tollgate.kit.Flights.Ticket;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class FlightsTest {

    private final Flights<String> flights = new Flights<>(Duration.ofSeconds(30), 3);

    @Test
    void theFirstLeadsAndTheOthersHaveItsResult() throws Exception {
        Ticket<String> ticket = lead("q");
        CompletableFuture<Boarding<String>> follower = joinAside(flights, "q");
        assertThat(ticket.land("yes")).isEqualTo(Landing.IN_TIME);
        assertThat(follower.get()).isEqualTo(new Follower<>("yes"));
        assertThat(flights.size()).isZero();
    }

    @Test
    void otherKeysFlyAlone() {
        lead("q");
        lead("p");
        assertThat(flights.size()).isEqualTo(2);
    }

    @Test
    void fiveHundredEqualQuestionsMakeOneCall() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Map<String, String> saved = new ConcurrentHashMap<>();
        List<String> answers = Crowd.of(500, n -> () -> {
            Boarding<String> boarding = flights.join("q", () -> Optional.ofNullable(saved.get("q")));
            if (boarding instanceof Leader<String> leader) {
                saved.put("q", "answer " + calls.incrementAndGet());
                leader.ticket().land(saved.get("q"));
                return saved.get("q");
            }
            return ((Follower<String>) boarding).result();
        });
        assertThat(calls).hasValue(1);
        assertThat(answers).hasSize(500).containsOnly("answer 1");
    }

    @Test
    void aLeaderWhoComesLateFindsTheAnswerInsteadOfPayingAgain() {
        assertThat(flights.join("q", () -> Optional.of("known"))).isEqualTo(new Follower<>("known"));
        assertThat(flights.size()).isZero();
    }

    @Test
    void afterACrashOneOfThoseWhoWaitLeads() throws Exception {
        Ticket<String> first = lead("q");
        CompletableFuture<Boarding<String>> second = joinAside(flights, "q");
        assertThat(first.crash("connection reset")).isEqualTo(Landing.IN_TIME);
        Boarding<String> next = second.get();
        assertThat(next).isInstanceOf(Leader.class);
        CompletableFuture<Boarding<String>> third = joinAside(flights, "q");
        ((Leader<String>) next).ticket().land("yes");
        assertThat(third.get()).isEqualTo(new Follower<>("yes"));
    }

    @Test
    void aCallThatMayHaveBeenServedIsNotMadeAgainByThoseWhoWait() throws Exception {
        Ticket<String> first = lead("q");
        CompletableFuture<Boarding<String>> second = joinAside(flights, "q");
        assertThat(first.lose("no answer")).isEqualTo(Landing.IN_TIME);
        assertThat(second.get()).isEqualTo(new Abandoned<>("no answer"));
        assertThat(flights.join("q", Optional::empty)).as("whoever comes later").isInstanceOf(Leader.class);
    }

    @Test
    void whenEveryLeaderCrashesCallsAreBoundedAndNobodyWaitsForEver() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Ticket<String> first = lead("q");
        CompletableFuture<List<Boarding<String>>> crowd = CompletableFuture.supplyAsync(() -> {
            try {
                return Crowd.of(100, n -> () -> {
                    Boarding<String> boarding = flights.join("q", Optional::empty);
                    if (boarding instanceof Leader<String> leader) {
                        calls.incrementAndGet();
                        leader.ticket().crash("503");
                    }
                    return boarding;
                });
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        first.crash("503");
        assertThat(crowd.get()).allSatisfy(boarding -> {
            if (!(boarding instanceof Leader)) {
                assertThat(boarding).isEqualTo(new Abandoned<>("503"));
            }
        });
        assertThat(flights.size()).isZero();
        assertThat(flights.join("q", Optional::empty)).as("the key is free again").isInstanceOf(Leader.class);
    }

    @Test
    void whoHasWaitedForTooLongGivesUpAloneAndNobodyAsksBesideTheCallThatIsUnderWay() {
        Flights<String> hasty = new Flights<>(Duration.ofMillis(20), 3);
        Ticket<String> slow = ((Leader<String>) hasty.join("q", Optional::empty)).ticket();
        for (int i = 0; i < 4; i++) {
            assertThat(hasty.join("q", Optional::empty))
                    .isEqualTo(new Abandoned<>("the same question is still on its way after PT0.02S"));
        }
        assertThat(hasty.size()).isEqualTo(1);
        assertThat(slow.land("yes")).as("whoever still waits has it").isEqualTo(Landing.IN_TIME);
        assertThat(hasty.join("q", Optional::empty)).as("it has ended").isInstanceOf(Leader.class);
    }

    @Test
    void aFollowerWhoseCallerLeavesDisturbsNobody() throws Exception {
        Ticket<String> ticket = lead("q");
        CompletableFuture<Boarding<String>> left = new CompletableFuture<>();
        Thread leaving = new Thread(() -> left.complete(flights.join("q", Optional::empty)));
        leaving.start();
        awaitWaiting(leaving);
        CompletableFuture<Boarding<String>> staying = joinAside(flights, "q");
        leaving.interrupt();
        assertThat(left.get()).isEqualTo(new Abandoned<>("the caller left"));
        assertThat(ticket.land("yes")).isEqualTo(Landing.IN_TIME);
        assertThat(staying.get()).isEqualTo(new Follower<>("yes"));
    }

    @Test
    void onlyTheFirstEndOfAFlightCounts() {
        Ticket<String> ticket = lead("q");
        assertThat(ticket.land("yes")).isEqualTo(Landing.IN_TIME);
        assertThat(ticket.crash("too late")).isEqualTo(Landing.TOO_LATE);
    }

    @Test
    void aFlightWhoseNextLeaderJustLostItsPatienceIsLeftToOthers() throws Exception {
        Flights<String> hasty = new Flights<>(Duration.ofMillis(500), 3);
        Ticket<String> first = ((Leader<String>) hasty.join("q", Optional::empty)).ticket();
        CountDownLatch gone = new CountDownLatch(1);
        CompletableFuture<Boarding<String>> next = hasty.board("q", () -> {
            awaitUninterrupted(gone); // it is about to lead, and is no longer waited for then
            return Optional.empty();
        }).toCompletableFuture();
        CompletableFuture<Landing> crashing = CompletableFuture.supplyAsync(() -> first.crash("gone"));
        assertThat(next.get()).isInstanceOf(Abandoned.class);
        gone.countDown();
        crashing.get();
        assertThat(hasty.size()).isZero();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        }
        catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Ticket<String> lead(String key) {
        return ((Leader<String>) flights.join(key, Optional::empty)).ticket();
    }

    /** Joins on another thread and returns when that thread waits. */
    private static CompletableFuture<Boarding<String>> joinAside(Flights<String> flights, String key) {
        CompletableFuture<Boarding<String>> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> result.complete(flights.join(key, Optional::empty)));
        thread.start();
        awaitWaiting(thread);
        return result;
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            LockSupport.parkNanos(100_000);
        }
    }
}
