package dev.tollgate.keepa;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.tollgate.VirtualTime;
import dev.tollgate.budget.Plan;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.Quote;
import dev.tollgate.sandbox.KeepaSimulator;

import static org.assertj.core.api.Assertions.assertThat;

class CostEstimatorTest {

    private final CostEstimator estimator = new CostEstimator();

    @Test
    void theFirstEstimateIsTheListPrice() {
        assertThat(expected("asin=B1,B2&offers=20")).isEqualTo(16);
    }

    @Test
    void aPriceThatNeverVariesIsKnownExactly() {
        learn("asin=B1,B2,B3", 3, 50);

        assertThat(expected("asin=B1,B2,B3,B4")).isEqualTo(4);
    }

    @Test
    void whatAlwaysCostsMoreIsExpectedToCostMore() {
        learn("asin=B1,B2", 4, 40);

        assertThat(expected("asin=B1,B2,B3")).isEqualTo(6);
    }

    @Test
    void whatIsAlwaysCheaperIsExpectedToBeCheaperButNeverFree() {
        learn("seller=A", "seller", 0, 100);

        assertThat(estimator.price(quote("seller", "seller=A")).expected()).isEqualTo(1);
    }

    @Test
    void theBoundStaysTwiceTheListPriceHoweverCheapItWas() {
        learn("asin=B1&offers=20", 1, 100);

        assertThat(estimator.price(quote("product", "asin=B1&offers=20")).bound()).isEqualTo(16);
    }

    @Test
    void aCodeThatOnceCostAFortuneIsForgivenInTime() {
        learn("code=1", 1500, 1);
        long shocked = expected("code=1");
        learn("code=1", 1, 100);

        assertThat(shocked).isGreaterThan(700);
        assertThat(expected("code=1")).isLessThanOrEqualTo(2);
        assertThat(estimator.price(quote("product", "code=1")).bound()).isLessThan(150);
    }

    @Test
    void shapesLearnApartFromEachOther() {
        learn("asin=B1&offers=20", 12, 50);

        assertThat(expected("asin=B1&offers=20")).isEqualTo(12);
        assertThat(expected("asin=B1&offers=40")).isEqualTo(12);
        assertThat(expected("asin=B1&offers=20&stock=1")).isEqualTo(9);
    }

    @Test
    void theEstimatesOfOffersEndUpSlightlySafe() {
        KeepaSimulator keepa = new KeepaSimulator(Plan.ofRate(4000, 0, Plan.MINUTE), 240_000, new VirtualTime());
        long estimated = 0;
        long paid = 0;
        int covered = 0;
        for (int batch = 0; batch < 300; batch++) {
            String query = "offers=20&stock=1&asin=" + asins(batch, 20);
            long expected = expected(query);
            long before = keepa.charged();
            keepa.reply("GET", "/product", query, null);
            long cost = keepa.charged() - before;
            learn(query, (int) cost, 1);
            if (batch >= 100) {
                estimated += expected;
                covered += expected >= cost ? 1 : 0;
                paid += cost;
            }
        }
        assertThat(covered).isGreaterThan(130);
        assertThat(estimated * 100 / paid).isBetween(101L, 125L);
    }

    @Test
    void rememberedShapesAreBounded() {
        for (int perPage = 50; perPage <= 10_000; perPage += 10) {
            Quote quote = quote("query", "stats=" + (perPage % 3) + "&selection=%7B%22perPage%22%3A" + perPage + "%7D");
            estimator.learn(new Quote(quote.shape() + perPage, 1, 1000, 1), 1);
        }

        assertThat(estimator.shapes()).isEqualTo(CostEstimator.MOST_SHAPES);
    }

    @Test
    void aReplyThatDoesNotTellTeachesNothing() {
        learn("asin=B1", -1, 10);

        assertThat(estimator.shapes()).isZero();
    }

    private void learn(String query, int tokens, int times) {
        learn(query, "product", tokens, times);
    }

    private void learn(String query, String path, int tokens, int times) {
        for (int i = 0; i < times; i++) {
            estimator.learn(quote(path, query), tokens);
        }
    }

    private long expected(String query) {
        return estimator.price(quote("product", query)).expected();
    }

    private static Quote quote(String path, String query) {
        return PriceList.quote(KeepaCall.of(path, query, null));
    }

    private static String asins(int batch, int count) {
        return IntStream.range(0, count).mapToObj(i -> "B" + batch + "X" + i).collect(Collectors.joining(","));
    }
}
