package dev.tollgate.ledger;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import dev.tollgate.ManualClock;

import static dev.tollgate.ledger.Bench.usage;
import static org.assertj.core.api.Assertions.assertThat;

class ReservationsTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration FLOOR = Duration.ofMinutes(15);

    private final ManualClock clock = new ManualClock();
    private final Reservations reservations = new Reservations(clock, LEASE, FLOOR);

    @Test
    void admitsWhileAnythingIsLeft() {
        assertThat(reservations.reserve(1, 900, 1_000, 60).admitted()).isTrue();
        assertThat(reservations.reserve(1, 900, 1_000, 60).admitted()).isTrue();
        assertThat(reservations.reserve(1, 900, 1_000, 60).admitted()).isFalse();
        assertThat(reservations.reserved(1)).isEqualTo(120);
        assertThat(reservations.reserve(2, 900, 1_000, 60).admitted()).as("another token").isTrue();
    }

    @Test
    void isGivenBackOnce() {
        Reservation first = reservations.reserve(1, 0, 100, 60);
        reservations.reserve(1, 0, 100, 30);
        assertThat(reservations.settle(first)).isTrue();
        assertThat(reservations.settle(first)).isFalse();
        assertThat(reservations.reserved(1)).isEqualTo(30);
        Reservation refused = reservations.reserve(1, 100, 100, 60);
        assertThat(reservations.settle(refused)).isFalse();
    }

    @Test
    void stopsCountingWhenItsLeaseEnds() {
        Reservation lost = reservations.reserve(1, 0, 100, 100);
        assertThat(reservations.reserve(1, 0, 100, 1).admitted()).isFalse();
        clock.advance(LEASE);
        assertThat(reservations.reserved(1)).isZero();
        assertThat(reservations.reserve(1, 0, 100, 1).admitted()).isTrue();
        assertThat(reservations.settle(lost)).isFalse();
    }

    @Test
    void aReadThatIsOlderThanASettledBookingAdmitsNoMore() {
        Reservation call = reservations.reserve(1, 0, 100, 100);
        long readBefore = 0;
        reservations.booked(1L, OptionalLong.of(100));
        reservations.settle(call);
        assertThat(reservations.reserve(1, readBefore, 100, 1).admitted()).isFalse();
        assertThat(reservations.reserve(1, readBefore, 200, 1).admitted()).as("the limit was raised").isTrue();
    }

    @Test
    void aSummaryResetByHandTakesEffectWhenTheFloorIsForgotten() {
        reservations.booked(1L, OptionalLong.of(100));
        clock.advance(FLOOR);
        assertThat(reservations.reserve(1, 0, 100, 1).admitted()).isTrue();
    }

    @Test
    void whatWaitsInTheSpoolIsUsed() {
        reservations.spool(usage("c1", 1L, 100));
        assertThat(reservations.reserve(1, 0, 100, 1).admitted()).isFalse();
        reservations.replayed(usage("c1", 1L, 100), OptionalLong.of(100));
        assertThat(reservations.spooled(1)).isZero();
        assertThat(reservations.reserve(1, 0, 100, 1).admitted()).as("an old read").isFalse();
        assertThat(reservations.reserve(1, 100, 150, 1).admitted()).as("counted once").isTrue();
    }

    @Test
    void hugeEstimatesDoNotOverflow() {
        assertThat(reservations.reserve(1, 0, Long.MAX_VALUE, Long.MAX_VALUE).admitted()).isTrue();
        assertThat(reservations.reserve(1, 5, Long.MAX_VALUE, Long.MAX_VALUE).admitted()).isFalse();
    }

    @Test
    void parallelCallsRunPastTheLimitByNoMoreThanOne() {
        List<Reservation> admitted = IntStream.range(0, 2_000).parallel()
                .mapToObj(i -> reservations.reserve(1, 0, 1_000, 30)).filter(Reservation::admitted).toList();
        assertThat(admitted).hasSize(34);
        admitted.parallelStream().forEach(reservations::settle);
        assertThat(reservations.reserved(1)).isZero();
    }

    /** One token, calls that cost what they estimated, reads of any age, outages: the limit is passed by one call at most. */
    @Property(tries = 300)
    void noInterleavingAdmitsTooMuch(@ForAll("steps") List<Integer> steps) {
        ManualClock time = new ManualClock();
        Reservations all = new Reservations(time, LEASE, FLOOR);
        long limit = 1_000;
        long cost = 70;
        AtomicLong database = new AtomicLong();
        Deque<Long> oldReads = new ArrayDeque<>(List.of(0L));
        Deque<Reservation> running = new ArrayDeque<>();
        Deque<Usage> spool = new ArrayDeque<>();
        long paid = 0;
        for (int step : steps) {
            switch (step) {
                case 0 -> oldReads.addLast(database.get());
                case 1, 2, 3 -> {
                    Reservation call = all.reserve(1, oldReads.size() > 1 ? oldReads.pollFirst() : oldReads.peek(), limit, cost);
                    if (call.admitted()) {
                        running.add(call);
                        paid += cost;
                    }
                }
                case 4 -> {
                    if (!running.isEmpty()) {
                        all.booked(1L, OptionalLong.of(database.addAndGet(cost)));
                        all.settle(running.poll());
                    }
                }
                case 5 -> {
                    if (!running.isEmpty()) {
                        spool.add(usage("c", 1L, cost));
                        all.spool(spool.peekLast());
                        all.settle(running.poll());
                    }
                }
                default -> {
                    if (!spool.isEmpty()) {
                        all.replayed(spool.poll(), OptionalLong.of(database.addAndGet(cost)));
                    }
                }
            }
            assertThat(paid).isLessThan(limit + cost);
        }
    }

    @Provide
    Arbitrary<List<Integer>> steps() {
        return Arbitraries.integers().between(0, 6).list().ofMinSize(20).ofMaxSize(150);
    }
}
