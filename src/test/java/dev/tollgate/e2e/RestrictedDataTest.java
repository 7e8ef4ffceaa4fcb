package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.AmazonServer.Call;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/** Restricted data and operations without a seller, at a gateway that asks for keys. */
@TestPropertySource(properties = { "TOLLGATE_ADMIN_KEY=" + KeyTest.ADMIN, "tollgate.keys.failures=3" })
// See SellerTimesTest.
@DirtiesContext
class RestrictedDataTest extends SellerTest {

    private static final String RDT = "Atz.sprdt|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR" + "x".repeat(1_500);
    private static final String CREATE = "/sp-api/tokens/2021-03-01/restrictedDataToken";
    private static final String ADDRESS = "/sp-api/orders/v0/orders/902-1/address";
    private static final String NOTIFICATIONS = "sellingpartnerapi::notifications";
    private static final String ROTATION = "sellingpartnerapi::client_credential:rotation";

    private final Map<String, String> keys = new HashMap<>();

    @BeforeEach
    void twoSellersWithAKeyEach() {
        for (String seller : List.of("A1RDT", "A2RDT")) {
            assertThat(call("POST", "/admin/sellers", KeyTest.ADMIN, "{\"sellerId\":\"" + seller
                    + "\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|sandbox." + seller + ".x\"}").status()).isEqualTo(201);
            keys.put(seller, key(",\"sellerId\":\"" + seller + "\""));
        }
        answer();
    }

    private static void answer() {
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null
                : call.path().endsWith("/restrictedDataToken") ? json(200, "{\"restrictedDataToken\":\"" + RDT + "\",\"expiresIn\":3600}")
                : json(200, "{\"path\":\"" + call.path() + "\"}"));
    }

    private static Reply json(int status, String body) {
        return new Reply(status, Map.of("Content-Type", "application/json", "x-amzn-RequestId", "r-1"), body);
    }

    private String key(String more) {
        return call("POST", "/admin/keys", KeyTest.ADMIN, "{\"name\":\"test\",\"apis\":[\"sp-api\"]" + more + "}").json().path("key").asText();
    }

    private String created(String seller) {
        Answer answer = call("POST", CREATE, keys.get(seller), "{\"restrictedResources\":[{\"method\":\"GET\",\"path\":\"/orders/v0/orders/{orderId}/address\"}]}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text() + answer.headers()).doesNotContain(RDT, "sprdt");
        assertThat(answer.json().path("expiresIn").asInt()).isEqualTo(3600);
        return answer.json().path("restrictedDataToken").asText();
    }

    @Test
    void aTokenForRestrictedDataStandsForAmazonsOwn() {
        String token = created("A1RDT");
        assertThat(token).startsWith("tg_at_").hasSizeLessThan(4_000);
        amazon.reset();
        amazon.script((call, number) -> json(200, "{\"payload\":1}"));

        Answer answer = with(token, ADDRESS);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"payload\":1}");
        assertThat(amazon.calls()).singleElement().satisfies(call -> {
            assertThat(call.path()).isEqualTo("/orders/v0/orders/902-1/address");
            assertThat(call.headers().get("x-amz-access-token")).isEqualTo(RDT);
            assertThat(call.headers().toString()).doesNotContain("tg_at_");
        });
        assertThat(amazon.tokenCalls()).isEmpty();
    }

    @Test
    void itOpensNothingOfAnotherSellers() {
        String token = created("A1RDT");
        amazon.reset();

        assertRefused(gateway.send(request(token, ADDRESS).header("X-Seller-Id", "A2RDT")), 403, "not for the seller", "another seller");
        assertRefused(gateway.send(request(token, ADDRESS).header("Authorization", "Bearer " + keys.get("A2RDT"))), 403, "not for the seller");
        assertRefused(with(token.substring(0, token.length() - 9) + "AAAAAAAAA", ADDRESS), 401, "unknown");
        assertThat(amazon.calls()).isEmpty();
    }

    /** Amazon alone knows which calls it permits with a token; its no passes as it is, and costs no new token. */
    @Test
    void amazonHoldsItToItsResources() {
        String token = created("A1RDT");
        amazon.reset();
        String no = "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\",\"details\":"
                + "\"The access token you provided is revoked, malformed or invalid.\"}]}";
        amazon.script((call, number) -> call.isToken() ? null : json(403, no));

        Answer answer = with(token, "/sp-api/orders/v0/orders/902-1/buyerInfo");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).isEqualTo(no);
        assertThat(amazon.calls()).hasSize(1);
        assertThat(amazon.tokenCalls()).isEmpty();
    }

    @Test
    void afterItsLifeItIsExpiredAndNeverAWrongKey() {
        String token = created("A1RDT");
        clock.leap(Duration.ofSeconds(3601));
        answer();

        IntStream.range(0, 50).forEach(n -> assertRefused(with(token, ADDRESS), 403, "The access token you provided has expired."));

        assertThat(amazon.calls()).isEmpty();
        assertThat(call("GET", "/sp-api/sellers/v1/account", key(""), null).status()).as("another program's new key").isEqualTo(400);
        assertThat(call("GET", "/sp-api/sellers/v1/account", keys.get("A2RDT"), null).status()).isEqualTo(200);
    }

    /** Three wrong keys are the most here; a request that is wrong otherwise shows nothing of a key. */
    @ParameterizedTest
    @ValueSource(strings = {"grant_type=client_credentials&scope=sellingpartnerapi::orders&client_secret=x", "grant_type=client_credentials&client_secret=x",
            "grant_type=client_credentials&scope=sellingpartnerapi::notifications", "grant_type=password", "grant_type=refresh_token", "", "{"})
    void aRequestForATokenThatIsWrongWithoutAKeyCountsAsNoWrongKey(String body) {
        for (int n = 0; n < 10; n++) {
            Answer answer = gateway.request("POST", "/auth/o2/token", "application/x-www-form-urlencoded", body.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).isEqualTo(400);
        }
        assertThat(call("GET", "/sp-api/sellers/v1/account", key(""), null).status()).as("another program's new key").isEqualTo(400);
    }

    @Test
    void fiftyCallsWithOneLeaveOtherKeysAlone() throws Exception {
        String token = created("A1RDT");

        List<Answer> answers = Crowd.of(50, n -> () -> with(token, "/sp-api/sellers/v1/account?n=" + n));

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        assertThat(call("GET", "/sp-api/sellers/v1/account", keys.get("A2RDT"), null).status()).isEqualTo(200);
        assertThat(call("DELETE", "/admin/sellers/A1RDT", keys.get("A1RDT"), null).status()).as("no more than its key").isEqualTo(403);
    }

    @Test
    void aRevokedKeysTokensEndWithItAndAreNoGuesses() {
        Answer made = call("POST", "/admin/keys", KeyTest.ADMIN, "{\"name\":\"gone\",\"apis\":[\"sp-api\"],\"sellerId\":\"A1RDT\"}");
        keys.put("A1RDT", made.json().path("key").asText());
        String token = created("A1RDT");
        call("DELETE", "/admin/keys/" + made.json().path("id").asText(), KeyTest.ADMIN, null);

        IntStream.range(0, 5).forEach(n -> assertRefused(with(token, ADDRESS), 401, "revoked"));
        assertThat(call("GET", "/sp-api/sellers/v1/account", key(""), null).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "200 | <html>Atz.sprdt%7Cx</html>", "200 | \"Atz.sprdt|x\"", "200 | {\"restrictedDataToken\":\"a b\"}" })
    void anAnswerThatCannotBeReadIsNotPassedOn(int status, String body) {
        amazon.script((call, number) -> call.isToken() ? null : json(status, body));

        Answer answer = call("POST", CREATE, keys.get("A1RDT"), "{}");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.json().path("errors").path(0).path("code").asText()).isEqualTo("InternalFailure");
        assertThat(answer.text()).doesNotContain("sprdt");
    }

    @Test
    void aRefusalOfAmazonsPassesAsItIs() {
        amazon.script((call, number) -> call.isToken() ? null : json(400, "{\"errors\":[{\"code\":\"InvalidInput\"}]}"));

        assertThat(call("POST", CREATE, keys.get("A1RDT"), "{}").text()).isEqualTo("{\"errors\":[{\"code\":\"InvalidInput\"}]}");
    }

    @Test
    void anAnswerThatIsTooLongIsNotPassedOn() {
        amazon.script((call, number) -> call.isToken() ? null : json(200, "{\"restrictedDataToken\":\"" + "x".repeat(4_097) + "\"}"));

        assertThat(call("POST", CREATE, keys.get("A1RDT"), "{}").status()).isEqualTo(502);
    }

    /** As the SDKs ask: a client's id and secret, and a scope. */
    private Answer token(String scope, String secret) {
        return gateway.request("POST", "/auth/o2/token", "application/json", ("{\"grant_type\":\"client_credentials\",\"scope\":\"" + scope
                + "\",\"client_id\":\"any\",\"client_secret\":\"" + secret + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = { NOTIFICATIONS, ROTATION, "sellingpartnerapi::migration" })
    void aTokenForAScopeLeavesAsTheApplicationsOwn(String scope) {
        Answer issued = token(scope, key(""));
        assertThat(issued.status()).isEqualTo(200);
        String token = issued.json().path("access_token").asText();

        for (int n = 0; n < 3; n++) {
            assertThat(with(token, "/sp-api/notifications/v1/destinations?n=" + n).status()).isEqualTo(200);
        }

        assertThat(amazon.calls()).hasSize(3).allSatisfy(call -> assertThat(amazon.ownerOf(token(call))).isEqualTo("the application"));
        assertThat(amazon.tokenCalls()).extracting(Call::body).allSatisfy(form ->
                assertThat(AmazonServer.query(form)).containsEntry("grant_type", "client_credentials").containsEntry("scope", scope)
                        .doesNotContainKey("refresh_token"));
        assertThat(amazon.tokenCalls()).as("one for all its calls").hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({ "GET, /notifications/v1/destinations", "POST, /notifications/v1/destinations", "GET, /notifications/v1/destinations/d-1",
        "DELETE, /notifications/v1/destinations/d-1", "GET, /notifications/v1/subscriptions/ORDER_CHANGE/s-1",
        "DELETE, /notifications/v1/subscriptions/ORDER_CHANGE/s-1", "POST, /applications/2023-11-30/clientSecret" })
    void anOperationWithoutASellerNeedsNoneAndGetsTheApplicationsToken(String method, String path) {
        Answer answer = call(method, "/sp-api" + path, key(""), method.equals("POST") ? "{}" : null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(amazon.calls()).singleElement().satisfies(call -> {
            assertThat(call.path()).isEqualTo(path);
            assertThat(amazon.ownerOf(token(call))).isEqualTo("the application");
        });
    }

    @Test
    void whatNeedsASellerStillGetsTheSellersToken() {
        assertThat(call("GET", "/sp-api/notifications/v1/subscriptions/ORDER_CHANGE", keys.get("A1RDT"), null).status()).isEqualTo(200);
        assertThat(call("GET", "/sp-api/notifications/v1/destinations", keys.get("A1RDT"), null).status()).isEqualTo(200);

        assertThat(amazon.calls()).extracting(call -> amazon.ownerOf(token(call))).containsExactly("A1RDT", "the application");
    }

    @Test
    void theApplicationsSecretIsNoOneSellersToChange() {
        assertRefused(call("POST", "/sp-api/applications/2023-11-30/clientSecret", keys.get("A1RDT"), ""), 403, "one seller's");
        assertThat(amazon.calls()).isEmpty();
    }

    @Test
    void aTokenOfTheApplicationThatAmazonDoesNotTakeIsReplacedOnce() {
        String path = "/sp-api/notifications/v1/destinations";
        assertThat(call("GET", path, key(""), null).status()).isEqualTo(200);
        String old = token(amazon.calls().get(0));
        clock.leap(Duration.ofMinutes(5));
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : token(call).equals(old)
                ? json(403, "{\"errors\":[{\"code\":\"Unauthorized\",\"details\":\"The access token you provided is revoked, malformed or invalid.\"}]}")
                : json(200, "{}"));

        assertThat(call("GET", path, key(""), null).status()).isEqualTo(200);
        assertThat(amazon.calls()).hasSize(2);
        assertThat(amazon.tokenCalls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "sellingpartnerapi::everything, good, 400, invalid_scope", "'', good, 400, invalid_request",
        "sellingpartnerapi::notifications, '', 400, invalid_request", "sellingpartnerapi::notifications, wrong, 401, invalid_client" })
    void whatIsNoGoodIsRefusedAsAmazonWould(String scope, String secret, int status, String error) {
        clock.leap(Duration.ofMinutes(2)); // the wrong keys before do not count any more
        Answer answer = token(scope, secret.equals("good") ? key("") : secret);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("error").asText()).isEqualTo(error);
        assertThat(answer.json().path("error_description").asText()).isNotEmpty();
        clock.leap(Duration.ofMinutes(2));
    }

    private Answer with(String token, String path) {
        return gateway.send(request(token, path));
    }

    private HttpRequest.Builder request(String token, String path) {
        return HttpRequest.newBuilder(gateway.uri(path)).header("x-amz-access-token", token);
    }

    private Answer call(String method, String path, String key, String body) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)));
    }

    private static void assertRefused(Answer answer, int status, String... anyOf) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().path("errors").path(0).path("code").asText()).isEqualTo("Unauthorized");
        assertThat(List.of(anyOf)).as(answer.text()).anyMatch(answer.text()::contains);
    }

    private static String token(Call call) {
        return call.headers().getOrDefault("x-amz-access-token", "none");
    }
}
