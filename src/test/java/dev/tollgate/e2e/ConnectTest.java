package dev.tollgate.e2e;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/** A person connects a seller, or somebody tries to do it in a person's name. */
class ConnectTest extends SellerTest {

    @Test
    void aPersonApprovesAndTheSellerIsConnected() {
        Browser browser = browser();

        Answer start = browser.open("/connect");
        assertThat(start.status()).isEqualTo(302);
        assertThat(start.header("Location")).startsWith(amazon.url() + "/apps/authorize/consent?application_id=amzn1.sp.solution.test&state=")
                .doesNotContain("version=beta");
        assertThat(start.header("Set-Cookie")).contains("HttpOnly", "SameSite=Lax", "Max-Age=600").doesNotContain("Secure");
        assertThat(start.header("Referrer-Policy")).isEqualTo("no-referrer");

        Answer page = browser.open(browser.back(start.header("Location"), "approve", "A1PERSON"));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.text()).contains("Seller A1PERSON is connected").doesNotContain("Atza|", "Atzr|");
        assertThat(amazon.tokenCalls()).hasSize(1);

        assertThat(seller("A1PERSON").path("state").asText()).isEqualTo("connected");
        assertThat(gateway.get("/sellers").text()).doesNotContain("Atza|", "Atzr|");
    }

    @Test
    void theDashboardGetsTheAddressAndTheCookie() {
        Browser browser = browser();

        Answer start = browser.post("/connect?marketplace=DE&draft=true");

        assertThat(start.status()).isEqualTo(200);
        assertThat(start.json().path("url").asText()).startsWith(amazon.url()).endsWith("&version=beta");
        assertThat(browser.open(browser.back(start.json().path("url").asText(), "approve", "A1DASH")).status()).isEqualTo(200);
        assertThat(seller("A1DASH").path("region").asText()).isEqualTo("EU");
    }

    @Test
    void aHeaderThatAnyCallerCanSendDoesNotDecideWhetherTheCookieIsSecure() {
        Answer start = gateway.send(HttpRequest.newBuilder(gateway.uri("/connect")).header("X-Forwarded-Proto", "https"));

        assertThat(start.header("Set-Cookie")).endsWith("; SameSite=Lax");
    }

    @Test
    void aPersonRefuses() {
        Browser browser = browser();

        assertRefused(browser.open(browser.click("refuse", "A1REFUSED")), "cancelled", "A1REFUSED", 0);
    }

    @Test
    void anInventedStateIsRefused() {
        assertRefused(browser().open("/callback?state=invented&selling_partner_id=A1FORGED&spapi_oauth_code=x"),
                "does not belong to a request that began here", "A1FORGED", 0);
        assertRefused(browser().open("/callback?selling_partner_id=A1FORGED&spapi_oauth_code=x"),
                "does not belong to a request that began here", "A1FORGED", 0);
    }

    @Test
    void aReplayIsNotExchangedAgain() {
        Browser browser = browser();
        String callback = browser.click("approve", "A1REPLAY");
        assertThat(browser.open(callback).status()).isEqualTo(200);

        Answer again = browser.open(callback);

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.text()).contains("used before");
        assertThat(amazon.tokenCalls()).hasSize(1);
        assertThat(seller("A1REPLAY").path("state").asText()).isEqualTo("connected");
    }

    @Test
    void aStateEndsAfterTenMinutes() {
        Browser browser = browser();
        String callback = browser.click("approve", "A1LATE");
        clock.leap(Duration.ofMinutes(10).plusSeconds(1));

        assertRefused(browser.open(callback), "ten minutes have passed", "A1LATE", 0);
    }

    @Test
    void anotherBrowserCannotFinishWhatOneBegan() {
        Browser attacker = browser();
        String callback = attacker.click("approve", "A1FOREIGN");

        Browser victim = browser();
        victim.open("/connect");
        assertRefused(victim.open(callback), "another browser", "A1FOREIGN", 0);
    }

    @Test
    void aLinkCannotBringItsCookieAlong() {
        Browser attacker = browser();
        String callback = attacker.click("approve", "A1SMUGGLED");

        for (String name : List.of("Cookie", "cookie", "%43ookie")) {
            assertThat(browser().open(callback + "&" + name + "=" + attacker.cookie().replace("=", "%3D")).status()).isEqualTo(400);
        }
        assertThat(amazon.tokenCalls()).isEmpty();
        assertThat(seller("A1SMUGGLED").isMissingNode()).isTrue();
    }

    @Test
    void aCodeThatAmazonDoesNotTakeStoresNothing() {
        Browser browser = browser();
        String callback = browser.click("approve", "A1OLDCODE").replaceFirst("spapi_oauth_code=[^&]*", "spapi_oauth_code=old");

        assertRefused(browser.open(callback), "Nothing was stored", "A1OLDCODE", 1);
    }

    @Test
    void aTokenEndpointThatFailsStoresNothing() {
        Browser browser = browser();
        String callback = browser.click("approve", "A1DOWN");
        amazon.script((call, number) -> new Reply(500, Map.of(), "not even JSON"));

        Answer page = browser.open(callback);

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text()).contains("Nothing was stored", "Wait a minute");
        assertThat(seller("A1DOWN").isMissingNode()).isTrue();
    }

    @Test
    void aStartFromTheAppStoreGoesBackToAmazon() {
        Answer start = browser().open("/connect?amazon_callback_uri=https%3A%2F%2Famazon.com%2Fapps%2Fauthorize%2Fconfirm%2Fx"
                + "&amazon_state=abc&selling_partner_id=A1STORE");

        assertThat(start.status()).isEqualTo(302);
        assertThat(start.header("Location")).startsWith("https://amazon.com/apps/authorize/confirm/x?amazon_state=abc&state=");
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://amazon.com.evil.example/x", "http://amazon.com/x", "https://evil.example/", "javascript:alert(1)",
            "https://amazon.com@evil.example/", "//evil.example/" })
    void aStartFromElsewhereIsNotFollowed(String callback) {
        Answer start = browser().open("/connect?amazon_state=abc&amazon_callback_uri="
                + URLEncoder.encode(callback, StandardCharsets.UTF_8));

        assertThat(start.status()).isEqualTo(400);
        assertThat(start.header("Location")).isNull();
        assertThat(start.text()).contains("none of Amazon").doesNotContain("evil");
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET", "POST" })
    void aMarketplaceThatAmazonDoesNotHaveIsRefused(String method) {
        Answer answer = gateway.request(method, "/connect?marketplace=XX", "application/json", new byte[0]);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("marketplace");
    }

    @Test
    void aQuerySetsNoHeaderOfTheAnswer() {
        Answer page = gateway.get("/callback?state=x&Location=http://evil.example&Set-Cookie=a%3Db&Content-Type=text/plain&Retry-After=1");

        assertThat(page.headers()).doesNotContainKeys("location", "set-cookie", "retry-after");
        assertThat(page.header("Content-Type")).startsWith("text/html");
    }

    @Test
    void aRefreshTokenIsImportedAndNeverShown() {
        Answer answer = importSeller("application/json",
                "{\"sellerId\":\"A1IMPORT\",\"marketplaceIds\":[\"A1PA6795UKMFR9\"],\"refreshToken\":\"Atzr|sandbox.A1IMPORT.planted\"}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("state").asText()).isEqualTo("connected");
        assertThat(answer.json().path("region").asText()).isEqualTo("EU");
        assertThat(seller("A1IMPORT").path("marketplaces").path(0).asText()).isEqualTo("A1PA6795UKMFR9");
        assertThat(answer.text() + gateway.get("/sellers").text() + gateway.get("/status").text()).doesNotContain("planted");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
            "415 | text/plain | {}", "415 | application/x-www-form-urlencoded | a=b",
            "400 | application/json | ``", "400 | application/json | {planted", "400 | application/json | []", "400 | application/json | {}",
            "400 | application/json | {\"sellerId\":\"A1X\",\"refreshToken\":\"planted\"}",
            "400 | application/json | {\"sellerId\":\"A1X\",\"marketplaceIds\":[\"NOWHERE\"],\"refreshToken\":\"planted\"}",
            "400 | application/json | {\"sellerId\":\"<x>\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"planted\"}" })
    void anImportThatCannotBeIsRefused(int status, String type, String body) {
        Answer answer = importSeller(type, body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).doesNotContain("planted");
        assertThat(seller("A1X").isMissingNode()).isTrue();
    }

    @Test
    void aRemovedSellerIsForgottenWithItsTokens() {
        importSeller("application/json",
                "{\"sellerId\":\"A1GONE\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|sandbox.A1GONE.x\"}");
        assertThat(restrictions("A1GONE", "B000000009").status()).isEqualTo(200);

        assertThat(remove("A1GONE").status()).isEqualTo(204);

        assertThat(seller("A1GONE").isMissingNode()).isTrue();
        assertThat(restrictions("A1GONE", "B000000009").status()).isEqualTo(403);
        assertThat(database.sql("SELECT COUNT(*) FROM SellerGrants WHERE SellerID = 'A1GONE'").query(Integer.class).single()).isZero();
        assertThat(database.sql("SELECT Action FROM AdminAudit WHERE Target = 'seller A1GONE' ORDER BY AuditID").query(String.class).list())
                .containsExactly("seller.import", "seller.remove");
        assertThat(remove("A1GONE").status()).isEqualTo(404);
    }

    private Answer remove(String seller) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/admin/sellers/" + seller)).DELETE());
    }

    private Answer importSeller(String type, String body) {
        return gateway.request("POST", "/admin/sellers", type, body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8));
    }

    private void assertRefused(Answer page, String why, String seller, int exchanges) {
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.text()).contains(why);
        assertThat(amazon.tokenCalls()).hasSize(exchanges);
        assertThat(seller(seller).isMissingNode()).isTrue();
    }
}
