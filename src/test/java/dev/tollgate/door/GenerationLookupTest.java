package dev.tollgate.door;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.server.PathContainer;

import static org.assertj.core.api.Assertions.assertThat;

/** Which route a path and a method lead to. Every route here answers its own id. */
class GenerationLookupTest {

    /** A verb's route stands in the file of its verb: Camel loses one that is loaded from a later file. */
    private static final String KEYS = """
            - rest:
                path: /keys
                get:
                  - to: direct:keys
                post:
                  - to: direct:new-key
                delete:
                  - path: /{id}
                    to: direct:no-key
            """;

    @TempDir
    static Path routes;

    private static Generation generation;

    @BeforeAll
    static void build() throws Exception {
        Files.writeString(routes.resolve("keys.camel.yaml"), KEYS + GenerationTest.route("keys", "direct:keys")
                + GenerationTest.route("new-key", "direct:new-key") + GenerationTest.route("no-key", "direct:no-key"));
        Files.writeString(routes.resolve("others.camel.yaml"),
                GenerationTest.route("all", "platform-http:/api?matchOnUriPrefix=true")
                + GenerationTest.route("deep", "platform-http:/api/v1?matchOnUriPrefix=true&httpMethodRestrict=POST")
                + GenerationTest.route("exact", "platform-http:/api/v1/models?httpMethodRestrict=GET")
                + GenerationTest.route("one", "platform-http:/jobs/{id}?httpMethodRestrict=GET,DELETE")
                + GenerationTest.route("list", "platform-http:/jobs?httpMethodRestrict=GET")
                + GenerationTest.route("create", "platform-http:/jobs?httpMethodRestrict=POST")
                + GenerationTest.route("named", "platform-http:/jobs/latest?httpMethodRestrict=GET")
                + GenerationTest.route("tenant", "platform-http:/{tenant}/orders?httpMethodRestrict=GET")
                + GenerationTest.route("inner", "direct:inner"));
        generation = GenerationTest.build(routes);
    }

    @AfterAll
    static void close() throws InterruptedException {
        generation.close(Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({
            "GET, /api, all", "GET, /api/, all", "GET, /api/v2/x, all", "DELETE, /api/v2, all",
            "POST, /api/v1, deep", "POST, /api/v1/models/x:generate, deep",
            "GET, /api/v1/models, exact", "HEAD, /api/v1/models, exact",
            "GET, /jobs/7, one", "DELETE, /jobs/7, one", "GET, /jobs/latest, named",
            "GET, /a/orders, tenant", "GET, /keys/orders, tenant", "GET, /jobs/orders, tenant", "GET, /%6Aobs/7, one", "GET, /jobs;a=1/7, one",
            "GET, /jobs, list", "POST, /jobs, create", "GET, /keys, keys", "POST, /keys, new-key", "DELETE, /keys/7, no-key" })
    void theMostSpecificPathWins(String method, String path, String route) throws Exception {
        assertThat(served(method, path)).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({
            // A more specific path that does not serve the method leaves it to the next one that does.
            "POST, /api/v1/models, deep", "PUT, /api/v1/models, all", "DELETE, /jobs/latest, one", "GET, /api/v1, all" })
    void aMethodThatTheMostSpecificPathDoesNotServeGoesToTheNext(String method, String path, String route)
            throws Exception {
        assertThat(served(method, path)).isEqualTo(route);
    }

    @Test
    void whereOnlyTheMethodDoesNotFitThoseThatDoAreNamed() {
        assertThat(lookup("PUT", "/jobs").allowed()).isEqualTo(Set.of("GET", "HEAD", "POST", "OPTIONS"));
        assertThat(lookup("PUT", "/jobs/latest").allowed()).isEqualTo(Set.of("GET", "HEAD", "DELETE", "OPTIONS"));
        assertThat(lookup("OPTIONS", "/jobs").allowed()).contains("OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/", "/apix", "/job", "/jobs/", "/jobs/7/results", "/API", "/inner", "", "//jobs", "/a/b/orders" })
    void aPathThatNobodyServesHasNeitherEntranceNorMethods(String path) {
        assertThat(lookup("GET", path).match()).isEmpty();
        assertThat(lookup("GET", path).allowed()).isEmpty();
    }

    @Test
    void pathVariablesAreDecoded() {
        assertThat(lookup("GET", "/jobs/a%20b").match().orElseThrow().path().getUriVariables()).containsEntry("id", "a b");
    }

    private static String served(String method, String path) throws Exception {
        DoorConsumer consumer = lookup(method, path).match().orElseThrow().consumer();
        Exchange exchange = consumer.createExchange(true);
        consumer.createUoW(exchange);
        try {
            consumer.getProcessor().process(exchange);
            return exchange.getMessage().getBody(String.class);
        }
        finally {
            consumer.doneUoW(exchange);
        }
    }

    private static Generation.Lookup lookup(String method, String path) {
        return generation.lookup(method, PathContainer.parsePath(path));
    }
}
