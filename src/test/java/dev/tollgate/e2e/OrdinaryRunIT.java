package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.database.TestDatabases;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.e2e.GeminiStub.Call;
import dev.tollgate.e2e.GeminiStub.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The jar with no setting but its database and upstream: how fast it starts, what it shows and what it leaves. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OrdinaryRunIT {

    private static final String ENCRYPTED = "planted-key-encrypted-8f3a1c";
    /** A third more than there were when this was written. */
    private static final double MOST_CLASSES = 25_000;

    private static final String PLAIN = "planted-key-plain-27e91b";

    @TempDir
    static Path folder;

    private static final GeminiStub gemini = new GeminiStub();
    private static final List<Answer> answers = new ArrayList<>();
    private static JdbcClient database;
    private static GatewayProcess process;
    private static Gateway gateway;

    @BeforeAll
    static void open() {
        DriverManagerDataSource postgres = (DriverManagerDataSource) TestDatabases.postgresql();
        database = JdbcClient.create(postgres);
        new Books(database).company("RUN-ENCRYPTED", ENCRYPTED);
        process = GatewayProcess.asBuilt(folder, Map.of(
                "spring.datasource.url", postgres.getUrl(), "spring.datasource.username", "postgres",
                "tollgate.gemini.base-url", gemini.url(), "tollgate.retry.initial-delay", "5ms"));
        gateway = process.gateway();
        new Books(database).company("RUN-PLAIN", PLAIN);
    }

    @AfterAll
    static void close() {
        process.close();
        gemini.close();
    }

    /** What a start takes is told; that it does no more than it has to is seen in what it loads, which is the same on any machine. */
    @Test
    @Order(1)
    void itLoadsNoMoreThanItNeedsToBeReady() {
        System.out.printf("Ready %d ms after the launch, by %d ms of processor time%n", process.readyAfter().toMillis(),
                process.cpuTime().toMillis());
        double classes = gateway.get("/actuator/prometheus").text().lines().filter(line -> line.startsWith("jvm_classes_loaded_classes"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).findFirst().orElse(0);
        System.out.printf("%.0f classes loaded%n", classes);
        assertThat(classes).isBetween(1_000.0, MOST_CLASSES);
    }

    @Test
    @Order(2)
    void uploadsLeaveNoFiles() {
        gemini.reset();
        CountDownLatch gate = gemini.closeGate();
        Callers callers = new Callers(gateway, "RUN-PLAIN", 50);
        await().until(() -> gemini.hits() == 50);
        System.out.println("Files of 50 uploads under way: " + uploads().size());
        gate.countDown();

        callers.outcomes().forEach(outcome -> answers.add(outcome.answer()));
        assertThat(answers).hasSize(50).allMatch(answer -> answer.status() == 200);
        await().untilAsserted(() -> assertThat(uploads()).isEmpty());
    }

    @Test
    @Order(3)
    void theConsoleShowsTheStartAndTheAddressAlone() {
        gemini.reset();
        ask("RUN-ENCRYPTED");

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        List<String> lines = process.console().lines().filter(line -> line.matches("\\d{4}-.*")).toList();
        assertThat(lines).singleElement().asString().contains("Tollgate is open at http://127.0.0.1:");
    }

    @Test
    @Order(4)
    void aKeyThatGeminiEchoesIsNowhereToBeSeen() {
        for (String company : List.of("RUN-ENCRYPTED", "RUN-PLAIN")) {
            gemini.reset();
            gemini.script((call, number) -> number == 1 ? echo(503, call) : number == 2 ? new Reply(0, "", null)
                    : new Reply(200, "no JSON, but " + call.key(), null));
            ask(company);
            gemini.script((call, number) -> echo(400, call));
            ask(company);
            gemini.script((call, number) -> echo(403, call));
            ask(company);
        }

        assertThat(gemini.calls()).extracting(Call::key).as("the key is sent").contains(PLAIN);
        await().untilAsserted(() -> assertThat(rows("RetryAttempts")).hasSizeGreaterThanOrEqualTo(2 * 4));
        await().untilAsserted(() -> assertThat(rows("ApplicationLogs")).anyMatch(row -> row.contains("RUN-PLAIN is not accepted")));
        assertThat(answers).extracting(answer -> answer.headers() + answer.text()).noneMatch(OrdinaryRunIT::tells);
        assertThat(process.console()).contains("is not accepted").matches(text -> !tells(text), "no key");
        assertThat(rows("ApplicationLogs")).noneMatch(OrdinaryRunIT::tells);
        assertThat(rows("RetryAttempts")).noneMatch(OrdinaryRunIT::tells);
        assertThat(rows("TokenUsageLogs")).noneMatch(OrdinaryRunIT::tells);
        assertThat(rows("TokenMaster")).as("encrypted at the start").noneMatch(row -> row.contains(ENCRYPTED));
        assertThat(files()).extracting(OrdinaryRunIT::text).noneMatch(OrdinaryRunIT::tells);
    }

    @Test
    @Order(5)
    void anOperatorLooksUpUsageAndFailuresOnPostgresAsWell() {
        gemini.reset();
        assertThat(gateway.extract("RUN-PLAIN", "looked-up").status()).isEqualTo(200);

        JsonNode usage = gateway.get("/admin/usage").json();
        assertThat(usage).extracting(row -> row.path("by").asText()).contains("day", "branch", "user");
        assertThat(usage).filteredOn(row -> row.path("by").asText().equals("user")).singleElement().satisfies(row -> {
            assertThat(row.path("name").asText()).isEqualTo("ana");
            assertThat(row.path("tokens").asLong()).isEqualTo(database.sql("SELECT SUM(TotalTokensUsed) FROM TokenUsageLogs")
                    .query(Long.class).single());
        });
        assertThat(gateway.get("/admin/failures").json()).isNotEmpty().allSatisfy(row -> {
            assertThat(row.path("companyId").asText()).startsWith("RUN-");
            assertThat(row.path("requestId").asText()).isNotEmpty();
            assertThat(row.path("at").isNumber()).isTrue();
        });
        assertThat(gateway.get("/admin/errors").json()).isNotEmpty().allSatisfy(row ->
                assertThat(row.path("level").asText()).isEqualTo("ERROR"));
    }

    @Test
    @Order(6)
    void theJarCarriesThePageAndItsLibrary() {
        for (String path : List.of("/", "/js/app.js", "/css/base.css", "/webjars/uplot/dist/uPlot.esm.js")) {
            Answer file = gateway.get(path);
            assertThat(file.status()).as(path).isEqualTo(200);
            assertThat(file.header("Content-Security-Policy")).contains("default-src 'none'").doesNotContain("unsafe");
        }
    }

    @Test
    @Order(7)
    void aGatewayThatIsStoppedEndsTheStreamOfWhoWatchesInsteadOfWaitingForHim() throws Exception {
        InputStream events = HttpClient.newHttpClient().send(HttpRequest.newBuilder(gateway.uri("/status/events")).build(),
                HttpResponse.BodyHandlers.ofInputStream()).body();
        assertThat(new String(events.readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("data: ");
        process.stop();
        assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8)).as("ended, not cut off").endsWith("}\n\n");
    }

    private static void ask(String company) {
        answers.add(gateway.extract(company));
        for (String page : List.of("/token/status?companyID=" + company, "/token/summary?companyID=" + company, "/status",
                "/actuator/health", "/admin/tokens", "/admin/failures", "/admin/errors", "/admin/usage")) {
            answers.add(gateway.get(page));
        }
    }

    private static Reply echo(int status, Call call) {
        return new Reply(status, """
                {"error":{"code":%d,"status":"SOME_STATUS","message":"Sorry, %s, not now"}}""".formatted(status, call.key()), null);
    }

    private static boolean tells(String text) {
        return text.contains(ENCRYPTED) || text.contains(PLAIN);
    }

    private static List<String> rows(String table) {
        return database.sql("SELECT * FROM " + table).query((row, number) -> {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                text.append(row.getString(i)).append('|');
            }
            return text.toString();
        }).list();
    }

    private static List<Path> uploads() {
        return files().stream().filter(file -> file.getFileName().toString().startsWith("upload_")).toList();
    }

    /** All that this process has written, its console too. */
    private static List<Path> files() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
        catch (IOException | UncheckedIOException goneMeanwhile) {
            return files();
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        }
        catch (NoSuchFileException goneMeanwhile) {
            return "";
        }
        catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
