package dev.tollgate.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.ManualClock;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;

class SpApiSimulatorTest {

    private static final String CREDENTIALS = "&client_id=" + SpApiSimulator.CLIENT_ID + "&client_secret=" + SpApiSimulator.CLIENT_SECRET;
    private static final String RESTRICTIONS = "/listings/2021-08-01/restrictions";
    private static final String REFRESH = "grant_type=refresh_token&refresh_token=Atzr%7Csandbox.A1.x" + CREDENTIALS;

    private final ManualClock clock = new ManualClock();
    private final SpApiSimulator amazon = new SpApiSimulator(clock, "/callback");

    private Reply token(String form) {
        return amazon.reply("POST", "/auth/o2/token", Map.of(), Map.of("content-type", "application/x-www-form-urlencoded"), form);
    }

    private static String field(Reply reply, String name) {
        return reply.body().replaceAll(".*\"" + name + "\":\"?([^\",}]+)\"?.*", "$1");
    }

    private Reply check(String asin, String token, Map<String, String> more) {
        Map<String, String> headers = new java.util.HashMap<>(more);
        headers.put("X-Amz-Access-Token", token);
        return amazon.reply("GET", RESTRICTIONS, Map.of("asin", asin, "sellerId", "A1", "marketplaceIds", "US,CA"), headers, null);
    }

    @Test
    void theConsentPageHasTwoButtonsAndEscapesWhatItIsGiven() {
        Reply page = amazon.reply("GET", "/apps/authorize/consent", Map.of("application_id", "<app>", "state", "\"><script>"), Map.of(), null);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains(">Approve</button>", ">Refuse</button>", "&lt;app&gt;").doesNotContain("\"><script>");
        assertThat(amazon.reply("GET", "/apps/authorize/consent", Map.of("application_id", "a", "state", "s", "redirect_uri", "https://evil.example"),
                Map.of(), null).body()).contains("MD5101");
    }

    @Test
    void anApprovalComesBackWithACodeThatWorksOnce() {
        Reply back = amazon.reply("POST", "/apps/authorize/consent/decision", Map.of(), Map.of(), "decision=approve&seller=A1&state=s+1&redirect_uri=");
        String location = URLDecoder.decode(back.headers().get("Location"), StandardCharsets.UTF_8);
        String code = location.replaceAll(".*spapi_oauth_code=", "");

        assertThat(location).startsWith("/callback?state=s 1&selling_partner_id=A1&spapi_oauth_code=");
        assertThat(field(token("grant_type=authorization_code&code=" + code + CREDENTIALS), "refresh_token")).startsWith("Atzr|");
        assertThat(field(token("grant_type=authorization_code&code=" + code + CREDENTIALS), "error")).isEqualTo("invalid_grant");
        assertThat(amazon.reply("POST", "/apps/authorize/consent/decision", Map.of(), Map.of(), "decision=refuse&state=s").headers().get("Location"))
                .isEqualTo("/callback?state=s&error=access_denied");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"grant_type=refresh_token&refresh_token=x | 401 | invalid_client",
            "grant_type=password" + CREDENTIALS + " | 400 | unsupported_grant_type", "x=y" + CREDENTIALS + " | 400 | invalid_request",
            "grant_type=refresh_token&refresh_token=Atzr%7Cother" + CREDENTIALS + " | 400 | invalid_grant"})
    void theTokenEndpointErrsAsAmazons(String form, int status, String error) {
        Reply reply = token(form);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(field(reply, "error")).isEqualTo(error);
        assertThat(reply.body()).contains("error_description", "request_id");
    }

    @Test
    void jsonIsTakenAsWell() {
        String json = "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"Atzr|sandbox.A1.x\",\"client_id\":\"" + SpApiSimulator.CLIENT_ID
                + "\",\"client_secret\":\"" + SpApiSimulator.CLIENT_SECRET + "\",\"scope\":\"\"}";

        Reply reply = amazon.reply("POST", "/auth/o2/token", Map.of(), Map.of("Content-Type", "application/json; charset=utf-8"), json);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(field(reply, "expires_in")).isEqualTo("3600");
    }

    @Test
    void tenCallsAtOnceAndFiveASecondPass() {
        String token = field(token(REFRESH), "access_token");

        assertThat(IntStream.range(0, 12).map(i -> check("B9", token, Map.of()).status())).containsExactly(200, 200, 200, 200, 200, 200, 200,
                200, 200, 200, 429, 429);
        clock.advance(Duration.ofMillis(200));
        assertThat(IntStream.range(0, 2).map(i -> check("B9", token, Map.of()).status())).containsExactly(200, 429);
        assertThat(check("B9", token, Map.of()).body()).contains("QuotaExceeded");
        assertThat(amazon.throttled()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"B0, APPROVAL_REQUIRED", "B1, NOT_ELIGIBLE", "B2, ASIN_NOT_FOUND", "B9, '\"restrictions\":[]'"})
    void theVerdictFollowsFromTheAsin(String asin, String expected) {
        Reply reply = check(asin, field(token(REFRESH), "access_token"), Map.of());

        assertThat(reply.body()).contains(expected);
        assertThat(reply.headers()).containsEntry("x-amzn-RateLimit-Limit", "5.0").containsKey("x-amzn-RequestId");
    }

    @Test
    void whatAmazonRefusesIsRefused() {
        String token = field(token(REFRESH), "access_token");

        assertThat(check("BAD_ASIN", token, Map.of()).body()).startsWith("[{").contains("BAD_REQUEST");
        assertThat(check("B9", token, Map.of("content-length", "0")).status()).isEqualTo(400);
        assertThat(check("B9", "Atza|other", Map.of()).body()).contains("malformed or invalid");
        assertThat(amazon.reply("GET", RESTRICTIONS, Map.of("sellerId", "A2"), Map.of("x-amz-access-token", token), null).status()).isEqualTo(403);
        clock.advance(Duration.ofHours(1));
        Reply expired = check("B9", token, Map.of());
        assertThat(expired.status()).isEqualTo(403);
        assertThat(expired.body()).contains("Unauthorized", "The access token you provided has expired.");
        assertThat(expired.headers()).doesNotContainKey("x-amzn-RateLimit-Limit");
    }
}
