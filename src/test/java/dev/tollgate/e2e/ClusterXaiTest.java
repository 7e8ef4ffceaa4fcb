package dev.tollgate.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
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
 * One day's calls to xAI, counted by three gateways together while they are killed, paused and cut off. The long scenarios run on
 * demand.
 */
@Timeout(400)
class ClusterXaiTest {

    private static final int LIMIT = 200;

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
    void threeNodesMakeNoMoreCallsThanOneWhileOneOfThemIsKilled() throws Exception {
        start(60, Noon.zone(), List.of(-3_000L, 0L, 3_000L), 0);
        CountDownLatch asked = askers.ask(0, 90, n -> n);
        await().until(() -> xai.hits() > 20);
        nodes.kill(0);
        Askers.await(asked);
        nodes.start(0);
        Askers.await(askers.ask(90, 90, n -> n));

        assertThat(askers.told()).extracting(Told::status).containsOnly(200);
        assertThat(rowOfToday()).isEqualTo(60);
        assertThat(xai.hits()).isLessThanOrEqualTo(60).isGreaterThanOrEqualTo(60 - askers.cutAt(0));
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            int node = n;
            await().untilAsserted(() -> assertThat(nodes.status(node).path("xai").path("callsToday").asInt()).isEqualTo(60));
        }
    }

    @LongScenario
    void aKillAndAPauseOfFortySecondsExceedNothing(int seed) throws Exception {
        start(LIMIT, Noon.zone(), List.of(0L, 0L, 0L), seed);
        CountDownLatch asked = askers.ask(0, 150, n -> n);
        await().until(() -> xai.hits() > 30);
        nodes.pause(2);
        await().until(() -> xai.hits() > LIMIT / 2 - 20);
        nodes.kill(0);
        CompletableFuture<Void> back = CompletableFuture.runAsync(() -> nodes.start(0));
        ThreeNodes.pass(Duration.ofSeconds(40));
        nodes.goOn(2);
        back.join();
        Askers.await(asked);
        Askers.await(askers.ask(150, 150, n -> n));
        report("kill, pause 40 s", seed, xai.hits() - LIMIT);
        assertThat(askers.told()).extracting(Told::status).containsOnly(200);
        assertThat(xai.hits()).isLessThanOrEqualTo(LIMIT).isGreaterThanOrEqualTo(LIMIT - askers.cutAt(0) - stale());
    }

    @LongScenario
    void aDatabaseThatIsKilledAndHungLetsNothingPassThatIsNotCounted(int seed) throws Exception {
        start(LIMIT, Noon.zone(), List.of(0L, 0L, 0L), seed);
        Askers.await(askers.ask(0, 60, n -> n));
        CountDownLatch asked = askers.ask(60, 60, n -> n);
        postgres.kill();
        Askers.await(asked);
        Askers.await(askers.ask(120, 60, n -> n));
        int away = xai.hits();
        postgres.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> all(false));
        Askers.await(askers.ask(180, 60, n -> n));
        assertThat(xai.hits()).as("it goes on by itself").isGreaterThan(away);
        postgres.hang();
        asked = askers.ask(240, 60, n -> n);
        ThreeNodes.pass(Duration.ofSeconds(20));
        postgres.goOn();
        Askers.await(asked);
        await().atMost(Duration.ofSeconds(20)).until(() -> all(false));
        Askers.await(askers.ask(300, 240, n -> n));
        report("database killed, hung 20 s", seed, xai.hits() - LIMIT);
        assertThat(askers.told()).extracting(Told::status).containsOnly(200);
        assertThat(rowOfToday()).isEqualTo(LIMIT);
        assertThat(xai.hits()).isLessThanOrEqualTo(LIMIT);
    }

    @LongScenario
    void eachDayHasItsOwnCallsWithWrongClocksAndAPauseOverMidnight(int seed) throws Exception {
        Instant midnight = Instant.now().plusSeconds(80);
        ZoneOffset zone = zoneWhoseDayEndsAt(midnight);
        int limit = 150;
        start(limit, zone.getId(), List.of(-3_000L, 0L, 3_000L), seed);
        assertThat(Instant.now()).as("the nodes are there in time").isBefore(midnight.minusSeconds(25));
        Askers.await(askers.ask(0, 60, n -> n));
        await().atMost(Duration.ofMinutes(2)).until(() -> Instant.now().isAfter(midnight.minusSeconds(20)));
        CountDownLatch held = askers.askAt(2, 1_000, 20);
        await().until(() -> xai.hits() > 62);
        nodes.pause(2);
        await().atMost(Duration.ofMinutes(2)).until(() -> Instant.now().isAfter(midnight.minusSeconds(2)));
        for (int n = 2_000; Instant.now().isBefore(midnight.plusSeconds(20)); n += 2) {
            Askers.await(askers.askAt(0, n, 1));
            Askers.await(askers.askAt(1, n + 1, 1));
        }
        nodes.goOn(2);
        Askers.await(held);
        Askers.await(askers.ask(100_000, 2 * limit, n -> n));
        Map<LocalDate, Long> days = xai.calls().stream().collect(Collectors.groupingBy(call ->
                LocalDate.ofInstant(call.at(), zone), TreeMap::new, Collectors.counting()));
        report("midnight, clocks -3/0/+3 s, calls a day " + days.values(), seed, days.values().stream().mapToLong(calls -> Math.max(0, calls - limit)).sum());
        assertThat(days).hasSize(2).allSatisfy((day, calls) -> assertThat(calls).isLessThanOrEqualTo(limit));
        assertThat(days.values().stream().mapToLong(Long::longValue).sum()).isGreaterThan(limit + 62);
    }

    private static ZoneOffset zoneWhoseDayEndsAt(Instant moment) {
        int second = (int) Math.floorMod(moment.getEpochSecond(), 86_400L);
        return ZoneOffset.ofTotalSeconds(second < 43_200 ? -second : 86_400 - second);
    }

    private void start(int limit, String zone, List<Long> skews, int seed) {
        xai = new CountingXai(Duration.ofMillis(150), seed);
        nodes = ThreeNodes.ofXai(folder, postgres, skews, xai, Map.of("tollgate.xai.daily-limit", String.valueOf(limit), "tollgate.xai.zone", zone));
        askers = new Askers(nodes, 96);
    }

    private boolean all(boolean away) {
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            if (nodes.status(n).path("cluster").path("databaseAway").asBoolean() != away) {
                return false;
            }
        }
        return true;
    }

    private int rowOfToday() {
        return postgres.sql().sql("SELECT MAX(Calls) FROM SharedQuotas WHERE Name = 'xai'").query(Integer.class).single();
    }

    /** Calls that were counted, held back by the pause and so counted anew: at most one for each caller of that node. */
    private int stale() {
        return 96 / ThreeNodes.NODES;
    }

    private void report(String scenario, int seed, long exceeded) {
        ScenarioTable.row("xAI: " + scenario, seed, Math.max(0, exceeded), askers.told().stream().filter(told -> told.status() != 200).count(),
                Math.max(0, xai.twice() - askers.cut()), askers.longestWait(), "calls %d, counted %d, answers %d, cut off %d".formatted(xai.hits(),
                        rowOfToday(), askers.told().size(), askers.cut()));
    }
}
