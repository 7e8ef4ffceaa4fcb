package dev.tollgate.e2e;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A list of sellers that has grown: in pages, searched, each row once. */
class SellerPagesTest extends SellerTest {

    @Test
    void eachRowOnceByPagesAndThoseThatHoldAText() {
        for (int i = 0; i < 7; i++) {
            imported("A1PAGED" + i, "ATVPDKIKX0DER");
        }
        imported("A1PAGED3", "A1F83G8C2ARO7P"); // in a second region, so a second row

        List<String> rows = new ArrayList<>();
        String path = "/sellers?limit=2&q=a1paged";
        while (path != null) {
            Answer page = gateway.get(path);
            assertThat(page.json().size()).isBetween(1, 2);
            page.json().forEach((JsonNode row) -> rows.add(row.path("sellerId").asText() + " " + row.path("region").asText()));
            path = page.header("X-Tollgate-Next");
        }
        assertThat(rows).containsExactly("A1PAGED0 NA", "A1PAGED1 NA", "A1PAGED2 NA", "A1PAGED3 EU", "A1PAGED3 NA", "A1PAGED4 NA", "A1PAGED5 NA",
                "A1PAGED6 NA");

        assertThat(gateway.get("/sellers?q=A1F83G8C2ARO7P").json().findValuesAsText("sellerId")).contains("A1PAGED3").doesNotContain("A1PAGED2");
        assertThat(gateway.get("/sellers?q=nobody-of-that-name").json()).isEmpty();
        assertThat(gateway.get("/sellers").json().size()).isLessThanOrEqualTo(100);
        for (String wrong : List.of("limit=0", "limit=1001", "after=a%20b", "q=" + "x".repeat(101))) {
            assertThat(gateway.get("/sellers?" + wrong).status()).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void theSnapshotCountsAllAndShowsAHundredThoseThatMustReconnectFirst() {
        for (int i = 0; i < 105; i++) {
            imported("A2MANY" + i, "ATVPDKIKX0DER");
        }
        database.sql("UPDATE SellerGrants SET State = 'reconnect-needed' WHERE SellerID = 'A2MANY104'").update();

        await().untilAsserted(() -> {
            JsonNode sellers = gateway.get("/status").json().path("spApi");
            assertThat(sellers.path("sellerCount").asInt()).isGreaterThanOrEqualTo(105);
            assertThat(sellers.path("reconnectNeeded").asInt()).isEqualTo(1);
            assertThat(sellers.path("sellers").size()).isEqualTo(100);
            assertThat(sellers.path("sellers").get(0).path("sellerId").asText()).isEqualTo("A2MANY104");
        });
    }

    private void imported(String seller, String marketplace) {
        assertThat(gateway.request("POST", "/admin/sellers", "application/json", ("{\"sellerId\":\"" + seller + "\",\"marketplaceIds\":[\"" + marketplace
                + "\"],\"refreshToken\":\"Atzr|made-up-" + seller + marketplace + "\"}").getBytes()).status()).isEqualTo(201);
    }
}
