package dev.tollgate.keepa;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.tollgate.budget.Plan;
import dev.tollgate.keepa.BackfillBatches.Batch;
import dev.tollgate.keepa.BackfillBatches.Verdict;
import dev.tollgate.queue.CostEstimator;

import static org.assertj.core.api.Assertions.assertThat;

class BackfillBatchesTest {

    private static final Plan PLAN = Plan.ofRate(6000, 0, 100);

    private final Random random = new Random(15);

    /** Whatever is bad and however many: everything good is delivered, everything bad ends alone, in few calls. */
    @Test
    void refusedBatchesAreHalvedUntilTheBadOnesAreAlone() {
        for (int n = 0; n < 200; n++) {
            List<String> asins = asins(1 + random.nextInt(500));
            Set<String> bad = some(asins, random.nextInt(Math.min(30, asins.size()) + 1));
            Set<String> pending = new LinkedHashSet<>(asins);
            BackfillBatches batches = batches(asins, random.nextBoolean());
            Set<String> alone = new TreeSet<>();
            int calls = 0;
            for (Batch batch = batches.next(pending, PLAN); batch != null; batch = batches.next(pending, PLAN)) {
                calls++;
                assertThat(pending).containsAll(batch.asins());
                if (Collections.disjoint(batch.asins(), bad)) {
                    pending.removeAll(batch.asins());
                } else if (batch.isAlone()) {
                    alone.addAll(batch.asins());
                    pending.removeAll(batch.asins());
                } else {
                    batches.refused(batch.asins());
                }
            }
            assertThat(pending).isEmpty();
            assertThat(alone).isEqualTo(bad);
            assertThat(calls).isLessThanOrEqualTo(asins.size() / 20 + 1 + 14 * bad.size());
        }
    }

    @Test
    void whatKeepaFailsAtWhileItServesOthersIsFoundAndGivenUp() {
        for (int n = 0; n < 100; n++) {
            List<String> asins = asins(50 + random.nextInt(400));
            Set<String> bad = some(asins, 1 + random.nextInt(8));
            Set<String> pending = new LinkedHashSet<>(asins);
            BackfillBatches batches = batches(asins, false);
            Set<String> givenUp = new TreeSet<>();
            long heard = 1000;
            int waits = 0;
            for (Batch batch = batches.next(pending, PLAN); batch != null; batch = batches.next(pending, PLAN)) {
                if (Collections.disjoint(batch.asins(), bad)) {
                    pending.removeAll(batch.asins());
                    heard++;
                    continue;
                }
                Verdict verdict = batches.failed(batch, heard);
                if (verdict == Verdict.GIVE_UP) {
                    givenUp.addAll(batch.asins());
                    pending.removeAll(batch.asins());
                } else if (verdict == Verdict.WAIT) {
                    heard++; // /token is asked meanwhile
                    waits++;
                }
            }
            assertThat(pending).isEmpty();
            assertThat(givenUp).isEqualTo(bad);
            assertThat(waits).isLessThan(200);
        }
    }

    @Test
    void whileKeepaIsNotHeardNothingIsGivenUpAndTheJobWaits() {
        List<String> asins = asins(300);
        BackfillBatches batches = batches(asins, false);
        for (int calls = 0; calls < 90; calls++) {
            assertThat(batches.failed(batches.next(asins, PLAN), 1000)).isEqualTo(calls == 0 ? Verdict.GO_ON : Verdict.WAIT);
        }

        Set<String> pending = new LinkedHashSet<>(asins);
        List<String> delivered = new ArrayList<>();
        for (Batch batch = batches.next(pending, PLAN); batch != null; batch = batches.next(pending, PLAN)) {
            delivered.addAll(batch.asins());
            pending.removeAll(batch.asins());
        }
        assertThat(delivered).containsExactlyInAnyOrderElementsOf(asins);
    }

    private static BackfillBatches batches(List<String> asins, boolean offers) {
        return new BackfillBatches(new BackfillOrder(asins, 1, offers ? Map.of("offers", "20") : Map.of()), new BatchPlanner(new CostEstimator()));
    }

    private static List<String> asins(int count) {
        return IntStream.range(0, count).mapToObj("B%09d"::formatted).toList();
    }

    private Set<String> some(List<String> asins, int count) {
        Set<String> some = new TreeSet<>();
        while (some.size() < count) {
            some.add(asins.get(random.nextInt(asins.size())));
        }
        return some;
    }
}
