package dev.tollgate.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When exchanges are ended that take too long, in virtual time. */
class DeadlinesTest {

    private record Alarm(long at, Runnable task) {
    }

    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::at));
    private int endedLate;
    private long now = Long.MAX_VALUE - 5; // as System.nanoTime, which may begin anywhere
    private long passed;
    private int armed;
    private final Deadlines deadlines = new Deadlines(() -> now, (nanos, task) -> {
        armed++;
        alarms.add(new Alarm(passed + nanos, task));
    });
    private final List<String> ended = new ArrayList<>();

    @Test
    void whoTakesTooLongIsEndedToTheMomentAndNobodyElse() {
        exchange("slow", Duration.ofSeconds(60));
        pass(Duration.ofSeconds(10));
        Deadline quick = exchange("quick", Duration.ofSeconds(60));
        exchange("short", Duration.ofSeconds(20));
        quick.end();
        pass(Duration.ofSeconds(20).minusNanos(1));
        assertThat(ended).isEmpty();
        pass(Duration.ofNanos(1));
        assertThat(ended).containsExactly("short");
        pass(Duration.ofSeconds(30));
        assertThat(ended).containsExactly("short", "slow");
        pass(Duration.ofHours(1));
        assertThat(ended).containsExactly("short", "slow");
        assertThat(alarms).isEmpty();
    }

    @Test
    void aMillionExchangesThatEndInTimeArmHardlyAnyTimer() {
        for (int i = 0; i < 1_000_000; i++) {
            exchange("one of many", Duration.ofSeconds(60)).end();
            pass(Duration.ofMillis(1));
        }
        assertThat(ended).isEmpty();
        assertThat(armed).isLessThanOrEqualTo(1 + 1000 / 60);
        assertThat(alarms).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aPieceThatDoesNotComeEndsItsStreamAndOneThatComesDoesNot() {
        Deadline stream = exchange("stream", Duration.ofSeconds(10));
        stream.inPieces();
        for (int piece = 0; piece < 20; piece++) {
            stream.waiting();
            pass(Duration.ofSeconds(9));
            stream.arrived();
        }
        pass(Duration.ofMinutes(1)); // its caller takes its time
        stream.waiting();
        pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(ended).isEmpty();
        pass(Duration.ofNanos(1));
        assertThat(ended).containsExactly("stream");
        assertThat(stream.tooLate()).hasMessageContaining("no next piece within PT10S");
    }

    @Test
    void aStreamThatIsHeldWholeAfterAllHasItsLimitFromTheStart() {
        Deadline stream = exchange("stream", Duration.ofSeconds(10));
        stream.inPieces();
        stream.waiting();
        pass(Duration.ofSeconds(8));
        stream.arrived();
        stream.waiting();
        stream.whole();
        pass(Duration.ofSeconds(2));
        assertThat(ended).containsExactly("stream");
    }

    /** Whatever limits, in whatever order they begin and end: each is ended at its moment, and alarms do not pile up. */
    @Test
    void manyLimitsAtOnceAreKeptToTheNanosecond() {
        Random random = new Random(42);
        List<String> expected = new ArrayList<>();
        List<Long> seconds = List.of(1L, 5L, 30L, 60L, 120L, 600L);
        for (int i = 0; i < 5_000; i++) {
            long limit = seconds.get(random.nextInt(seconds.size()));
            String name = "at " + (passed + Duration.ofSeconds(limit).toNanos());
            Deadline one = exchange(name, Duration.ofSeconds(limit));
            if (random.nextBoolean()) {
                one.end();
            } else {
                expected.add(name);
            }
            pass(Duration.ofMillis(random.nextInt(2000)));
            assertThat(alarms).hasSizeLessThanOrEqualTo(2 * seconds.size());
        }
        pass(Duration.ofHours(1));
        assertThat(ended).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(endedLate).isZero();
    }

    @Test
    void oneThatCannotBeEndedHoldsNoneOfTheOthersUp() {
        for (int i = 0; i < 10; i++) {
            exchange("good", Duration.ofSeconds(10));
            new Deadline(deadlines, () -> {
                throw new IllegalStateException("The connection is in no state to be closed");
            }, Duration.ofSeconds(10), Duration.ofHours(1)).start();
        }
        pass(Duration.ofSeconds(10));
        assertThat(ended).hasSize(10);
        exchange("later", Duration.ofSeconds(10));
        pass(Duration.ofSeconds(10));
        assertThat(ended).hasSize(11).endsWith("later");
    }

    private Deadline exchange(String name, Duration limit) {
        long due = passed + limit.toNanos();
        return new Deadline(deadlines, () -> {
            endedLate += name.startsWith("at ") && passed != due ? 1 : 0;
            return ended.add(name);
        }, limit, Duration.ofHours(1)).start();
    }

    /** Lets time pass, and rings whatever is due in it at its moment. */
    private void pass(Duration time) {
        long until = passed + time.toNanos();
        while (!alarms.isEmpty() && alarms.peek().at() <= until) {
            Alarm next = alarms.remove();
            now += next.at() - passed;
            passed = next.at();
            next.task().run();
        }
        now += until - passed;
        passed = until;
    }
}
