package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;

import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Restriction checks, ordered over HTTP. The rate is Amazon's own, so lists are short here. */
class RestrictionJobTest extends SellerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String US = "ATVPDKIKX0DER";
    private static final String CANADA = "A2EUQ1WTGCTBG2";

    @Value("${tollgate.data-dir}")
    private Path data;

    @Test
    void everyProductHasItsVerdictInEveryMarketplace() throws Exception {
        browser().connect("A1CHECK");
        amazon.reset();

        Answer ordered = order(Map.of("sellerId", "A1CHECK", "asins", asins("B", 5), "marketplaceIds", List.of(US, CANADA), "conditionType", "new_new"));

        assertThat(ordered.status()).isEqualTo(202);
        String path = ordered.header("Location");
        assertThat(path).isEqualTo("/jobs/" + ordered.json().path("jobId").asText());
        JsonNode job = ended(path);
        assertThat(job.fieldNames()).toIterable().containsExactly("jobId", "type", "state", "total", "done", "failed", "etaSeconds", "message");
        assertThat(job.path("type").asText()).isEqualTo("restriction-check");
        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.path("done").asInt()).isEqualTo(5);
        assertThat(job.path("failed").asInt()).isZero();
        Map<String, JsonNode> lines = results(path);
        assertThat(lines).containsOnlyKeys(asins("B", 5));
        assertThat(lines.values()).allSatisfy(line -> assertThat(line.path("results").findValuesAsText("marketplaceId")).containsExactly(US, CANADA));
        assertThat(verdicts(lines)).containsOnly(Map.entry("B000000000", "approval-required"), Map.entry("B000000001", "not-eligible"),
                Map.entry("B000000002", "not-found"), Map.entry("B000000003", "allowed"), Map.entry("B000000004", "allowed"));
        JsonNode reason = lines.get("B000000000").path("results").path(1).path("reasons").path(0);
        assertThat(reason.path("reasonCode").asText()).isEqualTo("APPROVAL_REQUIRED");
        assertThat(reason.path("conditionType").asText()).isEqualTo("new_new");
        assertThat(reason.path("links").path(0).path("resource").asText()).startsWith("https://sellercentral.amazon.com/hz/approvalrequest");
        assertThat(amazon.calls()).as("one call a product").hasSize(5)
                .allSatisfy(call -> assertThat(call.query()).contains("&marketplaceIds=" + US + "," + CANADA + "&conditionType=new_new"));
    }

    static Stream<Arguments> wrongOrders() {
        String rest = ",\"asins\":[\"B000000001\"],\"marketplaceIds\":[\"ATVPDKIKX0DER\"]}";
        return Stream.of(Arguments.of("{", "The body is not JSON"),
                Arguments.of("{}", "marketplaceIds must be a list of marketplace ids"),
                Arguments.of("{\"marketplaceIds\":[\"ATVPDKIKX0DER\"]}", "asins must be a list of ASINs"),
                Arguments.of("{\"x\":1" + rest, "sellerId must be the id of a seller"),
                Arguments.of("{\"sellerId\":\"A1/../x\"" + rest, "sellerId must be the id of a seller"),
                Arguments.of("{\"sellerId\":\"A1NOBODY\"" + rest, "Seller A1NOBODY is not connected: open /connect, or pass a refreshToken"),
                Arguments.of("{\"sellerId\":\"A1X\",\"conditionType\":\"shiny\"" + rest,
                        "conditionType must be one of Amazon's, such as new_new or used_good, or left out"),
                Arguments.of("{\"sellerId\":\"A1X\",\"asins\":[],\"marketplaceIds\":[\"ATVPDKIKX0DER\"]}",
                        "A restriction check needs at least one ASIN"),
                Arguments.of("{\"sellerId\":\"A1X\",\"asins\":[\"B1&sellerId=A2\"],\"marketplaceIds\":[\"ATVPDKIKX0DER\"]}",
                        "Not an ASIN: B1&sellerId=A2"),
                Arguments.of("{\"sellerId\":\"A1X\",\"asins\":[\"B000000001\"],\"marketplaceIds\":[]}", "Name at least one marketplace id."),
                Arguments.of("{\"sellerId\":\"A1X\",\"asins\":[\"B000000001\"],\"marketplaceIds\":[\"ATVPDKIKX0DER\",\"A1PA6795UKMFR9\"]}",
                        "The marketplaces are of different regions [NA, EU]; ask for each region on its own."),
                Arguments.of("{\"sellerId\":\"A1X\",\"refreshToken\":\"" + "x".repeat(2049) + "\"" + rest,
                        "refreshToken is longer than Amazon makes them"));
    }

    @ParameterizedTest
    @MethodSource("wrongOrders")
    void wrongOrdersAreRefusedWithAReason(String body, String message) {
        Answer answer = post(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo(message);
        assertThat(amazon.calls()).isEmpty();
    }

    @Test
    void aSellerIsCheckedWhereItIsConnected() {
        browser().connect("A1ABROAD");

        Answer answer = order(Map.of("sellerId", "A1ABROAD", "asins", asins("B", 1), "marketplaceIds", List.of("A1PA6795UKMFR9")));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo("Seller A1ABROAD is connected in NA, and these marketplaceIds are in EU");
    }

    @ParameterizedTest
    @ValueSource(strings = { "refreshToken", "refresh_token" })
    void aRefreshTokenMayComeWithTheOrderIsNeverShownAndGoesWithTheEnd(String field) {
        String token = "Atzr|sandbox.A1PASSED.s3cr3tplanted" + field.length();
        Queue<String> meanwhile = new ConcurrentLinkedQueue<>();
        amazon.script((call, number) -> {
            meanwhile.add(orders("A1PASSED"));
            return null;
        });

        String path = order(Map.of("sellerId", "A1PASSED", "asins", asins("B", 3), "marketplaceIds", List.of(US), field, token)).header("Location");

        assertThat(ended(path).path("done").asInt()).isEqualTo(3);
        assertThat(amazon.tokenCalls()).hasSize(1);
        assertThat(seller("A1PASSED").isMissingNode()).as("it is stored nowhere else").isTrue();
        assertThat(gateway.get(path).text() + gateway.get("/jobs").text() + gateway.get(path + "/results").text()).doesNotContain("s3cr3t", "Atz");
        assertThat(meanwhile).isNotEmpty()
                .allSatisfy(order -> assertThat(order).contains("\"refreshToken\":\"tg1:").doesNotContain("s3cr3t", "Atzr"));
        assertThat(orders("A1PASSED")).contains("B000000000").doesNotContain("refreshToken", "tg1:");
    }

    /** The orders of a seller as they are on the disk. */
    private String orders(String seller) {
        try (Stream<Path> jobs = Files.list(data.resolve("jobs"))) {
            return jobs.map(job -> job.resolve("order.ndjson")).filter(Files::exists).map(RestrictionJobTest::text)
                    .filter(order -> order.contains(seller)).collect(Collectors.joining("\n"));
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRefreshTokenThatAmazonDoesNotTakeEndsItsJob() {
        String path = order(Map.of("sellerId", "A1DEAD", "asins", asins("B", 30), "marketplaceIds", List.of(US), "refreshToken", "Atzr|dead"))
                .header("Location");

        JsonNode job = ended(path);
        assertThat(job.path("state").asText()).isEqualTo("failed");
        assertThat(job.path("message").asText()).contains("does not take the refresh token of this order");
        assertThat(amazon.tokenCalls()).hasSize(1);
        assertThat(amazon.calls()).isEmpty();
    }

    @Test
    void anErrorIsNeverAllowed() throws IOException {
        browser().connect("A1ERRORS");
        amazon.reset();
        amazon.script((call, number) -> switch (call.isToken() ? "" : call.query().substring(5, 15)) {
            case "E000000000" -> new Reply(500, Map.of(), "{\"errors\":[{\"code\":\"InternalFailure\",\"message\":\"We encountered an internal error.\"}]}");
            case "E000000001" -> new Reply(400, Map.of(), "[{\"code\":\"BAD_REQUEST\",\"message\":\"Invalid 'asin' provided.\"}]");
            case "E000000002" -> new Reply(200, Map.of(), "<html>");
            case "E000000003" -> new Reply(404, Map.of(), "{\"errors\":[{\"code\":\"NotFound\",\"message\":\"Gone.\"}]}");
            case "E000000004" -> new Reply(200, Map.of(), "{\"restrictions\":[{\"marketplaceId\":\"ATVPDKIKX0DER\",\"reasons\":[{\"reasonCode\":\"NEW\"}]}]}");
            default -> null;
        });

        String path = order(Map.of("sellerId", "A1ERRORS", "asins", asins("E", 6), "marketplaceIds", List.of(US))).header("Location");

        JsonNode job = ended(path);
        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.path("done").asInt()).isOne();
        assertThat(job.path("failed").asInt()).isEqualTo(5);
        Map<String, JsonNode> lines = results(path);
        assertThat(verdicts(lines).values()).containsOnly("error", "allowed").filteredOn("allowed"::equals).hasSize(1);
        assertThat(lines.get("E000000000").path("results").path(0).path("error").asText())
                .isEqualTo("HTTP 500, InternalFailure: We encountered an internal error.");
        assertThat(lines.get("E000000001").path("results").path(0).path("error").asText()).isEqualTo("HTTP 400, BAD_REQUEST: Invalid 'asin' provided.");
        assertThat(amazon.calls().stream().filter(call -> call.query().contains("E000000000"))).as("one and three more").hasSize(4);
        assertThat(amazon.calls()).hasSize(9);
    }

    @Test
    void anAmazonThatIsAwayHoldsTheJobUpAndLosesNothing() throws IOException {
        browser().connect("A1AWAY");
        amazon.reset();
        amazon.script((call, number) -> {
            if (!call.isToken() && number == 1) {
                return new Reply(503, Map.of(), "{\"errors\":[{\"code\":\"ServiceUnavailable\",\"message\":\"Try again.\"}]}");
            }
            return null;
        });

        String path = order(Map.of("sellerId", "A1AWAY", "asins", asins("W", 6), "marketplaceIds", List.of(US))).header("Location");

        assertThat(ended(path).path("done").asInt()).isEqualTo(6);
        assertThat(results(path)).hasSize(6);
        assertThat(amazon.calls()).hasSize(7);
    }

    @Test
    void aCheckOnAFullDiskKeepsItsVerdictsAndAsksNoneTwice() throws IOException {
        browser().connect("A1FULL");
        amazon.reset();
        amazon.script((call, number) -> {
            disk.full = true;
            return null;
        });
        String path = order(Map.of("sellerId", "A1FULL", "asins", asins("D", 40), "marketplaceIds", List.of(US))).header("Location");
        await().until(() -> gateway.get(path).json().path("message").asText().contains("disk of tollgate.data-dir"));
        assertThat(gateway.get(path).json().path("message").asText()).contains("No space left on device").doesNotContain("Amazon did not answer");

        amazon.script((call, number) -> null);
        disk.reset();
        clock.leap(Duration.ofSeconds(6));

        assertThat(ended(path).path("done").asInt()).isEqualTo(40);
        assertThat(results(path)).hasSize(40);
        assertThat(amazon.calls()).as("each product once").hasSize(40);
    }

    @Test
    void aDenialOfTheWholeCheckEndsItWithAmazonsWords() {
        browser().connect("A1NOROLE");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(403, Map.of(),
                "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\",\"details\":\"\"}]}"));

        JsonNode job = ended(order(Map.of("sellerId", "A1NOROLE", "asins", asins("B", 100), "marketplaceIds", List.of(US))).header("Location"));

        assertThat(job.path("state").asText()).isEqualTo("failed");
        assertThat(job.path("message").asText()).isEqualTo("Amazon answered HTTP 403, Unauthorized: Access to requested resource is denied.");
        assertThat(amazon.calls()).as("no more than were on their way").hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void aTokenThatAmazonNeverTakesEndsTheCheckWithItsWords() {
        browser().connect("A1MALFORMED");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(403, Map.of(), "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":"
                + "\"Access to requested resource is denied.\",\"details\":\"The access token you provided is revoked, malformed or invalid.\"}]}"));

        JsonNode job = ended(order(Map.of("sellerId", "A1MALFORMED", "asins", asins("B", 100), "marketplaceIds", List.of(US))).header("Location"));

        assertThat(job.path("state").asText()).isEqualTo("failed");
        assertThat(job.path("message").asText()).contains("revoked, malformed or invalid");
        assertThat(amazon.calls()).as("no more than were on their way, some of them with a new token").hasSizeLessThanOrEqualTo(40);
    }

    /** Every seventh call is denied for no reason, a product at most twice. */
    @Test
    void productsThatAreDeniedInPassingAreAskedAboutAgainAtTheEnd() throws IOException {
        browser().connect("A1PASSING");
        amazon.reset();
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        amazon.script((call, number) -> {
            if (call.isToken()) {
                return null;
            }
            String asin = AmazonServer.query(call.query()).get("asin");
            asked.add(asin);
            return number % 7 == 1 && Collections.frequency(asked, asin) <= 2 ? new Reply(403, Map.of(),
                    "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\",\"details\":\"\"}]}")
                    : new Reply(200, Map.of(), "{\"restrictions\":[]}");
        });

        String path = order(Map.of("sellerId", "A1PASSING", "asins", asins("B", 30), "marketplaceIds", List.of(US))).header("Location");

        JsonNode job = ended(path);
        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.path("done").asInt()).isEqualTo(30);
        assertThat(job.path("failed").asInt()).isZero();
        assertThat(results(path).values()).hasSize(30).allMatch(line -> line.toString().contains("allowed"));
        assertThat(asked.subList(0, 10)).as("those that are denied come last").doesNotHaveDuplicates();
    }

    @Test
    void aProductThatIsAlwaysDeniedIsAnErrorOfItsOwn() throws IOException {
        browser().connect("A1ALWAYSNO");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : call.query().contains("B000000003") ? new Reply(403, Map.of(),
                "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\",\"details\":\"\"}]}")
                : new Reply(200, Map.of(), "{\"restrictions\":[]}"));

        String path = order(Map.of("sellerId", "A1ALWAYSNO", "asins", asins("B", 6), "marketplaceIds", List.of(US))).header("Location");

        JsonNode job = ended(path);
        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.path("failed").asInt()).isOne();
        assertThat(amazon.calls()).as("5 products once, one four times").hasSize(9);
    }

    @Test
    void aRevokedConsentHoldsTheJobUpUntilTheSellerReconnects() throws IOException {
        browser().connect("A1COMEBACK");
        amazon.control("revoke", "A1COMEBACK");
        clock.leap(Duration.ofHours(2));
        amazon.reset();
        String path = order(Map.of("sellerId", "A1COMEBACK", "asins", asins("B", 4), "marketplaceIds", List.of(US))).header("Location");
        await().until(() -> gateway.get(path).json().path("state").asText().equals("waiting"));
        assertThat(gateway.get(path).json().path("message").asText()).contains("the seller must open /connect again", "The job goes on then");
        assertThat(amazon.tokenCalls()).hasSizeLessThanOrEqualTo(2);
        assertThat(amazon.calls()).isEmpty();

        browser().connect("A1COMEBACK");

        assertThat(ended(path).path("done").asInt()).isEqualTo(4);
        assertThat(results(path)).hasSize(4);
    }

    @Test
    void aCancelledJobAsksNoMoreAndKeepsWhatItHas() throws IOException {
        browser().connect("A1CANCEL");
        amazon.reset();
        String path = order(Map.of("sellerId", "A1CANCEL", "asins", asins("C", 200), "marketplaceIds", List.of(US))).header("Location");
        await().until(() -> gateway.get(path).json().path("done").asInt() >= 8);
        JsonNode running = gateway.get(path).json();
        assertThat(running.path("state").asText()).isEqualTo("running");
        int rest = 200 - running.path("done").asInt();
        assertThat(running.path("etaSeconds").asInt()).as("%d at five a second", rest).isBetween(rest / 5 - 8, rest / 5 + 2);

        Answer cancelled = gateway.send(HttpRequest.newBuilder(gateway.uri(path)).DELETE());

        assertThat(cancelled.json().path("state").asText()).isEqualTo("cancelled");
        int asked = amazon.calls().size();
        assertThat(restrictions("A1CANCEL", "B000000009").status()).as("everybody else still is served").isEqualTo(200);
        assertThat(amazon.calls().size() - asked).as("no more than were on their way, and the call of somebody else").isLessThanOrEqualTo(21);
        assertThat(results(path).size()).isBetween(8, amazon.calls().size());
        assertThat(gateway.get(path).json().path("state").asText()).isEqualTo("cancelled");
    }

    @Test
    void whoWaitsForAnAnswerGoesBeforeTheJob() {
        browser().connect("A1FIRST");
        amazon.reset();
        String path = order(Map.of("sellerId", "A1FIRST", "asins", asins("F", 1000), "marketplaceIds", List.of(US))).header("Location");
        await().until(() -> amazon.calls().size() > 9);

        // While a busy machine holds this test up the job goes on; one call of several finds it at its pace.
        await().pollDelay(Duration.ZERO).untilAsserted(() -> {
            int before = amazon.calls().size();
            assertThat(restrictions("A1FIRST", "B000000009").status()).isEqualTo(200);
            assertThat(amazon.calls().size() - before).as("not behind the job's lanes").isLessThan(10);
        });
        gateway.send(HttpRequest.newBuilder(gateway.uri(path)).DELETE());
    }

    private Map<String, String> verdicts(Map<String, JsonNode> lines) {
        return lines.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                line -> line.getValue().path("results").path(0).path("result").asText()));
    }

    private Map<String, JsonNode> results(String path) throws IOException {
        Answer answer = gateway.get(path + "/results");
        assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : answer.text().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines.stream().collect(Collectors.toMap(line -> line.path("asin").asText(), line -> line));
    }

    private JsonNode ended(String path) {
        await().until(() -> List.of("done", "failed", "cancelled").contains(gateway.get(path).json().path("state").asText()));
        return gateway.get(path).json();
    }

    private Answer order(Map<String, Object> order) {
        return post(JSON.valueToTree(order).toString());
    }

    private Answer post(String body) {
        return gateway.request("POST", "/jobs/restriction-check", "application/json", body.getBytes());
    }

    private static List<String> asins(String letter, int count) {
        return IntStream.range(0, count).mapToObj(i -> letter + "%09d".formatted(i)).toList();
    }
}
