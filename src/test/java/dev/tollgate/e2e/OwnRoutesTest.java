package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A gateway whose routes are a copy that the test edits; its clock is the time of day until a test speeds it up. */
@Import({OwnRoutesTest.Time.class, KeyTest.Arrivals.class})
abstract class OwnRoutesTest extends GatewayTest {

    static final FastClock clock = new FastClock();

    @TestConfiguration(proxyBeanMethods = false)
    static class Time {

        @Bean
        Clock clock() {
            return clock;
        }
    }

    /** What own APIs find in the gateway's environment. */
    static final Map<String, String> SECRETS = Map.of("SIGNED_ID", "the-id", "SIGNED_SECRET", "the-secret",
            "SIGNED_REFRESH", "the-refresh-token",
            "WEATHER_API_KEY", "the-real-weather-key", "MAPS_API_KEY", "the-real-maps-key",
            "PARTS_CLIENT_ID", "the-parts-id", "PARTS_CLIENT_SECRET", "the-parts-secret");

    static Path routes;

    @DynamicPropertySource
    static void ownRoutes(DynamicPropertyRegistry registry) throws IOException {
        Path copy = Files.createTempDirectory("tollgate-routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), copy);
        registry.add("tollgate.routes-dir", copy::toString);
        SECRETS.forEach((name, value) -> registry.add(name, () -> value));
    }

    private static Gateway last;

    /** Several gateways may live beside each other, each with a folder of its own: this test's is meant. */
    @BeforeEach
    void rememberGateway(@Value("${tollgate.routes-dir}") Path itsRoutes) {
        last = gateway;
        routes = itsRoutes;
    }

    @AfterEach
    void timePassesAsUsual() {
        clock.speed(1);
    }

    @AfterAll
    static void takeOwnFilesAway() throws IOException {
        takeAway("extra", last);
    }

    /** Saves a file of our own and waits until it was tried. */
    List<String> save(String file, String yaml) throws IOException {
        String before = tried(gateway);
        write(file, yaml);
        await().until(() -> !tried(gateway).equals(before));
        return rejected();
    }

    /** The same for several in a folder that is not there yet. */
    List<String> save(String folder, Map<String, String> files) throws IOException {
        String before = tried(gateway);
        Path whole = Files.createTempDirectory("tollgate-edit");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(whole.resolve(file.getKey()), file.getValue());
        }
        Files.createDirectories(routes.resolve(folder).getParent());
        Files.move(whole, routes.resolve(folder));
        await().until(() -> !tried(gateway).equals(before));
        return rejected();
    }

    /** Takes a folder away and waits until the routes without it were tried. */
    static void takeAway(String folder, Gateway gateway) throws IOException {
        String before = tried(gateway);
        if (Files.exists(routes.resolve(folder))) {
            Files.move(routes.resolve(folder), Files.createTempDirectory("tollgate-edit").resolve("gone"));
            await().until(() -> !tried(gateway).equals(before));
        }
    }

    /** The same for one that must be right. */
    void serve(String file, String yaml) throws IOException {
        assertThat(save(file, yaml)).isEmpty();
    }

    /** The file is there as a whole or not at all, however long this thread is held up: the gateway looks ten times a second. */
    static void write(String file, String yaml) throws IOException {
        Path path = routes.resolve("extra").resolve(file);
        Files.createDirectories(path.getParent());
        Path whole = Files.writeString(Files.createTempDirectory("tollgate-edit").resolve(file), yaml);
        Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Why the last edit was not taken. */
    List<String> rejected() {
        return StreamSupport.stream(routesStatus(gateway).path("lastRejected").path("errors").spliterator(), false)
                .map(JsonNode::asText).toList();
    }

    /** Changes with every edit that was taken or refused. */
    private static String tried(Gateway gateway) {
        JsonNode status = routesStatus(gateway);
        return status.path("generation") + " " + status.path("lastRejected").path("at");
    }

    /** The status that a load balancer is told. */
    static String readiness() {
        return last.get("/actuator/health/readiness").json().path("status").asText();
    }

    private static JsonNode routesStatus(Gateway gateway) {
        return gateway.get("/status").json().path("routes");
    }
}
