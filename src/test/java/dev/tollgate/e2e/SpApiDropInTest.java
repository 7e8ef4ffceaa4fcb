package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.AmazonServer.Call;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients of the Selling Partner API that use the gateway as their base URL. {@code -Dtollgate.test.seconds=60} adds a minute
 * of load on tokens that live for three real seconds.
 */
class SpApiDropInTest extends SellerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EXPIRED = "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\","
            + "\"details\":\"The access token you provided has expired.\"}]}";

    private static final Duration TOKEN_LIFE = Duration.ofMinutes(30);
    private static final int SECONDS = Integer.getInteger("tollgate.test.seconds", 0);
    private static final int SHORT_LIFE = 3;
    private static final int CALLERS = 8;
    private static final int ROUNDS = 12;
    private static final int CALLS = 10;

    @Test
    void theTokenIsSetAndNothingOfTheCallersCredentialLeaves() {
        browser().connect("A1CALL");
        amazon.reset();

        Answer answer = gateway.send(restrictionsOf("A1CALL", "B000000000").header("x-amz-access-token", "Atza|planted-1")
                .header("Authorization", "Bearer planted-2").header("Cookie", "planted-3").header("User-Agent", "planted-4")
                .header("x-amz-date", "planted-6").header("Accept", "application/json"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("restrictions").path(0).path("reasons").path(0).path("reasonCode").asText())
                .isEqualTo("APPROVAL_REQUIRED");
        assertThat(answer.header("x-amzn-RateLimit-Limit")).isEqualTo("5.0");
        assertThat(answer.header("x-amzn-RequestId")).isNotBlank();
        assertThat(amazon.calls()).singleElement().satisfies(call -> {
            assertThat(call.path()).isEqualTo("/listings/2021-08-01/restrictions");
            assertThat(call.query()).isEqualTo("asin=B000000000&sellerId=A1CALL&marketplaceIds=ATVPDKIKX0DER");
            assertThat(call.headers().get("x-amz-access-token")).startsWith("Atza|sandbox.");
            assertThat(call.headers().get("User-Agent")).isEqualTo("Tollgate/0.1 (Language=Java)");
            assertThat(call.headers()).doesNotContainKeys("Content-Length", "Transfer-Encoding", "Content-Type", "X-Seller-Id", "X-Request-Id");
            assertThat(call.headers().toString()).doesNotContain("planted");
        });
        assertThat(answer.headers().toString() + answer.text()).doesNotContain("Atza|", "Atzr|");
    }

    @Test
    void aGetLosesItsBody() {
        browser().connect("A1BODY");

        Answer answer = gateway.send(restrictionsOf("A1BODY", "B000000009").method("GET",
                HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void aBodyPathAndQueryPassAsTheyCame() {
        browser().connect("A1POST");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null
                : new Reply(202, Map.of("Content-Type", "application/json", "Set-Cookie", "spy=1", "Location", "http://x/"), "{\"n\":1.50}"));

        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/listings/2021-08-01/items/A1POST/sku%20%C3%A9%7C1?issueLocale=en_US&a=%2B%7C"))
                .header("X-Seller-Id", "A1POST").header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"é\": 1.50}")));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text()).isEqualTo("{\"n\":1.50}");
        assertThat(answer.headers()).doesNotContainKeys("set-cookie", "location");
        assertThat(amazon.calls()).singleElement().satisfies(call -> {
            assertThat(call.method()).isEqualTo("PUT");
            assertThat(call.path()).isEqualTo("/listings/2021-08-01/items/A1POST/sku%20%C3%A9%7C1");
            assertThat(call.query()).isEqualTo("issueLocale=en_US&a=%2B%7C");
            assertThat(call.body()).isEqualTo("{\"é\": 1.50}");
            assertThat(call.headers().get("Content-Type")).isEqualTo("application/json");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "a%2Fb", "a%2fb", "a%5Cb", "a%5c", "%20a%20", "a%2Bb+c", "50%25", "%252F", "%E5%95%86%E5%93%81", "a;b=1", "%3B", "a:b@c,d",
        "~%7E", "x%3Fy%23z", "a%2F%5C%2Fb", "%7B%7D%7C", "...", "a..b" })
    void everyByteOfASkuPasses(String sku) {
        browser().connect("A1SKU");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(200, Map.of(), "{}"));

        RawHttp.Reply answer = new RawHttp(port).send("GET /sp-api/listings/2021-08-01/items/A1SKU/" + sku + "?x=%2F&y=a%5Cb+c HTTP/1.1\r\nHost: localhost:"
                + port + "\r\nX-Seller-Id: A1SKU\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(amazon.calls()).singleElement().satisfies(call -> {
            assertThat(call.path()).isEqualTo("/listings/2021-08-01/items/A1SKU/" + sku);
            assertThat(call.query()).isEqualTo("x=%2F&y=a%5Cb+c");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "%2e%2e", "%2E%2e/x", "a%2F..%2Fb", "a%5C..%5Cb", "..%5Cb", "%2e", "a%00b", "a%0d%0ab", "%c0%af", "a\\b" })
    void whatWouldLeaveThePathDoesNotPass(String sku) {
        browser().connect("A1SKU");
        amazon.reset();

        RawHttp.Reply answer = new RawHttp(port).send("GET /sp-api/listings/2021-08-01/items/A1SKU/" + sku + " HTTP/1.1\r\nHost: localhost:"
                + port + "\r\nX-Seller-Id: A1SKU\r\n\r\n");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(amazon.calls()).isEmpty();
    }

    @Test
    void anExpiredTokenIsReplacedOnceAndTheCallRepeatedOnce() {
        browser().connect("A1EXPIRED");
        assertThat(restrictions("A1EXPIRED", "B000000009").status()).isEqualTo(200);
        clock.leap(Duration.ofMinutes(5)); // the token is an hour's, and old enough to be doubted
        amazon.control("expire", "all");
        amazon.reset();

        assertThat(restrictions("A1EXPIRED", "B000000009").status()).isEqualTo(200);

        assertThat(amazon.calls()).hasSize(2);
        assertThat(amazon.tokenCalls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "The access token you provided has expired.", "The access token you provided is revoked, malformed or invalid." })
    void aTokenThatAmazonDoesNotTakeIsReplacedOnceHoweverYoungItIs(String details) {
        String seller = "A1YOUNG" + details.length();
        browser().connect(seller);
        account(seller);
        String old = amazon.calls().get(amazon.calls().size() - 1).headers().get("x-amz-access-token");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : call.headers().get("x-amz-access-token").equals(old)
                ? new Reply(403, Map.of(), EXPIRED.replace("The access token you provided has expired.", details)) : new Reply(200, Map.of(), "{}"));

        assertThat(account(seller).status()).isEqualTo(200);
        assertThat(amazon.calls()).hasSize(2);
        assertThat(amazon.tokenCalls()).hasSize(1);
    }

    @Test
    void amazonsOwnHeadersPassBothWaysAndCredentialsDoNot() {
        browser().connect("A1HEADERS");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(200, Map.of("x-amzn-RequestId", "r-7", "x-amzn-shipping-business-id", "AmazonShipping_IT",
                "x-amzn-echo", "Atza|planted", "X-Amzn-Access-Token", "planted-5", "x-amzn-oidc-data", "planted-6"), "{}"));

        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/shipping/v2/shipments/rates?x-amzn-query=1")).header("X-Seller-Id", "A1HEADERS")
                .header("x-amzn-shipping-business-id", "AmazonShipping_IT").header("X-Amzn-IdempotencyKey", "i-1").header("x-amzn-access-token", "planted-1")
                .header("x-amzn-oidc-accesstoken", "planted-2").header("x-amzn-api-key", "planted-3").header("x-other", "planted-4")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-amzn-RequestId")).isEqualTo("r-7");
        assertThat(answer.header("x-amzn-shipping-business-id")).isEqualTo("AmazonShipping_IT");
        assertThat(answer.headers().toString()).doesNotContain("planted");
        assertThat(amazon.calls()).singleElement().satisfies(call -> {
            assertThat(call.headers()).containsEntry("x-amzn-shipping-business-id", "AmazonShipping_IT").containsEntry("x-amzn-idempotencykey", "i-1");
            assertThat(call.headers().toString()).doesNotContain("planted", "query");
        });
    }

    @Test
    void anUpstreamThatAlwaysSaysExpiredIsAskedTwice() {
        browser().connect("A1ALWAYS");
        restrictions("A1ALWAYS", "B000000009");
        clock.leap(Duration.ofMinutes(5));
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(403, Map.of(), EXPIRED));

        Answer answer = restrictions("A1ALWAYS", "B000000009");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).isEqualTo(EXPIRED);
        assertThat(amazon.calls()).hasSize(2);
        assertThat(amazon.tokenCalls()).hasSize(1);
    }

    @Test
    void anotherKindOf403PassesThrough() {
        browser().connect("A1ROLE");
        restrictions("A1ROLE", "B000000009");
        clock.leap(Duration.ofMinutes(5));
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(403, Map.of(),
                "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\",\"details\":\"\"}]}"));

        assertThat(restrictions("A1ROLE", "B000000009").status()).isEqualTo(403);
        assertThat(amazon.calls()).hasSize(1);
        assertThat(amazon.tokenCalls()).isEmpty();
    }

    @Test
    void fiveHundredCallsOnAnExpiredTokenMakeOneTokenCall() throws Exception {
        browser().connect("A1CROWD");
        account("A1CROWD");
        String old = amazon.calls().get(0).headers().get("x-amz-access-token");
        clock.leap(Duration.ofMinutes(5));
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null
                : call.headers().get("x-amz-access-token").equals(old) ? new Reply(403, Map.of(), EXPIRED) : new Reply(200, Map.of(), "{}"));

        List<Integer> statuses = Crowd.of(500, n -> () -> account("A1CROWD").status());

        assertThat(statuses).hasSize(500).allMatch(status -> status == 200);
        assertThat(amazon.tokenCalls()).hasSize(1);
        assertThat(amazon.calls()).hasSizeBetween(501, 1000);
    }

    /** Time leaps while calls are under way, but not twice in the course of one, however slow the machine is. */
    @Test
    void shortTokensUnderLoadFailNobodyAndCostOneTokenCallEach() throws Exception {
        List<String> sellers = sellersOfShortTokens(TOKEN_LIFE);
        CyclicBarrier round = new CyclicBarrier(CALLERS);

        List<List<Integer>> seen = Crowd.of(CALLERS, n -> () -> {
            List<Integer> statuses = new ArrayList<>();
            for (int call = 0; call < ROUNDS * CALLS; call++) {
                if (call % CALLS == 0) {
                    round.await();
                }
                if (n == 0 && call % CALLS == CALLS / 2) {
                    clock.leap(TOKEN_LIFE.plusSeconds(1));
                }
                statuses.add(account(sellers.get(n % 2)).status());
            }
            return statuses;
        });
        amazon.control("expires_in", "3600");

        assertThat(seen).allSatisfy(statuses -> assertThat(statuses).hasSize(ROUNDS * CALLS).containsOnly(200));
        assertThat(amazon.tokenCalls().size()).isBetween(sellers.size() * ROUNDS, sellers.size() * (ROUNDS + 2));
    }

    /** The same by the wall clock, on a machine that does not stall for the life of a token. */
    @Test
    @EnabledIfSystemProperty(named = "tollgate.test.seconds", matches = "[1-9].*")
    void tokensOfThreeSecondsFailNobodyAndCostOneTokenCallEach() throws Exception {
        List<String> sellers = sellersOfShortTokens(Duration.ofSeconds(SHORT_LIFE));
        Instant end = Instant.now().plusSeconds(SECONDS);

        List<Map<Integer, Long>> seen = Crowd.of(CALLERS, n -> () -> Stream.generate(() -> account(sellers.get(n % 2)).status())
                .takeWhile(status -> Instant.now().isBefore(end))
                .collect(Collectors.groupingBy(status -> status, Collectors.counting())));
        amazon.control("expires_in", "3600");

        System.out.printf("%d s of load on tokens of %d s: statuses %s, %d token calls%n", SECONDS, SHORT_LIFE, seen, amazon.tokenCalls().size());
        assertThat(seen).allSatisfy(statuses -> assertThat(statuses).containsOnlyKeys(200));
        assertThat(amazon.tokenCalls().size()).isLessThanOrEqualTo(sellers.size() * (SECONDS / SHORT_LIFE + 2));
    }

    private List<String> sellersOfShortTokens(Duration life) {
        List<String> sellers = List.of("A1SHORT", "A2SHORT");
        amazon.control("expires_in", String.valueOf(life.toSeconds()));
        sellers.forEach(seller -> browser().connect(seller));
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null
                : amazon.serves(call.headers().get("x-amz-access-token")) ? new Reply(200, Map.of(), "{}") : new Reply(403, Map.of(), EXPIRED));
        return sellers;
    }

    @Test
    void a429IsRepeatedAfterAPause() {
        browser().connect("A1BUSY");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() || number > 2 ? null : tooMany());

        assertThat(restrictions("A1BUSY", "B000000009").status()).isEqualTo(200);
        assertThat(amazon.calls()).hasSize(3);
    }

    @Test
    void a429ThatLastsIsPassedOnWithTheTimeToComeBack() {
        browser().connect("A1OVER");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : tooMany());

        Answer answer = restrictions("A1OVER", "B000000009");

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.json().path("errors").path(0).path("code").asText()).isEqualTo("QuotaExceeded");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 8);
        assertThat(amazon.calls()).as("0.2, 0.4, 0.8 and 1.6 s apart, within four seconds").hasSizeBetween(3, 5);
    }

    /** Whoever would have to wait for a minute is denied at once here. */
    @Test
    void fifteenQueriesOfDataKioskLeaveAtOnceAndPollingWaitsForNoDocument() throws Exception {
        browser().connect("A1KIOSK");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(202, Map.of("x-amzn-RateLimit-Limit", "0.0167"), "{}"));

        List<Answer> created = Crowd.of(15, n -> () -> kiosk("POST", "queries"));
        List<Answer> documents = Crowd.of(15, n -> () -> kiosk("GET", "documents/d-" + n));
        amazon.script((call, number) -> call.isToken() ? null : new Reply(200, Map.of("x-amzn-RateLimit-Limit", "2.0"), "{}"));
        List<Answer> polled = Crowd.of(10, n -> () -> kiosk("GET", "queries/q-" + n));

        assertThat(Stream.of(created, documents, polled).flatMap(List::stream)).allMatch(answer -> answer.status() < 300);
        assertThat(amazon.calls()).hasSize(40);
        assertThat(kiosk("POST", "queries").status()).as("the sixteenth").isEqualTo(429);
        assertThat(amazon.calls()).hasSize(40);
    }

    private Answer kiosk(String method, String what) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/dataKiosk/2023-11-15/" + what)).header("X-Seller-Id", "A1KIOSK")
                .method(method, method.equals("POST") ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void callsLeaveAtTheFullPermittedRateAndAreNeverRefused() throws Exception {
        browser().connect("A1WARM");
        Crowd.of(8, n -> () -> restrictions("A1WARM", "B000000009")); // code that runs for the first time takes its time
        browser().connect("A1PACE");
        amazon.reset();
        long refused = amazon.simulator().throttled();
        long begun = System.nanoTime();

        List<Answer> answers = Crowd.of(25, n -> () -> restrictions("A1PACE", "B000000009"));

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(2900));
        assertThat(amazon.simulator().throttled() - refused).isZero();
    }

    @Test
    void aCallThatWouldWaitTooLongIsDeniedAtOnce() throws Exception {
        browser().connect("A1QUEUE");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(200, Map.of(), "{}"));
        // Sixteen may go at once and one more every minute, so that it matters little how long 40 take to come.
        List<Answer> answers = Crowd.of(40, n -> () -> gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/orders/v0/orders"))
                .header("X-Seller-Id", "A1QUEUE")));

        List<Answer> denied = answers.stream().filter(answer -> answer.status() == 429).toList();
        assertThat(denied).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.json().path("errors").path(0).path("code").asText()).isEqualTo("QuotaExceeded");
            assertThat(answer.header("Retry-After")).isNotNull();
        });
        assertThat(amazon.calls()).hasSize(40 - denied.size());
    }

    @Test
    void whoHangsUpBeforeItsTurnIsNotAskedFor() {
        AtomicInteger number = new AtomicInteger();
        // Where a busy machine holds this test up the turn comes before the end of the connection; then once more.
        await().pollDelay(Duration.ZERO).untilAsserted(() -> {
            String seller = "A1HANGUP" + number.incrementAndGet();
            browser().connect(seller);
            Crowd.of(8, n -> () -> restrictions(seller, "B000000009")).forEach(served -> assertThat(served.status()).isEqualTo(200));
            amazon.reset();

            for (int n = 0; n < 4; n++) {
                Wire.open(port, "GET", restrictionsOf(seller, "H000000009").build().uri().toString().replaceFirst("http://[^/]*", ""),
                        null).close();
            }

            assertThat(restrictions(seller, "B000000009").status()).isEqualTo(200);
            assertThat(amazon.calls()).extracting(Call::query).noneMatch(query -> query.contains("H000000009"));
        });
    }

    @Test
    void aRevokedGrantNeedsAReconnectAndOneHeals() {
        browser().connect("A1REVOKED");
        amazon.control("revoke", "A1REVOKED");
        clock.leap(Duration.ofHours(2));
        amazon.reset();

        for (int n = 0; n < 5; n++) {
            Answer answer = restrictions("A1REVOKED", "B000000009");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.json().path("errors").path(0).path("details").asText()).contains("/connect");
        }
        assertThat(amazon.tokenCalls()).hasSizeLessThanOrEqualTo(2);
        assertThat(amazon.calls()).isEmpty();
        assertThat(seller("A1REVOKED").path("state").asText()).isEqualTo("reconnect-needed");

        assertThat(browser().connect("A1REVOKED").status()).isEqualTo(200);
        assertThat(restrictions("A1REVOKED", "B000000009").status()).isEqualTo(200);
        assertThat(seller("A1REVOKED").path("state").asText()).isEqualTo("connected");
    }

    @Test
    void aSellerThatIsNotConnectedOrNotNamedIsRefused() {
        assertRefused(restrictions("A1NOBODY", "B000000009"), 403, "Unauthorized");
        assertRefused(gateway.get("/sp-api/sellers/v1/account"), 400, "InvalidInput");
        browser().connect("A1LINK");
        amazon.reset();
        assertRefused(gateway.get("/sp-api/sellers/v1/account?X-Seller-Id=A1LINK"), 400, "InvalidInput");
        assertThat(amazon.calls()).isEmpty();
    }

    @Test
    void aCallThatOnlyReadsIsMadeAgainWhenNoAnswerComes() {
        browser().connect("A1STALE");
        amazon.reset();
        breakOff(2);

        assertThat(restrictions("A1STALE", "B000000009").status()).isEqualTo(200);
        assertThat(amazon.calls()).hasSize(3);
    }

    @Test
    void anUpstreamThatNeverAnswersIsABadGateway() {
        browser().connect("A1BROKEN");
        amazon.reset();
        breakOff(100);

        assertRefused(restrictions("A1BROKEN", "B000000009"), 502, "InternalFailure");
        assertThat(amazon.calls()).hasSize(3);
        amazon.reset();
        breakOff(100);
        assertRefused(gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/feeds/2021-06-30/feeds")).header("X-Seller-Id", "A1BROKEN")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))), 502, "InternalFailure");
        assertThat(amazon.calls()).as("what writes is not made twice").hasSize(1);
    }

    private static void breakOff(int times) {
        amazon.script((call, number) -> {
            if (call.isToken() || number > times) {
                return null;
            }
            throw new IllegalStateException("the connection is closed without an answer");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "application/x-www-form-urlencoded; charset=UTF-8 | grant_type=refresh_token&refresh_token=seller%3AA1SDK&client_id=x&client_secret=y",
            "application/json | {\"grant_type\":\"refresh_token\",\"refresh_token\":\"seller:A1SDK\",\"client_id\":\"x\",\"client_secret\":\"y\",\"scope\":\"\"}" })
    void anSdkGetsAGatewayTokenAndCallsWithIt(String type, String body) {
        browser().connect("A1SDK");
        amazon.reset();

        Answer issued = token(type, body);
        assertThat(issued.status()).isEqualTo(200);
        assertThat(issued.header("Cache-Control")).isEqualTo("no-store");
        assertThat(issued.json().path("token_type").asText()).isEqualTo("bearer");
        assertThat(issued.json().path("expires_in").asInt()).isBetween(890, 900);
        assertThat(amazon.tokenCalls()).isEmpty();
        String token = issued.json().path("access_token").asText();

        Answer answer = withToken(token);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(amazon.calls()).singleElement().extracting(Call::headers).asString().doesNotContain(token);

        clock.leap(Duration.ofMinutes(16));
        assertRefused(withToken(token), 403, "Unauthorized");
        assertThat(withToken(token).text()).contains("has expired");
    }

    /** What the Java SDK 1.x writes to its connections, byte for byte: LWAClient, then ListingsApi over OkHttp. */
    @Test
    void theOfficialSdksOwnBytesAreServed() throws IOException {
        browser().connect("A1WIRE");
        amazon.reset();
        RawHttp wire = new RawHttp(port);

        String token = JSON.readTree(body(wire.send(lwaRequest("seller:A1WIRE", port)))).path("access_token").asText();
        RawHttp.Reply answer = wire.send(listingsRequest(token, "B000000000", port));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(JSON.readTree(body(answer)).at("/restrictions/0/reasons/0/reasonCode").asText()).isEqualTo("APPROVAL_REQUIRED");
        assertThat(amazon.calls()).singleElement().satisfies(call -> {
            assertThat(AmazonServer.query(call.query())).containsEntry("marketplaceIds", "ATVPDKIKX0DER");
            assertThat(call.headers().toString()).doesNotContain(token);
        });

        amazon.script((call, number) -> call.isToken() ? null : new Reply(404, Map.of("Content-Type", "application/json", "x-amzn-RequestId", "r-1"),
                "{\"errors\":[{\"code\":\"NotFound\",\"message\":\"No such thing.\",\"details\":\"\"}]}"));
        RawHttp.Reply error = wire.send(listingsRequest(token, "B000000009", port));
        assertThat(error.status()).as("an error of Amazon's passes as it came").isEqualTo(404);
        assertThat(body(error)).isEqualTo("{\"errors\":[{\"code\":\"NotFound\",\"message\":\"No such thing.\",\"details\":\"\"}]}");
        assertThat(error.text().toLowerCase()).contains("x-amzn-requestid: r-1");

        RawHttp.Reply denied = wire.send(listingsRequest("tg_at_nonsense", "B000000009", port));
        assertThat(denied.status()).isEqualTo(403);
        assertThat(JSON.readTree(body(denied)).at("/errors/0/code").asText()).isEqualTo("Unauthorized");
        RawHttp.Reply refused = wire.send(lwaRequest("Atzr|of-amazon", port));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(JSON.readTree(body(refused)).path("error").asText()).isEqualTo("invalid_grant");
        assertThat(JSON.readTree(body(refused)).path("error_description").asText()).as("without it the SDK loses the cause").isNotEmpty();
    }

    private static String body(RawHttp.Reply reply) {
        return reply.text().substring(reply.text().indexOf("\r\n\r\n") + 4);
    }

    private static String lwaRequest(String refreshToken, int port) {
        String body = "{\"grant_type\":\"refresh_token\",\"client_id\":\"c\",\"client_secret\":\"s\",\"refresh_token\":\"" + refreshToken
                + "\",\"scope\":\"\"}";
        return "POST /auth/o2/token HTTP/1.1\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: " + body.length()
                + "\r\nHost: localhost:" + port + "\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip\r\nUser-Agent: okhttp/4.12.0\r\n\r\n" + body;
    }

    private static String listingsRequest(String token, String asin, int port) {
        return "GET /sp-api/listings/2021-08-01/restrictions?asin=" + asin + "&sellerId=A1WIRE&marketplaceIds=ATVPDKIKX0DER HTTP/1.1\r\n"
                + "Accept: application/json\r\nContent-Type: application/json\r\nUser-Agent: amazon-selling-partner-api-sdk/1.0/Java\r\n"
                + "x-amz-access-token: " + token + "\r\nHost: localhost:" + port + "\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = { "Atzr%7Csandbox.A1SDK.x", "seller%3AA1STRANGER", "A1SDK", "seller%3A", "tg_whatever" })
    void nothingElseIsTakenForARefreshToken(String refreshToken) {
        Answer answer = token("application/x-www-form-urlencoded", "grant_type=refresh_token&refresh_token=" + refreshToken);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    void aGatewayTokenServesItsOwnSellerOnly() {
        browser().connect("A1OWN");
        browser().connect("A1OTHER");
        amazon.reset();
        String token = token("application/x-www-form-urlencoded", "grant_type=refresh_token&refresh_token=seller:A1OWN")
                .json().path("access_token").asText();

        assertRefused(gateway.send(restrictionsOf("A1OTHER", "B000000009").header("x-amz-access-token", token)), 403, "Unauthorized");
        assertRefused(withToken(token.substring(0, token.length() - 2) + "AA"), 403, "Unauthorized");
        assertThat(amazon.calls()).isEmpty();
    }

    private Answer token(String type, String body) {
        return gateway.request("POST", "/auth/o2/token", type, body.getBytes(StandardCharsets.UTF_8));
    }

    private Answer withToken(String token) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/listings/2021-08-01/restrictions?asin=B000000009&sellerId=A1SDK"
                + "&marketplaceIds=ATVPDKIKX0DER")).header("x-amz-access-token", token));
    }

    private Answer account(String seller) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/sellers/v1/account")).header("X-Seller-Id", seller));
    }

    private static Reply tooMany() {
        return new Reply(429, Map.of("Content-Type", "application/json"), "{\"errors\":[{\"code\":\"QuotaExceeded\",\"message\":"
                + "\"You exceeded your quota for the requested resource.\",\"details\":\"\"}]}");
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.json().path("errors").path(0).path("code").asText()).isEqualTo(code);
    }
}
