package dev.tollgate.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.KeyedQuota;
import dev.tollgate.quota.OnCorruptState;
import dev.tollgate.quota.QuotaDecision;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.secret.MasterKeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Calls of a day that several nodes count in one row of a real database. */
class QuotaRowTest {

    private static final ZoneId ZONE = ZoneId.of("Pacific/Kiritimati");

    /** A node's way to the database, which can be cut. */
    private static final class Way extends DelegatingDataSource {

        private final AtomicBoolean cut = new AtomicBoolean();

        Way(DataSource database) {
            super(database);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (cut.get()) {
                throw new SQLException("no way there", "08001");
            }
            return super.getConnection();
        }
    }

    @TempDir
    Path folder;

    private final DataSource database = engine().migrated();
    private final List<AutoCloseable> open = new ArrayList<>();

    Engine engine() {
        return Engine.POSTGRESQL;
    }

    @AfterEach
    void close() throws Exception {
        for (int n = open.size() - 1; n >= 0; n--) {
            open.get(n).close();
        }
    }

    @Test
    void ofManyCallersAtThreeNodesExactlyTheLimitIsGranted() throws Exception {
        List<DailyQuota> quotas = List.of(quota("a", 100, WhenAway.CLOSED), quota("b", 100, WhenAway.CLOSED), quota("c", 100, WhenAway.CLOSED));

        assertThat(granted(quotas, 300)).isEqualTo(100);
        assertThat(row()).isEqualTo(100);
        for (DailyQuota quota : quotas) {
            assertThat(quota.take()).isInstanceOfSatisfying(QuotaDecision.Denied.class, denied -> {
                assertThat(denied.callsToday()).isEqualTo(100);
                assertThat(denied.reason()).isEqualTo("the daily limit of 100 calls is reached");
            });
        }
    }

    @Test
    void aCallThatIsGivenBackAtOneNodeIsFreeAtAnother() throws Exception {
        DailyQuota a = quota("a", 1, WhenAway.CLOSED);
        DailyQuota b = quota("b", 1, WhenAway.CLOSED);
        QuotaDecision.Granted taken = (QuotaDecision.Granted) a.take();
        assertThat(b.take().isGranted()).isFalse();
        a.giveBack(taken.permit());
        a.giveBack(taken.permit());
        assertThat(b.take().isGranted()).isTrue();
        assertThat(a.take().isGranted()).isFalse();
    }

    @Test
    void whatNodesHaveCountedAloneIsAddedOnceAndTheFileIsACopyFromThenOn() throws Exception {
        String today = LocalDate.now(ZONE).toString();
        for (String node : List.of("a", "b")) {
            Files.createDirectories(folder.resolve(node));
            Files.writeString(folder.resolve(node).resolve("day.json"), "{\"last_reset_date\":\"%s\",\"calls_today\":%d}"
                    .formatted(today, node.equals("a") ? 30 : 50));
        }
        quota("a", 100, WhenAway.CLOSED);
        DailyQuota b = quota("b", 100, WhenAway.CLOSED);
        assertThat(row()).isEqualTo(80);
        assertThat(b.take()).isInstanceOfSatisfying(QuotaDecision.Granted.class, granted -> assertThat(granted.callsToday()).isEqualTo(81));
        close();
        open.clear();
        assertThat(Files.readString(folder.resolve("b/day.json"))).contains("\"calls_today\":81").contains("\"shared\":true");

        DailyQuota again = quota("b", 100, WhenAway.CLOSED);
        assertThat(again.take()).isInstanceOfSatisfying(QuotaDecision.Granted.class, granted -> assertThat(granted.callsToday()).isEqualTo(82));
    }

    @Test
    void aNodeWithoutTheDatabaseGrantsNothingOrWhatWasCountedForItBefore() throws Exception {
        Way toA = new Way(database);
        Way toB = new Way(database);
        DailyQuota closed = quota("a", 100, WhenAway.CLOSED, toA);
        DailyQuota share = quota("b", 100, WhenAway.SHARE, toB);
        assertThat(closed.take().isGranted()).isTrue();
        assertThat(share.take().isGranted()).isTrue();
        toA.cut.set(true);
        toB.cut.set(true);

        assertThat(granted(List.of(closed), 10)).isZero();
        assertThat(closed.take()).isInstanceOfSatisfying(QuotaDecision.Denied.class, denied -> {
            assertThat(denied.reason()).startsWith("the call could not be counted with the other nodes");
            assertThat(Duration.between(Instant.now(), denied.resetsAt())).isLessThan(Duration.ofMinutes(1));
        });
        int alone = granted(List.of(share), 100);
        assertThat(alone).isBetween(1, 100 / 20);
        assertThat(row()).as("all of it was counted before").isEqualTo(2 + alone);

        toA.cut.set(false);
        DailyQuota other = quota("c", 100, WhenAway.CLOSED);
        assertThat(2 + alone + granted(List.of(other), 200)).isEqualTo(100);
    }

    @Test
    void eachKeyHasOneCountOverAllNodes() throws Exception {
        List<KeyedQuota> quotas = List.of(keyed("a", 10, 100), keyed("b", 10, 100), keyed("c", 10, 100));
        ExecutorService callers = Executors.newFixedThreadPool(32);
        Map<String, Integer> granted = new ConcurrentHashMap<>();
        for (int n = 0; n < 360; n++) {
            KeyedQuota quota = quotas.get(n % 3);
            String key = "shop " + n % 5;
            callers.submit(() -> granted.merge(key, quota.take(key).isGranted() ? 1 : 0, Integer::sum));
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();

        assertThat(granted).hasSize(5).allSatisfy((key, calls) -> assertThat(calls).as(key).isEqualTo(10));
        assertThat(JdbcClient.create(database).sql("SELECT Calls FROM SharedQuotas WHERE Name LIKE 'kit.shops/_%'").query(Integer.class).list())
                .containsExactly(10, 10, 10, 10, 10);
        assertThat(quotas.get(2).denial("shop 0")).get().extracting(QuotaDecision.Denied::reason).isEqualTo("the daily limit of 10 calls is reached");
        assertThat(quotas.get(2).denial("a shop that nobody knows")).isEmpty();
        await().untilAsserted(() -> assertThat(quotas).allSatisfy(quota -> {
            assertThat(quota.keys()).isEqualTo(5);
            assertThat(quota.view().callsToday()).isEqualTo(50);
        }));
    }

    @Test
    void aCallOfAKeyThatIsGivenBackAtOneNodeIsFreeAtAnother() throws Exception {
        KeyedQuota a = keyed("a", 1, 100);
        KeyedQuota b = keyed("b", 1, 100);
        QuotaDecision.Granted taken = (QuotaDecision.Granted) a.take("shop");
        assertThat(b.take("shop").isGranted()).isFalse();
        assertThat(b.take("other").isGranted()).isTrue();
        a.giveBack("shop", taken.permit());
        a.giveBack("shop", taken.permit());
        assertThat(b.take("shop").isGranted()).isTrue();
        assertThat(a.take("shop").isGranted()).isFalse();
    }

    @Test
    void allNodesTogetherCountNoMoreKeysThanThereIsRoomForAndForgetThoseOfEarlierDays() throws Exception {
        LocalDate today = LocalDate.now(ZONE);
        for (int n = 0; n < 3; n++) {
            JdbcClient.create(database).sql("INSERT INTO SharedQuotas (Name, DayBegin, Calls) VALUES (?, ?, 5)")
                    .params("kit.shops/" + n, today.minusDays(2).toString()).update();
        }
        KeyedQuota a = keyed("a", 10, 3);
        KeyedQuota b = keyed("b", 10, 3);
        assertThat(List.of(a.take("1"), b.take("2"), a.take("3"), b.take("1"))).allMatch(QuotaDecision::isGranted);
        assertThat(b.take("4")).isInstanceOfSatisfying(QuotaDecision.Denied.class, denied -> assertThat(denied.reason())
                .contains("callers are counted already"));
        assertThat(a.take("2").isGranted()).as("who is known goes on").isTrue();
        assertThat(JdbcClient.create(database).sql("SELECT DayBegin FROM SharedQuotas WHERE Name LIKE 'kit.shops/%'").query(String.class).list())
                .hasSize(4).containsOnly(today.toString());
    }

    @Test
    void whatNodesHaveCountedAloneForAKeyIsAddedOnce() throws Exception {
        for (String node : List.of("a", "b")) {
            try (KeyedQuota alone = KeyedQuota.open(settings(node, 100), Clock.systemUTC())) {
                for (int n = 0; n < (node.equals("a") ? 3 : 5); n++) {
                    alone.take("shop");
                }
            }
        }
        keyed("a", 100, 100);
        KeyedQuota b = keyed("b", 100, 100);
        assertThat(b.take("shop")).isInstanceOfSatisfying(QuotaDecision.Granted.class, granted -> assertThat(granted.callsToday()).isEqualTo(9));
        close();
        open.clear();

        KeyedQuota again = keyed("b", 100, 100);
        assertThat(again.take("shop")).isInstanceOfSatisfying(QuotaDecision.Granted.class, granted -> assertThat(granted.callsToday()).isEqualTo(10));
        again.close();
        try (KeyedQuota alone = KeyedQuota.open(settings("b", 100), Clock.systemUTC())) {
            assertThat(alone.take("shop")).as("a node that shares no more goes on with what all had counted")
                    .isInstanceOfSatisfying(QuotaDecision.Granted.class, granted -> assertThat(granted.callsToday()).isEqualTo(11));
        }
    }

    private QuotaSettings settings(String node, int limit) {
        return new QuotaSettings(folder.resolve(node).resolve("shops.keys.log"), limit, ZONE, OnCorruptState.SPENT);
    }

    private KeyedQuota keyed(String node, int limit, int mostKeys) throws IOException {
        KeyedQuota quota = KeyedQuota.open(settings(node, limit), node(node, WhenAway.CLOSED, database).count("kit.shops", mostKeys));
        open.add(quota);
        return quota;
    }

    private DailyQuota quota(String node, int limit, WhenAway posture) throws IOException {
        return quota(node, limit, posture, database);
    }

    private DailyQuota quota(String node, int limit, WhenAway posture, DataSource way) throws IOException {
        DailyQuota quota = DailyQuota.open(new QuotaSettings(folder.resolve(node).resolve("day.json"), limit, ZONE, OnCorruptState.SPENT),
                node(node, posture, way).count("xai"));
        open.add(quota);
        return quota;
    }

    private Cluster node(String node, WhenAway posture, DataSource way) throws IOException {
        Path data = Files.createDirectories(folder.resolve(node));
        Cluster cluster = Cluster.join(new ClusterProperties(true, node, Duration.ofSeconds(60),
                new ClusterProperties.Postures(posture, WhenAway.SHARE, WhenAway.SHARE)),
                new ClusterDatabase(way, new Tables("", ""), DatabaseDriver.valueOf(engine().name()), Duration.ofSeconds(5)),
                MasterKeys.open("5a".repeat(32), data), data, "test");
        open.add(cluster);
        return cluster;
    }

    private static int granted(List<DailyQuota> quotas, int times) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(32);
        try {
            List<Future<Boolean>> words = new ArrayList<>();
            for (int n = 0; n < times; n++) {
                DailyQuota quota = quotas.get(n % quotas.size());
                words.add(callers.submit(() -> quota.take().isGranted()));
            }
            int granted = 0;
            for (Future<Boolean> word : words) {
                granted += word.get() ? 1 : 0;
            }
            return granted;
        } finally {
            callers.shutdown();
        }
    }

    private int row() {
        return JdbcClient.create(database).sql("SELECT SUM(Calls) FROM SharedQuotas WHERE Name = 'xai'").query(Integer.class).single();
    }
}
