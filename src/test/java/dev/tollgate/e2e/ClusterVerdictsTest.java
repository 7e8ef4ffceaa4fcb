package dev.tollgate.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.e2e.Askers.Told;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A question is asked once over three gateways, and all give the same verdict, from an upstream that changes its mind with each
 * call. The long scenarios run on demand.
 */
@Timeout(400)
class ClusterVerdictsTest {

    private static final int QUESTIONS = 10;
    private static final int ASKERS = 300;

    @TempDir
    private Path folder;

    private PostgresServer postgres;
    private CountingXai xai;
    private ThreeNodes nodes;
    private Askers askers;

    @BeforeEach
    void database() {
        postgres = new PostgresServer(folder);
    }

    @AfterEach
    void end() {
        askers.close();
        nodes.close();
        xai.close();
        postgres.close();
    }

    @Test
    void threeHundredAskersOfTenQuestionsCostTenCalls() throws Exception {
        start(Duration.ofMillis(500), 0, Map.of());
        Askers.await(askers.ask(0, ASKERS, n -> n / ThreeNodes.NODES % QUESTIONS));

        assertThat(xai.hits()).isEqualTo(QUESTIONS);
        everyQuestionHasOneVerdict();
        assertThat(askers.told()).extracting(Told::source).doesNotContain("fallback");
        assertThat(postgres.sql().sql("SELECT COUNT(*) FROM SharedFlights").query(Integer.class).single()).isZero();

        Set<String> before = askers.told().stream().map(told -> told.question() + " " + told.verdict()).collect(Collectors.toSet());
        postgres.kill();
        Askers.await(askers.ask(0, 30, n -> n / ThreeNodes.NODES));
        assertThat(xai.hits()).as("what is known needs no database").isEqualTo(QUESTIONS);
        assertThat(askers.told().stream().map(told -> told.question() + " " + told.verdict())).isSubsetOf(before);
    }

    @LongScenario
    void aLeaderThatIsPausedForFortySecondsIsWaitedFor(int seed) throws Exception {
        start(Duration.ofSeconds(4), seed, Map.of());
        CountDownLatch asked = askers.ask(0, ASKERS, n -> n / ThreeNodes.NODES % QUESTIONS);
        await().until(() -> xai.hits() >= QUESTIONS);
        int leader = leader();
        nodes.pauseFor(leader, Duration.ofSeconds(40));
        Askers.await(asked);
        report("leader paused 40 s", seed, 0);
        assertThat(xai.hits()).isEqualTo(QUESTIONS);
        everyQuestionHasOneVerdict();
    }

    @LongScenario
    void aLeaderThatIsKilledCostsOneMoreCallForEachOfItsFlights(int seed) throws Exception {
        start(Duration.ofSeconds(4), seed, Map.of("tollgate.cluster.dead-after", "20s"));
        CountDownLatch asked = askers.ask(0, ASKERS, n -> n / ThreeNodes.NODES % QUESTIONS);
        await().until(() -> xai.hits() >= QUESTIONS);
        int leader = leader();
        int flights = postgres.sql().sql("SELECT COUNT(*) FROM SharedFlights WHERE NodeID = ?").param("node" + leader)
                .query(Integer.class).single();
        nodes.kill(leader);
        Askers.await(asked);
        report("leader of " + flights + " questions killed", seed, flights);
        assertThat(xai.hits()).isLessThanOrEqualTo(QUESTIONS + flights);
        everyQuestionHasOneVerdict();
        assertThat(askers.told()).extracting(Told::source).doesNotContain("fallback");
        assertThat(askers.told().stream().map(Told::question).collect(Collectors.toSet())).hasSize(QUESTIONS);
    }

    private void start(Duration takes, int seed, Map<String, String> more) {
        xai = new CountingXai(takes, seed);
        nodes = ThreeNodes.ofXai(folder, postgres, List.of(-2_000L, 0L, 2_000L), xai, more);
        askers = new Askers(nodes, ASKERS);
    }

    /** The node that asks most of the questions now. */
    private int leader() {
        String node = postgres.sql().sql("SELECT NodeID FROM SharedFlights GROUP BY NodeID ORDER BY COUNT(*) DESC")
                .query(String.class).list().get(0);
        return Integer.parseInt(node.substring("node".length()));
    }

    private void everyQuestionHasOneVerdict() {
        assertThat(askers.told()).extracting(Told::status).containsOnly(200);
        Map<Integer, Set<Boolean>> verdicts = askers.told().stream().filter(told -> !told.source().equals("fallback"))
                .collect(Collectors.groupingBy(Told::question, TreeMap::new, Collectors.mapping(Told::verdict, Collectors.toSet())));
        assertThat(verdicts).allSatisfy((question, said) -> assertThat(said).as("question %d", question).hasSize(1));
    }

    private void report(String scenario, int seed, int cutOff) {
        ScenarioTable.row("verdicts: " + scenario, seed, Math.max(0, xai.hits() - QUESTIONS - cutOff), askers.told().stream().filter(told ->
                told.status() != 200 || told.source().equals("fallback")).count(), Math.max(0, xai.twice() - cutOff), askers.longestWait(),
                "calls %d for %d questions, answers %d, cut off %d".formatted(xai.hits(), QUESTIONS, askers.told().size(), askers.cut()));
    }
}
