package dev.tollgate.spapi.restrictions;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HandOutTest {

    private final HandOut handOut = new HandOut();

    @Test
    void everyItemGoesToOneAtATimeAndWhatFailedComesLast() {
        List<String> items = List.of("a", "b", "c");

        assertThat(handOut.next(() -> items)).contains("a");
        handOut.failed("a");
        handOut.back("a");

        assertThat(handOut.next(() -> items)).contains("b");
        assertThat(handOut.next(() -> items)).contains("c");
        assertThat(handOut.next(() -> items)).contains("a");
        assertThat(handOut.next(() -> items)).isEmpty();
        assertThat(handOut.failed("a")).isEqualTo(2);
    }

    @Test
    void ofManyWhoFinishItemsNoneGetsOneThatIsFinished() throws InterruptedException {
        List<String> items = IntStream.range(0, 500).mapToObj(n -> "%03d".formatted(n)).toList();
        Set<String> finished = new ConcurrentSkipListSet<>();
        AtomicInteger twice = new AtomicInteger();
        ExecutorService lanes = Executors.newFixedThreadPool(16);
        for (int lane = 0; lane < 16; lane++) {
            lanes.execute(() -> {
                for (var next = next(items, finished); next != null; next = next(items, finished)) {
                    twice.addAndGet(finished.add(next) ? 0 : 1);
                    handOut.back(next);
                }
            });
        }
        lanes.shutdown();

        assertThat(lanes.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(finished).hasSize(500);
        assertThat(twice).hasValue(0);
    }

    private String next(List<String> items, Set<String> finished) {
        return handOut.next(() -> items.stream().filter(item -> !finished.contains(item)).toList()).orElse(null);
    }
}
