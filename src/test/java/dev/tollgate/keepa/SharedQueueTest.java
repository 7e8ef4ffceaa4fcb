package dev.tollgate.keepa;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.keepa.SharedHour.Node;
import dev.tollgate.keepa.SharedHour.Served;
import dev.tollgate.sandbox.KeepaTariff;

import static org.assertj.core.api.Assertions.assertThat;

/** Three nodes share one balance: nothing is refused upstream, nothing is wasted, and callers are served as they came. */
class SharedQueueTest {

    /** Twenty tokens a second. */
    private static final Plan PLAN = Plan.ofRate(1200, 0, 1000);
    private static final int PER_SECOND = 20;

    /** The list price, and up to two thirds more. */
    private static KeepaTariff upToTwoThirdsMore() {
        return call -> Math.max(1, PriceList.quote(call).price().expected() * (100 + Math.floorMod(call.params().hashCode() * 31, 67)) / 100);
    }

    private static void jobs(Node node, int calls) {
        for (int i = 0; i < calls; i++) {
            String what = node.node() + i;
            if (i % 3 == 0) {
                node.job("/product", "asin=A" + what + ",B" + what + ",C" + what, ServiceClass.INTERACTIVE);
            } else if (i % 3 == 1) {
                node.job("/search", "term=" + what, ServiceClass.INTERACTIVE);
            } else {
                node.job("/product", "offers=20&asin=D" + what, ServiceClass.INTERACTIVE);
            }
        }
    }

    /** One caller of the first node, whose calls cost so many tokens, and so many callers of each of the others, whose calls cost five. */
    private static SharedHour amongCheapOnes(int calls, int tokens, ServiceClass serviceClass, int callers, long seed) {
        SharedHour hour = new SharedHour(3, PLAN, 5, KeepaTariff.real(), 200, seed);
        for (int i = 0; i < calls; i++) {
            hour.nodes.get(0).job("/product", "asin=" + ("A" + i + ",").repeat(tokens), serviceClass);
        }
        for (int i = 0; i < 300; i++) {
            hour.nodes.get(1).job("/product", "asin=A,B,C,D,E" + i, ServiceClass.INTERACTIVE);
            hour.nodes.get(2).job("/product", "asin=A,B,C,D,F" + i, ServiceClass.INTERACTIVE);
        }
        hour.run(1, callers, callers);
        return hour;
    }

    private static double ratio(SharedHour hour, long start, long begun) {
        double bound = (hour.keepa.charged() - start) / (double) PER_SECOND;
        return bound / ((hour.lastServedAt() - begun) / 1000.0);
    }

    private static void print(String scenario, long seed, SharedHour hour, int calls, double ratio) {
        System.out.printf("keepa, virtual | %s | seed %d | exceeded %d | lost %d | of the bound %.3f | longest wait %d s | %d steps, %d looks%n", scenario,
                seed, hour.keepa.refused(), calls - hour.served.size(), ratio,
                hour.served.stream().mapToLong(Served::waited).max().orElse(0) / 1000, hour.steps, hour.looks);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void threeNodesSpendWhatOneWouldAndAreRefusedNothing(long seed) {
        SharedHour hour = new SharedHour(3, PLAN, 100, upToTwoThirdsMore(), 400, seed);
        hour.nodes.forEach(node -> jobs(node, 300));
        long begun = hour.time.millis();
        hour.run(32, 32, 32);
        print("3 x 32 callers", seed, hour, 900, ratio(hour, 100, begun));
        assertThat(hour.keepa.refused()).isZero();
        assertThat(hour.served).hasSize(900).extracting(Served::status).containsOnly(200);
        assertThat(ratio(hour, 100, begun)).isGreaterThan(0.98);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void aKillAPauseAndAHungEngineCostLittle(long seed) {
        SharedHour hour = new SharedHour(3, PLAN, 100, upToTwoThirdsMore(), 400, seed);
        hour.nodes.forEach(node -> jobs(node, 300));
        long begun = hour.time.millis();
        hour.time.in(20_000, () -> hour.nodes.get(0).kill());
        hour.time.in(40_000, () -> hour.nodes.get(1).pause(Duration.ofSeconds(40)));
        hour.time.in(120_000, () -> hour.hangs(Duration.ofSeconds(10)));
        hour.run(32, 32, 32);
        print("killed, paused 40 s, engine hung 10 s", seed, hour, 600 + (int) hour.served.stream().filter(s -> s.node().equals("node0")).count(),
                ratio(hour, 100, begun));
        assertThat(hour.keepa.refused()).as("one for each node while the engine hung").isLessThanOrEqualTo(2);
        assertThat(hour.served).filteredOn(one -> !one.node().equals("node0")).hasSize(600);
        assertThat(ratio(hour, 100, begun)).isGreaterThan(0.95);
    }

    /** Each keeps to its own part, though replies tell of tokens that the others have not taken yet. */
    @Test
    void whileTheEngineHangsForLongANodeIsRefusedOnceAtMost() {
        for (long seed = 1; seed <= 40; seed++) {
            long costs = seed;
            SharedHour hour = new SharedHour(3, PLAN, 20, call -> Math.max(1, PriceList.quote(call).price().expected()
                    * (100 + Math.floorMod((int) (call.params().hashCode() * 31 + costs), 67)) / 100), 400, seed);
            hour.nodes.forEach(node -> jobs(node, 60));
            hour.time.in(5_000, () -> hour.hangs(Duration.ofSeconds(40)));
            hour.run(32, 32, 32);
            assertThat(hour.served).as("seed %d", seed).hasSize(180);
            assertThat(hour.keepa.refused()).as("seed %d", seed).isLessThanOrEqualTo(3);
        }
    }

    /** First come, first served: it waits for what was in line before it, and for its own tokens. */
    @Test
    void aDearCallAmongCheapOnesOfOtherNodesWaitsForThoseWhoCameBeforeIt() {
        SharedHour hour = amongCheapOnes(10, 150, ServiceClass.INTERACTIVE, 16, 7);
        long fair = 1000L * (150 + 32 * 5) / PER_SECOND;
        List<Long> waits = hour.served.stream().filter(one -> one.node().equals("node0")).map(Served::waited).toList();
        System.out.printf("keepa, virtual | 150 tokens among 32 callers of 5 | exceeded %d | waits %s ms, fair %d ms%n", hour.keepa.refused(), waits, fair);
        assertThat(waits).hasSize(10).allSatisfy(wait -> assertThat(wait).isLessThan(2 * fair));
        assertThat(hour.keepa.refused()).isZero();
    }

    @Test
    void backgroundOfOneNodeGetsATenthWhileOthersAnswerCallers() {
        SharedHour hour = amongCheapOnes(20, 50, ServiceClass.BACKFILL, 8, 9);
        long until = hour.served.stream().filter(one -> one.job().serviceClass() == ServiceClass.INTERACTIVE).mapToLong(Served::ended).max().orElseThrow();
        long background = 50 * hour.served.stream().filter(one -> one.job().serviceClass() == ServiceClass.BACKFILL && one.ended() < until).count();
        assertThat(background).as("of the 3,000 tokens of callers").isBetween(200L, 450L);
        assertThat(hour.keepa.refused()).isZero();
    }

    @Test
    void whoComesFirstIsServedFirstAtWhicheverNode() {
        SharedHour hour = new SharedHour(3, PLAN, 0, call -> 5, 100, 5);
        for (int i = 0; i < 60; i++) {
            hour.nodes.get(i % 3).job("/product", "asin=A,B,C,D,E" + i, ServiceClass.INTERACTIVE);
        }
        hour.run(20, 20, 20);
        List<Served> inOrder = hour.served.stream().sorted(Comparator.comparingLong(Served::started)).toList();
        List<Served> late = inOrder.stream().filter(one -> inOrder.stream().skip(inOrder.indexOf(one) + 1L)
                .anyMatch(other -> other.arrived() < one.arrived())).toList();
        assertThat(late).as("whom somebody has overtaken").isEmpty();
    }
}
