package dev.tollgate.e2e;

import java.net.http.HttpRequest;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.budget.ServiceClass;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Backfills, ordered over HTTP and by files. */
class KeepaJobsTest extends KeepaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MARKETPLACES = " of a marketplace or its locale, of 1 com, 2 co.uk, 3 de, 4 fr, 5 co.jp, 6 ca, 8 it, 9 es,"
            + " 10 in, 11 com.mx, 12 com.br, not ";

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
        assertThat(waiting.path("message").asText()).startsWith("Waiting for tokens until 20");
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
                Arguments.of("{\"asins\":[\"0306406152\",\"1234567890\"]}", "Not an ASIN: 1234567890 is no ISBN: its check digit is wrong"),
                Arguments.of("{\"asins\":[\"080442957x\",\"030640615x\"]}", "Not an ASIN: 030640615X is no ISBN: its check digit is wrong"),
                Arguments.of("{\"asins\":[\"0000000000\"]}", "Not an ASIN: 0000000000 is no ISBN: its check digit is wrong"),
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
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":7}", "domain must be Keepa's number" + MARKETPLACES + "7"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":0}", "domain must be 1 to 12, not 0"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":1.5}", "domain must be Keepa's number" + MARKETPLACES + "1.5"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":\"xx\"}", "domain must be Keepa's number" + MARKETPLACES + "\"xx\""),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":\"\"}", "domain must be Keepa's number" + MARKETPLACES + "\"\""),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":null}", "domain must be Keepa's number" + MARKETPLACES + "null"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":true}", "domain must be Keepa's number" + MARKETPLACES + "true"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":[1]}", "domain must be Keepa's number" + MARKETPLACES + "[1]"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"offers\":20}", "offers is no field of this order, which has asins, domain and"
                        + " params. Parameters of the product request stand in params"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"Domain\":3}", "Domain is no field of this order, which has asins, domain and"
                        + " params. Parameters of the product request stand in params"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"domain\":1,\"domain\":3}", "domain stands there twice"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":\"offers=20\"}", "params must be an object of texts, numbers or booleans"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":null}", "params must be an object of texts, numbers or booleans"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":[]}", "params must be an object of texts, numbers or booleans"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":{\"offers\":null}}", "params.offers must be a text, a number or a boolean"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":{\"stats\":[90]}}", "params.stats must be a text, a number or a boolean"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":{\"stats\":{}}}", "params.stats must be a text, a number or a boolean"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":{\"offers\":20,\"offers\":40}}", "offers stands there twice"),
                Arguments.of("{\"asins\":[\"B000000001\"],\"params\":{\"DOMAIN\":\"3\"}}", "params must not hold domain"),
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

    @ParameterizedTest
    @CsvSource({"3, 3", "'\"3\"', 3", "'\"de\"', 3", "'\"DE\"', 3", "'\"co.uk\"', 2", "'\"UK\"', 2", "'\"gb\"', 2", "'\"com\"', 1",
        "'\"US\"', 1", "'\"co.jp\"', 5", "'\"com.br\"', 12", "12, 12"})
    void aDomainIsKeepasNumberOrItsLocale(String told, int domain) {
        String asin = "D%09d".formatted(Math.abs(told.hashCode()) % 1_000_000_000);

        ended(post("{\"asins\":[\"%s\"],\"domain\":%s,\"params\":{\"offers\":20,\"rating\":true,\"stock\":false,\"stats\":\"90\"}}"
                .formatted(asin, told)).header("Location"));

        assertThat(stub.calls()).extracting(call -> call.target()).containsExactly(
                "/product?key=" + KEY + "&domain=" + domain + "&offers=20&rating=1&stats=90&stock=0&asin=" + asin);
    }

    @Test
    void theSameIdempotencyKeyIsTheSameJobForADay() {
        String one = orderWith("key-1", "N000000001").json().path("jobId").asText();
        Answer again = orderWith("key-1", "N000000001");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.json().path("jobId").asText()).isEqualTo(one);
        assertThat(again.header("Location")).isEqualTo("/jobs/" + one);
        assertThat(again.header("X-Tollgate-Repeated")).isEqualTo("idempotency-key");
        ended("/jobs/" + one);
        clock.leap(Duration.ofHours(23));
        assertThat(orderWith("key-1", "N000000001").json().path("jobId").asText()).as("also when it has ended").isEqualTo(one);
        Answer second = orderWith("key-2", "N000000001");
        assertThat(second.json().path("jobId").asText()).as("another key").isNotEqualTo(one);
        ended(second.header("Location"));
        Answer other = orderWith("key-1", "N000000002");
        assertThat(other.status()).as("another order under this key").isEqualTo(422);
        assertThat(other.message()).contains("Idempotency-Key", one);
        clock.leap(Duration.ofHours(2));
        Answer later = orderWith("key-1", "N000000001");
        assertThat(later.json().path("jobId").asText()).as("a day later").isNotEqualTo(one);
        assertThat(later.header("X-Tollgate-Repeated")).isNull();
        assertThat(orderWith("x".repeat(256), "N000000001").message()).startsWith("Idempotency-Key must be 1 to 255 characters");
        ended(later.header("Location"));
        assertThat(stub.calls()).as("each job once").hasSize(3);
    }

    @Test
    void anEqualOrderWithinAMinuteIsAnsweredByTheFirst() {
        clock.speed(0);
        String body = "{\"asins\":[\"N100000001\",\"N100000002\"],\"domain\":3,\"params\":{\"a\":1,\"b\":2}}";
        Answer first = post(body);
        Answer again = post("{\"params\":{\"b\":2,\"a\":1},\"domain\":3,\"asins\":[\"n100000001\",\"N100000002\",\"N100000001\"]}");

        assertThat(first.header("X-Tollgate-Repeated")).isNull();
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(again.header("X-Tollgate-Repeated")).isEqualTo("equal-order");
        Answer other = post(body.replace("3", "2"));
        assertThat(other.json()).as("another domain").isNotEqualTo(first.json());
        ended(other.header("Location"));
        gateway.send(HttpRequest.newBuilder(gateway.uri(first.header("Location"))).DELETE());
        clock.leap(Duration.ofSeconds(61));
        Answer later = post(body);
        assertThat(later.json()).as("a minute later").isNotEqualTo(first.json());
        gateway.send(HttpRequest.newBuilder(gateway.uri(later.header("Location"))).DELETE());
        ended(later.header("Location"));
    }

    private Answer orderWith(String idempotencyKey, String asin) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/keepa-backfill")).header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey).POST(HttpRequest.BodyPublishers.ofString("{\"asins\":[\"" + asin + "\"]}")));
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
            paths.add(0, order(Map.of("asins", asins("P", i + 1))).json().path("jobId").asText());
            clock.leap(Duration.ofMillis(1));
        }

        Answer first = gateway.get("/jobs?limit=2");
        assertThat(first.json().findValuesAsText("jobId")).containsExactlyElementsOf(paths.subList(0, 2));
        Answer second = gateway.get(first.header("X-Tollgate-Next"));
        assertThat(second.json().findValuesAsText("jobId")).containsExactlyElementsOf(paths.subList(2, 4));
        assertThat(gateway.get("/jobs?before=" + paths.get(4) + "&limit=1000").header("X-Tollgate-Next")).isNull();
        for (String wrong : List.of("0", "1001", "x", "-1")) {
            assertThat(gateway.get("/jobs?limit=" + wrong).message()).isEqualTo("limit must be a number of rows, 1 to 1000.");
        }
        assertThat(gateway.get("/jobs?before=none").status()).isEqualTo(404);
        String one = paths.get(3);
        assertThat(gateway.get("/jobs?q=" + one.toUpperCase()).json().findValuesAsText("jobId")).containsExactly(one);
        Answer searched = gateway.get("/jobs?limit=2&q=KEEPA-backfill");
        assertThat(searched.json().findValuesAsText("jobId")).containsExactlyElementsOf(paths.subList(0, 2));
        assertThat(gateway.get(searched.header("X-Tollgate-Next")).json().findValuesAsText("jobId")).containsExactlyElementsOf(paths.subList(2, 4));
        assertThat(gateway.get("/jobs?q=restriction").json()).isEmpty();
        assertThat(gateway.get("/jobs?q=" + "x".repeat(101)).status()).isEqualTo(400);
        paths.forEach(id -> gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/" + id)).DELETE()));
    }

    @Test
    void thereIsNoOtherJob() {
        assertThat(gateway.get("/jobs/none").status()).isEqualTo(404);
        assertThat(gateway.get("/jobs/none/results").status()).isEqualTo(404);
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/none")).DELETE()).status()).isEqualTo(404);
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
