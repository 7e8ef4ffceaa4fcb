package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.e2e.AmazonServer.Call;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/** A seller who is connected in North America and in Europe, with a consent for each. The simulator tells them by their tokens. */
class TwoRegionsTest extends SellerTest {

    private static final String US = "ATVPDKIKX0DER";
    private static final String DE = "A1PA6795UKMFR9";
    private static final String JP = "A1VC38T7YXB528";

    @BeforeEach
    void both() {
        take("A1BOTH", US, "america");
        take("A1BOTH", DE, "europe");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : new Reply(200, Map.of(), "{\"restrictions\":[]}"));
    }

    /** The refresh token's seller is, for the simulator, the region: so its access tokens tell which consent a call used. */
    private void take(String seller, String marketplace, String consent) {
        assertThat(gateway.request("POST", "/admin/sellers", "application/json", ("{\"sellerId\":\"" + seller + "\",\"marketplaceIds\":[\"" + marketplace
                + "\"],\"refreshToken\":\"Atzr|sandbox." + consent + ".x\"}").getBytes()).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = {
            "GET | /orders/v0/orders?MarketplaceIds=" + DE + " | none | none | europe",
            "GET | /orders/v0/orders?MarketplaceIds=" + US + " | none | none | america",
            "GET | /catalog/2022-04-01/items/B1?marketplaceIds=" + US + "%2CA2EUQ1WTGCTBG2 | none | none | america",
            "GET | /products/pricing/v0/price?MarketplaceId=A1F83G8C2ARO7P | none | none | europe",
            "POST | /reports/2021-06-30/reports | none | {\"marketplaceIds\":[\"" + DE + "\"]} | europe",
            "POST | /feeds/2021-06-30/feeds | none | {\"marketplaceIds\":[\"" + US + "\"]} | america",
            "GET | /sellers/v1/account | eu | none | europe", "GET | /sellers/v1/account | NA | none | america",
            "GET | /orders/v0/orders?MarketplaceIds=" + DE + " | NA | none | america" })
    void eachCallUsesTheConsentOfItsRegion(String method, String path, String header, String body, String consent) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri("/sp-api" + path)).header("X-Seller-Id", "A1BOTH").header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        Answer answer = gateway.send(header == null ? request : request.header("X-Seller-Region", header));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(amazon.calls()).singleElement().satisfies(call -> {
            assertThat(amazon.ownerOf(token(call))).isEqualTo(consent);
            assertThat(call.headers()).doesNotContainKey("X-Seller-Region");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = { "/sellers/v1/account | none | 400 | NA and EU", "/sellers/v1/account | ZZ | 400 | NA, EU or FE",
            "/orders/v0/orders?MarketplaceIds=" + JP + " | none | 400 | NA and EU", "/orders/v0/orders?MarketplaceIds=" + US + "," + DE + " | none | 400 | NA and EU",
            "/sellers/v1/account | FE | 403 | not connected in FE" })
    void aCallThatDoesNotSayWhichIsToldHow(String path, String header, int status, String words) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri("/sp-api" + path)).header("X-Seller-Id", "A1BOTH");
        Answer answer = gateway.send(header == null ? request : request.header("X-Seller-Region", header));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).contains(status == 400 && header == null ? "X-Seller-Region" : words);
        assertThat(amazon.calls()).isEmpty();
    }

    @Test
    void bothAreShownAndGoTogether() {
        take("A1GONE", US, "america");
        take("A1GONE", JP, "asia");
        List<String> regions = gateway.get("/sellers").json().findParents("sellerId").stream()
                .filter(one -> one.path("sellerId").asText().equals("A1GONE")).map(one -> one.path("region").asText()).toList();
        assertThat(regions).containsExactlyInAnyOrder("NA", "FE");

        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/admin/sellers/A1GONE")).DELETE()).status()).isEqualTo(204);
        assertThat(gateway.get("/sellers").text()).doesNotContain("A1GONE");
    }

    @Test
    void onesEndIsNotTheOthers() {
        take("A1HALF", US, "half");
        take("A1HALF", DE, "other");
        amazon.control("revoke", "half");
        clock.leap(Duration.ofHours(2));

        assertThat(account("A1HALF", "NA").status()).isEqualTo(403);
        assertThat(account("A1HALF", "EU").status()).isEqualTo(200);
    }

    private Answer account(String seller, String region) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/sellers/v1/account")).header("X-Seller-Id", seller).header("X-Seller-Region", region));
    }

    private static String token(Call call) {
        return call.headers().get("x-amz-access-token");
    }
}
