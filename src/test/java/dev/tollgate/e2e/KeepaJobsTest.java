package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SimulatedReply;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Backfills, ordered over HTTP and by files. */
class KeepaJobsTest extends KeepaTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Gateway gateway;

    @BeforeEach
    void openGateway() {
        gateway = new Gateway(port);
    }

    @Test
    void aBackfillFetchesEveryAsinOnce() throws Exception {
        List<String> asins = asins("A", 250);
        Answer ordered = order(Map.of("asins", Stream.concat(asins.stream(), asins.stream()).toList(), "domain", 3));

        assertThat(ordered.status()).isEqualTo(202);
        String path = ordered.header("Location");
        assertThat(path).isEqualTo("/jobs/" + ordered.json().path("jobId").asText());
        JsonNode job = ended(path);
        assertThat(job.fieldNames()).toIterable().containsExactly("jobId", "type", "state", "total", "done", "failed",
                "etaSeconds", "message");
        assertThat(job.path("type").asText()).isEqualTo("keepa-backfill");
        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.path("total").asInt()).isEqualTo(250);
        assertThat(job.path("done").asInt()).isEqualTo(250);
        assertThat(job.path("etaSeconds").asInt()).isZero();
        assertThat(resultAsins(path)).containsExactlyElementsOf(asins);
        assertThat(keepa.charged()).as("each is paid once").isEqualTo(250);
        assertThat(stub.calls()).hasSize(3).allSatisfy(call -> assertThat(call.target()).startsWith("/product?key=" + KEY + "&domain=3&asin="));
        assertThat(gateway.get("/jobs").json().findValuesAsText("jobId")).contains(job.path("jobId").asText());
    }

    @Test
    void withOffersBatchesAreOfTwenty() {
        String path = order(Map.of("asins", asins("O", 50), "params", Map.of("offers", 20))).header("Location");

        assertThat(ended(path).path("done").asInt()).isEqualTo(50);
        assertThat(stub.calls()).extracting(call -> call.target().split(",").length).containsExactly(20, 20, 10);
    }

    @Test
    void aWaitingBackfillCanBeCancelledAndGivesItsPlaceBack() throws Exception {
        standingKeepa(-2000);
        String path = order(Map.of("asins", asins("C", 10))).header("Location");
        await().until(() -> gateway.get(path).json().path("state").asText().equals("waiting"));
        JsonNode waiting = gateway.get(path).json();
        assertThat(waiting.path("message").asText()).isEqualTo("Waiting for tokens");
        assertThat(waiting.path("etaSeconds").asInt()).as("2,010 tokens at 100 a second").isBetween(20, 21);

        Answer cancelled = gateway.send(HttpRequest.newBuilder(gateway.uri(path)).DELETE());

        assertThat(cancelled.json().path("state").asText()).isEqualTo("cancelled");
        await().until(() -> balance.queue().waiting(ServiceClass.BACKFILL) == 0);
        assertThat(stub.calls()).isEmpty();
        assertThat(gateway.get(path).json().path("state").asText()).isEqualTo("cancelled");
        assertThat(gateway.get(path + "/results").text()).isEmpty();
    }

    @Test
    void aFailureOfKeepaHoldsTheJobUpAndDoesNotEndIt() {
        AtomicInteger number = new AtomicInteger();
        // /token may be asked in between, because a failure tells nothing of the balance
        stub.reset(call -> call.path().equals("/product") && number.incrementAndGet() == 1 ? new SimulatedReply(500, Map.of(), "<html>".getBytes())
                : KeepaStub.of(keepa).reply(call));

        JsonNode job = ended(order(Map.of("asins", asins("F", 5))).header("Location"));

        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.path("done").asInt()).isEqualTo(5);
        assertThat(number.get()).isEqualTo(2);
    }

    @Test
    void anOrderThatKeepaRejectsFailsAndSaysWhy() {
        stub.reset(call -> new SimulatedReply(400, Map.of("Content-Type", "application/json"),
                "{\"error\":{\"type\":\"invalidParameter\",\"message\":\"no such domain\"}}".getBytes()));

        JsonNode job = ended(order(Map.of("asins", asins("R", 5))).header("Location"));

        assertThat(job.path("state").asText()).isEqualTo("failed");
        assertThat(job.path("message").asText()).isEqualTo("Keepa answered 400: no such domain");
    }

    @Test
    void whatKeepaDoesNotAnswerIsCountedAsFailed() throws Exception {
        stub.reset(call -> new SimulatedReply(200, Map.of("Content-Type", "application/json"),
                "{\"products\":[{\"asin\":\"M000000001\",\"csv\":[1.5,null]}],\"tokensConsumed\":1}".getBytes()));

        String path = order(Map.of("asins", asins("M", 2))).header("Location");

        assertThat(ended(path).path("failed").asInt()).isEqualTo(1);
        Answer results = gateway.get(path + "/results");
        assertThat(results.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(results.text()).isEqualTo("{\"asin\":\"M000000000\",\"error\":\"Keepa did not answer this ASIN\"}\n"
                + "{\"asin\":\"M000000001\",\"csv\":[1.5,null]}\n");
    }

    static Stream<Arguments> wrongOrders() {
        return Stream.of(Arguments.of("", "The body must be a JSON object"), Arguments.of("{", "The body is not JSON"),
                Arguments.of("[]", "The body must be a JSON object"), Arguments.of("{}", "asins must be a list of ASINs"),
                Arguments.of("{\"asins\":[]}", "A backfill needs at least one ASIN"),
                Arguments.of("{\"asins\":[\"B1&key=x\"]}", "Not an ASIN: B1&key=x"),
                Arguments.of("{\"asins\":[\"B00000001\"]}", "Not an ASIN: B00000001"),
                Arguments.of("{\"asins\":[\"B0000000012\"]}", "Not an ASIN: B0000000012"),
                Arguments.of("{\"asins\":[null]}", "Not an ASIN: null"),
                Arguments.of("{\"asins\":[[\"B000000001\"]]}", "asins must be a list of ASINs"),
                Arguments.of("{\"asins\":\"B000000001\"}", "asins must be a list of ASINs"),
                Arguments.of("{\"asins\":[\"" + "B".repeat(5000) + "\"]}", "Not an ASIN: " + "B".repeat(40) + "…"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":{\"a\":\"" + "x".repeat(40_000) + "\"}}",
                        "The order holds a text or a number that is longer, or brackets that are deeper, than an order needs"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":[" + "1,".repeat(2000) + "1]}",
                        "The order has more than 1000 values or 32768 characters beside its asins"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":" + "[".repeat(50) + "]".repeat(50) + "}",
                        "The order holds a text or a number that is longer, or brackets that are deeper, than an order needs"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":99}", "domain must be 1 to 12, not 99"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":{\"key\":\"x\"}}", "params must not hold key"));
    }

    @ParameterizedTest
    @MethodSource("wrongOrders")
    void wrongOrdersAreRefusedWithAReason(String body, String message) {
        Answer answer = post(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo(message);
        assertThat(answer.json().path("requestId").asText()).isEqualTo(answer.header("X-Request-Id"));
    }

    @Test
    void aBackfillOnAFullDiskKeepsTheAnswerInHandAndBuysNothingTwice() throws Exception {
        List<String> asins = asins("D", 150);
        stub.reset(call -> {
            disk.full = call.path().equals("/product"); // between the order and the answer
            return KeepaStub.of(keepa).reply(call);
        });
        String path = order(Map.of("asins", asins)).header("Location");

        await().until(() -> gateway.get(path).json().path("message").asText().contains("disk of tollgate.data-dir"));
        assertThat(gateway.get(path).json().path("message").asText()).contains("No space left on device", "100 that are paid for wait in memory")
                .doesNotContain("Keepa did not answer");
        assertThat(gateway.get(path).json().path("state").asText()).isEqualTo("waiting");
        for (int i = 0; i < 5; i++) {
            clock.leap(Duration.ofMinutes(6));
            Answer refused = order(Map.of("asins", asins("X", 1)));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(refused.message()).contains("disk of tollgate.data-dir");
        }
        assertThat(stub.calls()).hasSize(1);

        stub.reset(call -> KeepaStub.of(keepa).reply(call));
        disk.full = false;
        clock.leap(Duration.ofSeconds(6));

        assertThat(ended(path).path("done").asInt()).isEqualTo(150);
        assertThat(resultAsins(path)).containsExactlyElementsOf(asins);
        assertThat(keepa.charged()).as("each is paid once").isEqualTo(150);
        assertThat(stub.calls()).as("since there is room again").hasSize(1);
    }

    @Test
    void roomIsLookedForBeforeAnythingIsPaid() throws Exception {
        disk.usable = 3 << 20;
        String path = order(Map.of("asins", asins("L", 100))).header("Location");

        await().until(() -> gateway.get(path).json().path("message").asText().contains("has 3072 KB left"));
        assertThat(gateway.get(path).json().path("state").asText()).isEqualTo("waiting");
        assertThat(stub.calls()).isEmpty();

        disk.usable = 30 << 20;
        clock.leap(Duration.ofSeconds(6));
        assertThat(ended(path).path("done").asInt()).isEqualTo(100);
        assertThat(stub.calls()).hasSize(1);
    }

    @Test
    void anOrderHasNoMoreItemsThanItMay() throws Exception {
        String asins = IntStream.range(0, 2_100_000).mapToObj("\"B%09d\""::formatted).collect(Collectors.joining(",", "{\"asins\":[", "]}"));

        Answer refused = post(asins);

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.message()).contains("more than 100000 items", "tollgate.jobs.max-items");
        assertThat(refused.json().path("requestId").asText()).isEqualTo(refused.header("X-Request-Id"));
        assertThat(stub.calls()).isEmpty();
    }

    @Test
    void theListOfJobsComesInPages() throws Exception {
        standingKeepa(-2000);
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            paths.add(0, order(Map.of("asins", asins("P", 1))).json().path("jobId").asText());
            clock.leap(Duration.ofMillis(1));
        }

        Answer first = gateway.get("/jobs?limit=2");
        assertThat(first.json().findValuesAsText("jobId")).containsExactlyElementsOf(paths.subList(0, 2));
        Answer second = gateway.get(first.header("X-Tollgate-Next"));
        assertThat(second.json().findValuesAsText("jobId")).containsExactlyElementsOf(paths.subList(2, 4));
        assertThat(gateway.get("/jobs?before=" + paths.get(4) + "&limit=1000").header("X-Tollgate-Next")).isNull();
        for (String wrong : List.of("0", "1001", "x", "-1")) {
            assertThat(gateway.get("/jobs?limit=" + wrong).message()).isEqualTo("limit must be a number of jobs, 1 to 1000");
        }
        assertThat(gateway.get("/jobs?before=none").status()).isEqualTo(404);
        paths.forEach(id -> gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/" + id)).DELETE()));
    }

    @Test
    void thereIsNoOtherJob() {
        assertThat(gateway.get("/jobs/none").status()).isEqualTo(404);
        assertThat(gateway.get("/jobs/none/results").status()).isEqualTo(404);
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/none")).DELETE()).status()).isEqualTo(404);
    }

    @Test
    void aFileInTheInboxIsAnOrder() throws Exception {
        Path inbox = data.resolve("inbox");
        Files.createDirectories(inbox);
        Files.writeString(data.resolve("list.csv"), "title,asin\nRice,I000000001\nTea,I000000002\n");
        Files.writeString(data.resolve("empty.txt"), "nothing here");
        Files.move(data.resolve("list.csv"), inbox.resolve("list.csv"));
        Files.move(data.resolve("empty.txt"), inbox.resolve("empty.txt"));

        await().until(() -> stub.calls().size() == 1);
        assertThat(stub.calls().get(0).target()).isEqualTo("/product?key=" + KEY + "&domain=1&asin=I000000001,I000000002");
        await().until(() -> names(inbox.resolve("done")).anyMatch(name -> name.endsWith("-list.csv")));
        await().until(() -> names(inbox.resolve("failed")).anyMatch(name -> name.endsWith("-empty.txt")));
        Files.write(data.resolve("long.txt"), IntStream.rangeClosed(0, 100_000).mapToObj("I%09d"::formatted).toList());
        Files.move(data.resolve("long.txt"), inbox.resolve("long.txt"));
        await().until(() -> names(inbox.resolve("failed")).anyMatch(name -> name.endsWith("-long.txt")));
        assertThat(gateway.get("/jobs").json().findValuesAsText("jobId")).anyMatch(id -> id.startsWith("inbox-"));
    }

    private static Stream<String> names(Path folder) {
        String[] names = folder.toFile().list();
        return names == null ? Stream.empty() : Stream.of(names);
    }

    private JsonNode ended(String path) {
        await().until(() ->
                List.of("done", "failed", "cancelled").contains(gateway.get(path).json().path("state").asText()));
        return gateway.get(path).json();
    }

    private List<String> resultAsins(String path) throws Exception {
        List<String> asins = new ArrayList<>();
        for (String line : gateway.get(path + "/results").text().lines().toList()) {
            asins.add(JSON.readTree(line).path("asin").asText());
        }
        return asins;
    }

    private Answer order(Map<String, Object> order) {
        return post(JSON.valueToTree(order).toString());
    }

    private Answer post(String body) {
        return gateway.request("POST", "/jobs/keepa-backfill", "application/json", body.getBytes());
    }

    private static List<String> asins(String letter, int count) {
        return IntStream.range(0, count).mapToObj(i -> letter + "%09d".formatted(i)).collect(Collectors.toList());
    }
}
