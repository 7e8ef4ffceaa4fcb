package dev.tollgate.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases;
import dev.tollgate.secret.MasterKeys;
import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Who takes part: nobody who could not read what the others write, by name, master key or the shape of the tables; and each is told why. */
@Timeout(60)
class JoinTest {

    private static final int NEXT = ClusterNodes.SHAPE + 1;
    private static final Plan PLAN = Plan.ofRate(20, 0, 60_000);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(4);

    private static final String OF_THE_LAST_RELEASE = "{\"bucket\":{\"at\":1000,\"balance\":123000,\"plan\":{\"refillRate\":20,\"flowReduction\":0,"
            + "\"capacity\":1200000,\"tick\":60000,\"period\":60000},\"nextTick\":61000,\"readingAt\":0,\"heardAt\":0,\"holdUntil\":0,\"consumed\":7,"
            + "\"inFlight\":[]},\"heads\":[],\"putBy\":0}";

    @TempDir
    private Path folder;

    private final DataSource database = TestDatabases.postgresql();
    private final JdbcClient sql = JdbcClient.create(database);
    private MasterKeys keys;
    private Cluster node;

    @BeforeEach
    void start() throws IOException {
        keys = MasterKeys.open("5a".repeat(32), folder);
        node = join("a");
    }

    @AfterEach
    void end() throws IOException {
        node.close();
    }

    @Test
    void aNameThatLivesWithAnotherDataDirIsRefused() {
        assertThatThrownBy(() -> join("a", "elsewhere", keys)).isInstanceOf(SettingException.class).hasMessageContaining("A node of the name \"a\" lives already")
                .hasMessageContaining("tollgate.cluster.node-id");
    }

    @Test
    void anotherMasterKeyIsRefused() throws IOException {
        MasterKeys other = MasterKeys.open("6b".repeat(32), folder);
        assertThatThrownBy(() -> join("b", "b", other)).isInstanceOf(SettingException.class).hasMessageContaining("encrypt with another master key")
                .hasMessageContaining("TOLLGATE_MASTER_KEY").hasMessageNotContaining("6b6b");
    }

    @Test
    void aReleaseOfAnEarlierShapeIsRefused() {
        sql.sql("UPDATE ClusterSettings SET Value = ? WHERE Name = 'shape'").param(String.valueOf(NEXT)).update();
        assertThatThrownBy(() -> join("b")).isInstanceOf(SettingException.class).hasMessage("The tables that the nodes share have shape %d, which a"
                + " later release has made; this one knows %d. Start the release that the other nodes run.", NEXT, ClusterNodes.SHAPE);
    }

    @Test
    void aReleaseOfALaterShapeWaitsUntilNobodyIsLeftWhoKnowsTheEarlier() throws IOException {
        assertThatThrownBy(() -> joinNext("b")).isInstanceOf(SettingException.class).hasMessage("The nodes [a] run an earlier release, which knows the"
                + " tables that the nodes share in shape %d; this one would change them to shape %d. Stop all of them, and start this release then;"
                + " or start the release that they run.", ClusterNodes.SHAPE, NEXT);
        assertThat(sql.sql("SELECT Value FROM ClusterSettings WHERE Name = 'shape'").query(String.class).single()).isEqualTo(
                String.valueOf(ClusterNodes.SHAPE));
        node.close();
        assertThat(joinNext("b")).isEqualTo(1);
        assertThatThrownBy(() -> node = join("a")).isInstanceOf(SettingException.class).hasMessageContaining("shape " + NEXT);
    }

    @Test
    void aNodeThatWasSilentWhileAnotherReleaseTookTheTablesBeginsNothingMore() {
        sql.sql("UPDATE ClusterSettings SET Value = ? WHERE Name = 'shape'").param(String.valueOf(NEXT)).update();
        await().until(() -> !node.mayWork());
        assertThat(node.trouble()).hasValue("Another release has changed the tables that the nodes share to shape %d; this one knows %d. Start node a"
                .formatted(NEXT, ClusterNodes.SHAPE) + " with that release.");
        assertThat(node.isReplaced()).isTrue();
    }

    @Test
    void aBucketThatTheLastReleaseHasWrittenIsReadAndOneOfAnotherShapeIsNamed() {
        sql.sql("INSERT INTO SharedBuckets (BucketKey, Version, State, Keyed, ChangedAt) VALUES ('last', 7, ?, 0, 0)").param(OF_THE_LAST_RELEASE).update();
        assertThat(node.bucket("last", false, () -> start(0)).look()).hasValueSatisfying(state -> {
            assertThat(state.bucket().balance()).isEqualTo(123 * Plan.TOKEN);
            assertThat(state.heads()).isEmpty();
        });
        for (String odd : List.of("{\"balance\":5}", "[]", "{\"bucket\":{\"tokens\":\"many\"},\"heads\":[],\"putBy\":0}", "not JSON")) {
            sql.sql("UPDATE SharedBuckets SET State = ? WHERE BucketKey = 'last'").param(odd).update();
            assertThatThrownBy(() -> node.bucket("last", false, () -> start(0)).look()).as(odd).isInstanceOf(SettingException.class)
                    .hasMessageContaining("The row \"last\" of SharedBuckets cannot be read").hasMessageContaining("delete the row");
        }
    }

    private BucketState start(long tokens) {
        return BucketState.unheard(PLAN, tokens, node.clock().instant());
    }

    private Cluster join(String name) throws IOException {
        return join(name, name, keys);
    }

    private Cluster join(String name, String data, MasterKeys keys) throws IOException {
        return Cluster.join(new ClusterProperties(true, name, DEAD_AFTER, new ClusterProperties.Postures(WhenAway.CLOSED, WhenAway.SHARE, WhenAway.SHARE)),
                shared(), keys, Files.createDirectories(folder.resolve(data)), "test");
    }

    /** As a release does that changes the tables. */
    private long joinNext(String name) {
        return new ClusterNodes(shared(), NEXT).join(name, "its data", DEAD_AFTER, "next", keys);
    }

    private ClusterDatabase shared() {
        return new ClusterDatabase(database, new Tables("", ""), DatabaseDriver.POSTGRESQL, Duration.ofSeconds(5));
    }
}
