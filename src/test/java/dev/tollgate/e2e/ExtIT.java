package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** More of Camel: two components of Maven Central, put into {@code ext/} beside the packaged gateway. */
class ExtIT {

    private static final String ROUTES = """
            - route:
                id: letter
                from:
                  uri: platform-http:/letter
                  steps:
                    - convertBodyTo: {type: java.lang.String}
                    - to: {uri: "mustache:file:FOLDER/letter.mustache"}
            - route:
                id: shape
                from:
                  uri: platform-http:/shape
                  steps:
                    - setHeader: {name: CamelJsltString, constant: '{"name": .first + " " + .last}'}
                    - to: {uri: "jslt:shape", parameters: {allowTemplateFromHeader: true}}
            """;

    @TempDir
    Path folder;

    @Test
    void theJarAsItWasBuiltTakesThem() throws IOException {
        takesThem(GatewayProcess::asBuilt);
    }

    @Test
    void theUnpackedJarOfTheImageAndTheServiceTakesThem() throws IOException {
        takesThem(GatewayProcess::asService);
    }

    @Test
    void withoutThemTheEditIsRefusedAndSaysWhatToFetchAndWhereToPutIt() throws IOException {
        Path routes = routes();
        try (GatewayProcess process = GatewayProcess.asService(folder, Map.of("tollgate.routes-dir", routes.toString()))) {
            Files.writeString(routes.resolve("own.yaml"), ROUTES);
            await().untilAsserted(() -> assertThat(process.gateway().get("/status").json().at("/routes/lastRejected/errors").toString())
                    .contains("org.apache.camel:camel-mustache", "org.apache.camel:camel-jslt", "ext/"));
        }
    }

    private void takesThem(BiFunction<Path, Map<String, String>, GatewayProcess> start) throws IOException {
        FileSystemUtils.copyRecursively(Path.of(System.getProperty("tollgate.ext", "target/ext")), folder.resolve("ext"));
        Path routes = routes();
        try (GatewayProcess process = start.apply(folder, Map.of("tollgate.routes-dir", routes.toString()))) {
            Files.writeString(routes.resolve("letter.mustache"), "Dear {{body}}, good day.");
            Gateway gateway = process.gateway();
            JsonNode before = gateway.get("/status").json().at("/routes/generation");
            Files.writeString(routes.resolve("own.yaml"), ROUTES.replace("FOLDER", routes.toString())); // by an edit: nothing is started anew
            await().until(() -> {
                JsonNode now = gateway.get("/status").json().path("routes");
                assertThat(now.path("lastRejected").path("errors")).isEmpty();
                return !now.path("generation").equals(before);
            });
            assertThat(gateway.request("POST", "/letter", "text/plain", "Ana".getBytes()).text()).isEqualTo("Dear Ana, good day.");
            assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/shape")).header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"first\":\"Ana\",\"last\":\"Rai\"}"))).text()).contains("\"name\":\"Ana Rai\"");
        }
    }

    private Path routes() throws IOException {
        Path routes = folder.resolve("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        return routes;
    }
}
