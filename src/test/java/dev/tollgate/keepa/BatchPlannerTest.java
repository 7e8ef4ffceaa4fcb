package dev.tollgate.keepa;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Plan;
import dev.tollgate.queue.CostEstimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BatchPlannerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final CostEstimator estimator = new CostEstimator();
    private final BatchPlanner planner = new BatchPlanner(estimator);

    @ParameterizedTest
    @CsvSource({
        // rate, ASINs, offers -> batch
        "5, 1000, 0, 100", "5, 7, 0, 7", "1, 1000, 0, 30", "5, 1000, 20, 19", "20, 1000, 20, 20", "1, 1000, 20, 3",
        "1, 1000, 100, 1", "4000, 1000, 100, 20"})
    void aBatchFitsKeepaAndHalfABucket(int rate, int asins, int offers, int batch) {
        BackfillOrder order = order(asins, offers);

        assertThat(planner.next(order, order.asins(), Plan.ofRate(rate, 0, Plan.MINUTE))).hasSize(batch)
                .isEqualTo(order.asins().subList(0, batch));
    }

    @Test
    void batchesShrinkWhenProductsTurnOutDearer() {
        BackfillOrder order = order(1000, 20);
        for (int i = 0; i < 20; i++) {
            estimator.learn(PriceList.quote(KeepaCall.of("/product", order.query(order.asins().subList(0, 10)), null)), 120);
        }

        assertThat(planner.next(order, order.asins(), Plan.ofRate(5, 0, Plan.MINUTE))).hasSize(12);
    }

    @ParameterizedTest
    @CsvSource({"300, 0, 8400", "0, 0, 12000", "-50, 0, 12600", "300, 2500, 16800", "1000, 0, 0"})
    void theEtaCountsTheTrueRefill(long balance, long flowReduction, long seconds) {
        BucketState bucket = BucketState.unheard(Plan.ofRate(5, flowReduction, Plan.MINUTE), balance, NOW);

        assertThat(planner.etaSeconds(order(1000, 0), order(100, 0).asins(), 1000, bucket)).isEqualTo(seconds);
    }

    @Test
    void withoutRefillTheEtaIsNever() {
        BucketState bucket = BucketState.unheard(Plan.ofRate(5, 5000, Plan.MINUTE), 0, NOW);

        assertThat(planner.etaSeconds(order(1, 0), List.of("B000000001"), 1, bucket)).isEqualTo(Decision.NEVER / 1000);
        assertThat(planner.etaSeconds(order(1, 0), List.of(), 0, bucket)).isZero();
    }

    @Test
    void anOrderHoldsEachAsinOnce() {
        BackfillOrder order = new BackfillOrder(List.of("b000000001", " B000000002", "B000000001", ""), 1, Map.of("offers", "20", "stats", "90"));

        assertThat(order.asins()).containsExactly("B000000001", "B000000002");
        assertThat(order.query(order.asins())).isEqualTo("domain=1&offers=20&stats=90&asin=B000000001,B000000002");
    }

    @Test
    void anOrderThatCannotBeIsNamed() {
        assertThatThrownBy(() -> new BackfillOrder(List.of(" "), 1, Map.of())).hasMessageContaining("at least one ASIN");
        assertThatThrownBy(() -> new BackfillOrder(List.of("B&x=1"), 1, Map.of())).hasMessageContaining("Not an ASIN");
        assertThatThrownBy(() -> new BackfillOrder(List.of("B000000001"), 99, Map.of())).hasMessageContaining("domain");
        assertThatThrownBy(() -> new BackfillOrder(List.of("B000000001"), 1, Map.of("key", "x"))).hasMessageContaining("key");
    }

    private static BackfillOrder order(int asins, int offers) {
        return new BackfillOrder(IntStream.range(0, asins).mapToObj("B%09d"::formatted).toList(), 1,
                offers == 0 ? Map.of() : Map.of("offers", Integer.toString(offers)));
    }
}
