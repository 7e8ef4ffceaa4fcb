package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Three gateways on one database know each other, whatever becomes of one of them. */
@Timeout(400)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterNodesTest {

    private static final Duration DEAD_AFTER = Duration.ofSeconds(4);
    /** Six calls a day for each shop. */
    private static final String SHOPS = """
            - route:
                id: shops
                description: An API of which each shop has some calls a day
                group: shops
                routeConfigurationId: kit-errors
                from:
                  uri: platform-http:/shops?matchOnUriPrefix=true
                  steps:
                    - kamelet:
                        name: daily-quota-action
                        parameters: {name: shops, calls: 6, key: "${header.X-Shop}", zone: "%s"}
                        steps:
                          - kamelet:
                              name: http-call-action
                              parameters: {url: "%s"}
            """;

    @TempDir
    private static Path folder;

    private static PostgresServer postgres;
    private static ApiStub shops;
    private static ThreeNodes nodes;

    @BeforeAll
    static void start() throws IOException {
        postgres = new PostgresServer(folder);
        shops = new ApiStub();
        Path routes = folder.resolve("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        Files.writeString(routes.resolve("shops.camel.yaml"), SHOPS.formatted(Noon.zone(), shops.url()));
        nodes = new ThreeNodes(folder, postgres, List.of(-3_000L, 0L, 3_000L), Map.of("tollgate.cluster.dead-after",
                DEAD_AFTER.toSeconds() + "s", "tollgate.routes-dir", routes.toString()), Map.of());
    }

    @AfterAll
    static void end() {
        nodes.close();
        shops.close();
        postgres.close();
    }

    @Test
    @Order(1)
    void eachNodeSeesAllAndSaysWhatIsNotShared() {
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            awaitStates(n, "up", "up", "up");
            JsonNode status = nodes.status(n);
            assertThat(status.path("node").asText()).isEqualTo("node" + n);
            assertThat(status.path("cluster").path("mayWork").asBoolean()).isTrue();
            assertThat(status.path("cluster").path("shared")).extracting(JsonNode::asText).contains("jobs");
            assertThat(status.path("cluster").path("own").has("kit")).isTrue();
            assertThat(nodes.process(n).console()).contains("Not shared by the nodes: kit:");
        }
    }

    @Test
    @Order(2)
    void aQuotaWithAKeyCountsForAllNodesTogether() {
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (int call = 0; call < 30; call++) {
            Gateway gateway = nodes.gateway(call % ThreeNodes.NODES);
            Gateway.Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/shops/prices")).header("X-Shop", "shop " + call % 2));
            statuses.merge(answer.status(), 1, Integer::sum);
            if (answer.status() == 429) {
                assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
            }
        }
        assertThat(statuses).isEqualTo(Map.of(200, 12, 429, 18));
        assertThat(shops.calls()).hasSize(12);
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            JsonNode status = nodes.status(n);
            assertThat(status.path("cluster").path("shared").toString()).contains("kit.quotas");
            int node = n;
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(nodes.status(node).findPath("shops").path("callsToday").asInt()).isEqualTo(12));
        }
    }

    @Test
    @Order(3)
    void aStartIsRefusedThatWouldHarmTheOthers() {
        assertThat(nodes.refused(0, "stranger", Map.of(), Map.of())).contains("A node of the name \"node0\" lives already")
                .contains("tollgate.cluster.node-id");
        assertThat(nodes.refused(0, "lone", Map.of("tollgate.cluster.enabled", "false"), Map.of())).contains("it started")
                .contains("The nodes [node0, node1, node2] share this database, and this gateway counts for itself");
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            awaitStates(n, "up", "up", "up");
        }
    }

    @Test
    @Order(4)
    void aNodeThatIsKilledCountsAsDeadAndComesBackAtOnceAsALaterEpoch() {
        int before = epoch(1, 0);
        nodes.kill(0);
        awaitStates(1, "dead", "up", "up");
        nodes.start(0);
        awaitStates(1, "up", "up", "up");
        assertThat(epoch(1, 0)).isEqualTo(before + 1);
        nodes.kill(0);
        nodes.start(0);
        assertThat(nodes.status(0).path("cluster").path("mayWork").asBoolean()).as("killed and started within dead-after").isTrue();
    }

    @Test
    @Order(5)
    void aNodeThatIsStoppedHasLeft() {
        nodes.process(2).stop();
        awaitStates(1, "up", "up", "left");
        nodes.start(2);
        awaitStates(1, "up", "up", "up");
    }

    @Test
    @Order(6)
    void aNodeWithoutTheDatabaseBeginsNothingUntilItIsThereAgain() {
        postgres.hang();
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            int node = n;
            await().atMost(Duration.ofSeconds(30)).until(() -> !mayWork(node));
            assertThat(nodes.status(n).path("cluster").path("warning").asText()).contains("has not reached the database");
        }
        postgres.goOn();
        for (int n = 0; n < ThreeNodes.NODES; n++) {
            int node = n;
            await().atMost(Duration.ofSeconds(30)).until(() -> mayWork(node));
        }
    }

    @Test
    @Order(7)
    void aNodeWhoseNameIsTakenBeginsNothingAnyMore() {
        postgres.sql().sql("UPDATE ClusterNodes SET Epoch = Epoch + 1 WHERE NodeID = 'node2'").update();
        await().until(() -> !mayWork(2));
        assertThat(nodes.status(2).path("cluster").path("warning").asText()).contains("Another process was started as node node2");
    }

    private static boolean mayWork(int n) {
        return nodes.status(n).path("cluster").path("mayWork").asBoolean();
    }

    private static int epoch(int asked, int n) {
        return nodes.status(asked).path("cluster").path("nodes").path(n).path("epoch").asInt();
    }

    private static void awaitStates(int asked, String... states) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(nodes.status(asked).path("cluster").path("nodes"))
                .extracting(node -> node.path("state").asText()).containsExactly(states));
    }
}
