package dev.tollgate.spapi.sellers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

import dev.tollgate.oauth.TokenResult;
import dev.tollgate.oauth.TokenResult.Fresh;

import static org.assertj.core.api.Assertions.assertThat;

/** A person's way from /connect over Amazon's page to /callback, and every way to lose it. */
class ConsentTest {

    private final Rig rig = new Rig();

    /** A browser: what it was sent to, and its cookie. */
    private record Browser(Map<String, String> at, String cookie) {

        String state() {
            return at.get("state");
        }
    }

    private Browser connect(Map<String, String> query) {
        Page page = rig.consent.connect(query, null, true);
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.headers().get("Set-Cookie")).contains("HttpOnly", "SameSite=Lax", "Max-Age=600", "Secure");
        return new Browser(Amazon.query(page.headers().get("Location")), page.headers().get("Set-Cookie").split(";")[0]);
    }

    private Map<String, String> approve(Browser browser) {
        return rig.amazon.decide("approve", Rig.SELLER, browser.state(), browser.at().getOrDefault("redirect_uri", ""));
    }

    @Test
    void whoApprovesIsConnected() {
        Browser browser = connect(Map.of("marketplace", "de"));

        Page page = rig.consent.callback(approve(browser), "other=1; " + browser.cookie());

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.html()).contains("connected", Rig.SELLER).doesNotContain("Atz", browser.state());
        assertThat(page.headers()).containsEntry("Referrer-Policy", "no-referrer").containsEntry("Cache-Control", "no-store");
        assertThat(rig.store.find(Rig.SELLER)).singleElement().matches(grant -> grant.region() == Region.EU && grant.connected());
        assertThat(rig.tokens.forSeller(Rig.SELLER)).isInstanceOf(Fresh.class);
    }

    @Test
    void whoRefusesIsToldSoAndNothingIsStored() {
        Browser browser = connect(Map.of());

        Page page = rig.consent.callback(rig.amazon.decide("refuse", Rig.SELLER, browser.state(), ""), browser.cookie());

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.html()).contains("cancelled");
        nothingIsStored(0);
    }

    @Test
    void aReplayExchangesNothingAgain() {
        Browser browser = connect(Map.of());
        Map<String, String> answer = approve(browser);
        rig.consent.callback(answer, browser.cookie());

        Page replay = rig.consent.callback(answer, browser.cookie());

        assertThat(replay.status()).isEqualTo(400);
        assertThat(replay.html()).contains("Already used");
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(1);
    }

    @Test
    void aForeignBrowserIsRefusedAndTheOwnOneStillConnects() {
        Browser victim = connect(Map.of());
        Browser attacker = connect(Map.of());
        Map<String, String> answer = approve(victim);

        assertThat(rig.consent.callback(answer, attacker.cookie()).html()).contains("another browser");
        assertThat(rig.consent.callback(answer, null).html()).contains("another browser");
        nothingIsStored(0);
        assertThat(rig.consent.callback(answer, victim.cookie()).status()).isEqualTo(200);
    }

    @Test
    void aSecondTabOfTheSameBrowserDisturbsTheFirstNot() {
        Browser first = connect(Map.of());
        rig.consent.connect(Map.of(), first.cookie(), true);

        assertThat(rig.consent.callback(approve(first), first.cookie()).status()).isEqualTo(200);
    }

    @Test
    void afterTenMinutesItIsTooLate() {
        Browser browser = connect(Map.of());
        rig.clock.advance(Duration.ofMinutes(10));

        Page page = rig.consent.callback(approve(browser), browser.cookie());

        assertThat(page.html()).contains("ten minutes");
        nothingIsStored(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "forged", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "<script>alert(1)</script>"})
    void aForgedStateIsRefused(String state) {
        Browser browser = connect(Map.of());
        Map<String, String> answer = new HashMap<>(approve(browser));
        answer.put("state", state);

        Page page = rig.consent.callback(answer, browser.cookie());

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.html()).doesNotContain("<script>alert");
        nothingIsStored(0);
    }

    @ParameterizedTest
    @CsvSource({"'fail', '503,1', Wait a minute", "'secret', 'refused', client secret"})
    void anExchangeThatFailsIsExplainedAndStoresNothing(String control, String value, String remedy) {
        Browser browser = connect(Map.of());
        Map<String, String> answer = approve(browser);
        rig.amazon.control(control, value);

        Page page = rig.consent.callback(answer, browser.cookie());

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.html()).contains("Not connected", remedy).doesNotContain(answer.get("spapi_oauth_code"));
        nothingIsStored(1);
    }

    @Test
    void aCodeThatIsTooOldIsExplained() {
        Browser browser = connect(Map.of());
        Map<String, String> answer = approve(browser);
        rig.clock.advance(Duration.ofMinutes(6));

        assertThat(rig.consent.callback(answer, browser.cookie()).html()).contains("invalid_grant", "five minutes");
        nothingIsStored(1);
    }

    @Test
    void aDatabaseThatIsAwayIsExplainedAndNobodySeemsConnected() {
        Browser browser = connect(Map.of());
        Map<String, String> answer = approve(browser);
        new JdbcTemplate(rig.database).execute("ALTER TABLE SellerGrants RENAME TO Gone");

        assertThat(rig.consent.callback(answer, browser.cookie()).status()).isEqualTo(503);

        new JdbcTemplate(rig.database).execute("ALTER TABLE Gone RENAME TO SellerGrants");
        assertThat(rig.tokens.forSeller(Rig.SELLER)).isEqualTo(new TokenResult.Unknown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc", "<b>x</b>", "a b"})
    void anAnswerThatNamesNoSellerStoresNothing(String seller) {
        Browser browser = connect(Map.of());
        Map<String, String> answer = new HashMap<>(approve(browser));
        answer.put("selling_partner_id", seller);

        assertThat(rig.consent.callback(answer, browser.cookie()).html()).contains("does not say who").doesNotContain("<b>x");
        nothingIsStored(0);
    }

    @Test
    void aStartFromTheAppStoreGoesBackToAmazonAndConnectsThatSellerOnly() {
        Map<String, String> start = Map.of("amazon_callback_uri", "https://amazon.com/apps/authorize/confirm/amzn1.sp.solution.test",
                "amazon_state", "amazon's own & state", "selling_partner_id", Rig.SELLER, "version", "beta");
        Page page = rig.consent.connect(start, null, true);
        String location = page.headers().get("Location");
        Map<String, String> query = Amazon.query(location);

        assertThat(location).startsWith("https://amazon.com/apps/authorize/confirm/amzn1.sp.solution.test?");
        assertThat(query).containsEntry("amazon_state", "amazon's own & state").containsEntry("version", "beta")
                .containsEntry("redirect_uri", Amazon.CALLBACK);
        String cookie = page.headers().get("Set-Cookie").split(";")[0];
        Map<String, String> other = rig.amazon.decide("approve", "A2OTHER", query.get("state"), Amazon.CALLBACK);
        assertThat(rig.consent.callback(other, cookie).status()).isEqualTo(400);
        nothingIsStored(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://amazon.com.evil.example/x", "http://amazon.com/x", "https://evilamazon.com/x",
            "https://evil.example/amazon.com", "https://amazon.com@evil.example/x", "https://user@amazon.com/x",
            "https://evil.example#.amazon.com", "https://evil.example\\.amazon.com/x", "https://amazon.com:8443/x",
            "javascript:alert(1)//amazon.com", "//amazon.com/x", "https:amazon.com", "", "https://amazon.com/x#fragment",
            "https://amazon.com/\r\nSet-Cookie:x=1", "https://amazon.xyz/", "https://аmazon.com/x", "https://127.0.0.1/amazon.com"})
    void aStartThatWouldGoElsewhereIsNotFollowed(String callback) {
        Page page = rig.consent.connect(Map.of("amazon_callback_uri", callback, "amazon_state", "x"), null, true);

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.headers()).doesNotContainKey("Location");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://amazon.com/apps/authorize/confirm/x", "https://sellercentral.amazon.com/x", "https://amazon.co.jp/x",
            "https://sellercentral-europe.amazon.com:443/x", "HTTPS://AMAZON.DE/x?y=z"})
    void aStartThatGoesToAmazonIsFollowed(String callback) {
        Page page = rig.consent.connect(Map.of("amazon_callback_uri", callback, "amazon_state", "x"), null, true);

        assertThat(page.headers().get("Location")).startsWith(callback);
    }

    @ParameterizedTest
    @CsvSource({"US, sellercentral.amazon.com", "ATVPDKIKX0DER, sellercentral.amazon.com", "DE, sellercentral-europe.amazon.com",
            "uk, sellercentral-europe.amazon.com", "A1805IZSGTT6HS, sellercentral.amazon.nl", "JP, sellercentral.amazon.co.jp",
            "MX, sellercentral.amazon.com.mx", "'', sellercentral.amazon.com"})
    void theConsentPageIsThatOfTheMarketplace(String marketplace, String host) {
        String location = rig.consent.connect(Map.of("marketplace", marketplace), null, false).headers().get("Location");

        assertThat(location).startsWith("https://" + host + "/apps/authorize/consent?application_id=amzn1.sp.solution.test&state=")
                .doesNotContain("version=");
    }

    @Test
    void onlyADraftIsAskedForAsBeta() {
        assertThat(connect(Map.of("draft", "true")).at()).containsEntry("version", "beta");
    }

    @Test
    void anUnknownMarketplaceIsExplained() {
        assertThat(rig.consent.connect(Map.of("marketplace", "<i>Mars</i>"), null, true).html())
                .contains("no such marketplace").doesNotContain("<i>");
    }

    private void nothingIsStored(long tokenCalls) {
        assertThat(rig.store.list()).isEmpty();
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(tokenCalls);
    }
}
