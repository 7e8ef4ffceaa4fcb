package dev.tollgate.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may order what, and who sees whose jobs: every verb, kind of job and kind of key. The upstreams have no credential here,
 * so that every job waits.
 */
@TestPropertySource(properties = "tollgate.jobs.max-open=3")
class JobRightsTest extends KeyTest {

    private static final String BACKFILL = "{\"asins\":[\"B000000001\",\"B000000002\"]}";
    private static final String CHECK = "{\"sellerId\":\"A1\",\"asins\":[\"B000000001\"],\"marketplaceIds\":[\"ATVPDKIKX0DER\"],"
            + "\"refreshToken\":\"Atzr|any\"}";
    private static final Map<String, String> KINDS = Map.of("keepa-backfill", BACKFILL, "restriction-check", CHECK);
    private static final Map<String, String> API = Map.of("keepa-backfill", "keepa", "restriction-check", "sp-api");

    private final Map<String, List<String>> rights = new LinkedHashMap<>();
    private final Map<String, String> keys = new LinkedHashMap<>();

    @BeforeEach
    void keysOfEveryKind() {
        rights.put("jobs alone", List.of("jobs"));
        rights.put("jobs and keepa", List.of("jobs", "keepa"));
        rights.put("another of jobs and keepa", List.of("jobs", "keepa"));
        rights.put("jobs and sp-api", List.of("jobs", "sp-api"));
        rights.put("jobs, keepa and sp-api", List.of("jobs", "keepa", "sp-api"));
        rights.put("keepa and sp-api", List.of("keepa", "sp-api"));
        rights.put("gemini", List.of("gemini"));
        rights.forEach((name, apis) -> keys.put(name, keyFor("\"" + String.join("\",\"", apis) + "\"", null)));
        keys.put("the admin key", ADMIN);
    }

    @AfterEach
    void noJobIsLeft() {
        admin("GET", "/jobs?limit=1000", null).json().findValuesAsText("jobId").forEach(id -> admin("DELETE", "/jobs/" + id, null));
    }

    @Test
    void anOrderNeedsTheRightToTheApiThatItSpends() {
        keys.forEach((name, key) -> KINDS.forEach((kind, order) -> {
            Answer answer = call("POST", "/jobs/" + kind, key, order);
            boolean jobs = key.equals(ADMIN) || rights.get(name).contains("jobs");
            boolean api = key.equals(ADMIN) || rights.get(name).contains(API.get(kind));

            assertThat(answer.status()).as(name + " orders a " + kind).isEqualTo(jobs && api ? 202 : 403);
            if (!jobs) {
                assertThat(answer.message()).isEqualTo("This key may not use jobs.");
            }
            else if (!api) {
                assertThat(answer.message()).isEqualTo("This key may not use %s, which a %s spends.".formatted(API.get(kind), kind));
            }
        }));
        assertThat(call("POST", "/jobs/keepa-backfill", null, BACKFILL).status()).isEqualTo(401);
    }

    @Test
    void aJobIsThereForTheKeyThatOrderedItAndForTheOperatorAlone() {
        Map<String, List<String>> jobs = new LinkedHashMap<>();
        keys.forEach((owner, key) -> KINDS.forEach((kind, order) -> {
            Answer answer = call("POST", "/jobs/" + kind, key, order);
            if (answer.status() == 202) {
                jobs.computeIfAbsent(owner, name -> new ArrayList<>()).add(answer.json().path("jobId").asText());
            }
        }));
        assertThat(jobs).hasSize(5);

        keys.forEach((name, key) -> {
            boolean mayAsk = key.equals(ADMIN) || rights.get(name).contains("jobs");
            Answer list = call("GET", "/jobs", key, null);
            assertThat(list.status()).isEqualTo(mayAsk ? 200 : 403);
            jobs.forEach((owner, ids) -> ids.forEach(id -> {
                boolean sees = key.equals(ADMIN) || name.equals(owner);
                int status = !mayAsk ? 403 : sees ? 200 : 404;
                String what = name + " asks for a job of " + owner;
                assertThat(list.text().contains(id)).as(what).isEqualTo(mayAsk && sees);
                assertThat(call("GET", "/jobs/" + id, key, null).status()).as(what).isEqualTo(status);
                assertThat(call("GET", "/jobs/" + id + "/results", key, null).status()).as(what).isEqualTo(status);
                assertThat(call("GET", "/jobs?before=" + id, key, null).status()).as(what).isEqualTo(status);
                if (!sees) {
                    assertThat(call("DELETE", "/jobs/" + id, key, null).status()).as(what).isEqualTo(status);
                    assertThat(admin("GET", "/jobs/" + id, null).json().path("state").asText()).as(what).isNotEqualTo("cancelled");
                }
            }));
        });
        jobs.forEach((owner, ids) -> ids.forEach(id ->
                assertThat(call("DELETE", "/jobs/" + id, keys.get(owner), null).json().path("state").asText()).isEqualTo("cancelled")));
    }

    @Test
    void ofOneKeyThereAreNoMoreOpenJobsThanThereMayBe() {
        String key = keys.get("jobs and keepa");
        String first = "";
        for (int i = 0; i < 3; i++) {
            first = call("POST", "/jobs/keepa-backfill", key, backfill(i)).header("Location");
        }

        Answer refused = call("POST", "/jobs/keepa-backfill", key, backfill(3));

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.message()).contains("3 jobs of this key have not ended", "tollgate.jobs.max-open");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        assertThat(call("POST", "/jobs/keepa-backfill", keys.get("another of jobs and keepa"), BACKFILL).status()).isEqualTo(202);
        call("DELETE", first, key, null);
        assertThat(call("POST", "/jobs/keepa-backfill", key, backfill(4)).status()).isEqualTo(202);
    }

    private static String backfill(int number) {
        return "{\"asins\":[\"B50000000" + number + "\"]}";
    }
}
