package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.tollgate.e2e.Gateway.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Route files are edited while the gateway serves. */
@DirtiesContext
class EditRoutesTest extends GatewayTest {

    private static Path routes;

    @DynamicPropertySource
    static void ownRoutes(DynamicPropertyRegistry registry) throws IOException {
        routes = Files.createTempDirectory("tollgate-routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        registry.add("tollgate.routes-dir", routes::toString);
    }

    @AfterEach
    void putEverythingBack() throws IOException {
        try (Stream<Path> files = Files.walk(routes.resolve("extra"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        await().until(() -> gateway.get("/hello").status() == 404 && rejected().isEmpty());
    }

    @Test
    void aNewFileServesAnEditTakesOverAndADeletedOneIsGone() throws IOException {
        assertThat(gateway.get("/hello").status()).isEqualTo(404);

        save(hello("one"));
        await().untilAsserted(() -> assertThat(gateway.get("/hello").text()).isEqualTo("one"));
        save(hello("two"));
        await().untilAsserted(() -> assertThat(gateway.get("/hello").text()).isEqualTo("two"));
        Files.delete(routes.resolve("extra/hello.camel.yaml"));
        await().untilAsserted(() -> assertThat(gateway.get("/hello").status()).isEqualTo(404));
    }

    @Test
    void whatIsWrongIsNamedAndTheOldRoutesServeOn() throws IOException {
        save(hello("one"));
        await().untilAsserted(() -> assertThat(gateway.get("/hello").text()).isEqualTo("one"));

        for (String wrong : List.of("- route: [not yaml", hello("x").replace("setBody", "setBodi"),
                hello("x").replace("constant:", "konstant:"), hello("x").replace("/hello", "/hello?nonsense=true"),
                hello("x") + "        - to: {id: hello-lost, description: nowhere, uri: \"direct:nowhere\"}\n",
                hello("x").replace("id: hello\n", "id: extract\n"), hello("{{no.such.key}}"))) {
            save(wrong);
            await().untilAsserted(() -> assertThat(rejected()).as(wrong).isNotEmpty());
            assertThat(gateway.get("/hello").text()).isEqualTo("one");
            assertThat(gateway.get("/actuator/health/readiness").status()).isEqualTo(200);
            assertThat(rejected().get(0)).as(wrong).matches("(?s).*\\.camel\\.yaml:\\d+: .*");
            save(hello("one"));
            await().untilAsserted(() -> assertThat(rejected()).isEmpty());
        }
    }

    @Test
    void aCallThatIsInsideFinishesOnTheRoutesThatItBeganOn() throws Exception {
        company("INSIDE", "key", "Active");
        CountDownLatch gate = gemini.closeGate();
        CompletableFuture<Answer> inside = CompletableFuture.supplyAsync(() -> gateway.extract("INSIDE", "inside-1"));
        await().until(() -> gemini.hits() == 1);

        save(hello("new"));
        await().untilAsserted(() -> assertThat(gateway.get("/hello").text()).isEqualTo("new"));
        assertThat(inside).isNotDone();
        gate.countDown();

        assertThat(inside.get().status()).isEqualTo(200);
        assertThat(count("TokenUsageLogs", "inside-1")).isOne();
    }

    @Test
    void aPromptIsPartOfTheRoutes() throws IOException {
        company("PROMPT", "key", "Active");
        Path prompt = routes.resolve("gemini/invoice-prompt.txt");
        Files.writeString(prompt, "Read it backwards.");

        await().untilAsserted(() -> {
            gateway.extract("PROMPT");
            assertThat(gemini.calls().get(gemini.hits() - 1).body()).contains("Read it backwards.");
        });
    }

    @Test
    void noRequestFailsWhileFilesAreEdited() throws Exception {
        AtomicBoolean editing = new AtomicBoolean(true);
        AtomicInteger served = new AtomicInteger();
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Future<?>> calls = IntStream.range(0, 4).<Future<?>>mapToObj(n -> callers.submit(() -> {
            while (editing.get()) {
                assertThat(gateway.get("/token/status?companyID=EDIT").status()).isEqualTo(200);
                served.incrementAndGet();
            }
        })).toList();

        Random random = new Random(17);
        for (int edit = 0; edit < 12; edit++) {
            String word = "edit-" + edit;
            switch (random.nextInt(3)) {
                case 0 -> save(hello("half").substring(0, 60 + random.nextInt(60)));
                case 1 -> Files.deleteIfExists(routes.resolve("extra/hello.camel.yaml"));
                default -> save(hello("broken").replace("setBody", "setBodi"));
            }
            save(hello(word));
            await().untilAsserted(() -> assertThat(gateway.get("/hello").text()).isEqualTo(word));
        }
        editing.set(false);
        for (Future<?> call : calls) {
            call.get();
        }
        callers.shutdown();
        System.out.printf("12 edits while %d requests were served, none failed%n", served.get());
        assertThat(served.get()).isGreaterThan(100);
    }

    private List<String> rejected() {
        return Stream.of(gateway.get("/status").json().path("routes").path("lastRejected").path("errors"))
                .flatMap(errors -> errors.isArray() ? IntStream.range(0, errors.size()).mapToObj(errors::get) : Stream.of())
                .map(error -> error.asText()).toList();
    }

    private static void save(String yaml) throws IOException {
        Path file = routes.resolve("extra/hello.camel.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, yaml);
    }

    private static String hello(String word) {
        return """
                - route:
                    id: hello
                    description: Says a word
                    group: extra
                    routeConfigurationId: shared-errors
                    from:
                      uri: platform-http:/hello
                      steps:
                        - setBody:
                            expression:
                              constant:
                                expression: "%s"
                """.formatted(word);
    }
}
