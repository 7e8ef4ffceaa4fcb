package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A gateway key opens every node, and none of them within two seconds of its end. */
@Timeout(400)
class ClusterKeysTest {

    private static final String ADMIN = "admin-key-of-three-nodes";

    @TempDir
    private Path folder;

    @Test
    void aKeyThatIsRevokedAtOneNodeOpensNoneOfThemTwoSecondsLater() {
        try (PostgresServer postgres = new PostgresServer(folder);
                ThreeNodes nodes = new ThreeNodes(folder, postgres, List.of(-3_000L, 0L, 3_000L),
                        Map.of("tollgate.keys.cache-for", "10m"), Map.of("TOLLGATE_ADMIN_KEY", ADMIN))) {
            for (int revokingNode = 0; revokingNode < ThreeNodes.NODES; revokingNode++) {
                JsonNode made = send(nodes.gateway(1), ADMIN, "POST", "/admin/keys", "{\"name\":\"caller\",\"apis\":[\"status\"]}").json();
                String key = made.path("key").asText();
                for (int n = 0; n < ThreeNodes.NODES; n++) {
                    assertThat(send(nodes.gateway(n), key, "GET", "/status", null).status()).isEqualTo(200);
                }
                assertThat(send(nodes.gateway(revokingNode), ADMIN, "DELETE", "/admin/keys/" + made.path("id").asText(), null).status())
                        .isEqualTo(204);
                assertThat(send(nodes.gateway(revokingNode), key, "GET", "/status", null).status()).isEqualTo(401);
                for (int n = 0; n < ThreeNodes.NODES; n++) {
                    Gateway gateway = nodes.gateway(n);
                    await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(2))
                            .until(() -> send(gateway, key, "GET", "/status", null).status() == 401);
                }
            }
        }
    }

    private static Gateway.Answer send(Gateway gateway, String key, String method, String path, String body) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json").method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body)));
    }
}
