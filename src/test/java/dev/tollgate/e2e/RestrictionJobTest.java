package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Restriction checks, ordered over HTTP. The rate is Amazon's own, so lists are short here. */
class RestrictionJobTest extends SellerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String US = "ATVPDKIKX0DER";
    private static final String CANADA = "A2EUQ1WTGCTBG2";

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

    private Map<String, String> verdicts(Map<String, JsonNode> lines) {
        return lines.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                line -> line.getValue().path("results").path(0).path("result").asText()));
    }

    Map<String, JsonNode> results(String path) throws IOException {
        Answer answer = gateway.get(path + "/results");
        assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
        List<JsonNode> lines = new java.util.ArrayList<>();
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
