package dev.tollgate.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.AmazonServer.Call;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two sellers at one gateway that asks for keys, each with a key of its own. Whatever both do at the same time, no call of one
 * leaves with the other's token, and neither sees anything of the other. Amazon answers here whose token it was.
 */
@TestPropertySource(properties = "TOLLGATE_ADMIN_KEY=" + KeyTest.ADMIN)
// See SellerTimesTest.
@DirtiesContext
class TwoSellersTest extends SellerTest {

    private static final int THREADS = 6;
    private static final int STEPS = 25;
    private static final List<String> SELLERS = List.of("A1ONE", "A2TWO");

    private static final int LEAP = 7;

    /** Time does not leap in the middle of a request: its body would have come too slowly. */
    private final ReadWriteLock time = new ReentrantReadWriteLock();
    private final Map<String, String> keys = new ConcurrentHashMap<>();
    private final Map<String, String> jobs = new ConcurrentHashMap<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();

    @DynamicPropertySource
    static void quickChecksAndRenewals(DynamicPropertyRegistry registry) {
        registry.add("tollgate.sp-api.rates.getListingsRestrictions.calls", () -> "100000");
        registry.add("tollgate.sp-api.rates.getListingsRestrictions.burst", () -> "100000");
        registry.add("tollgate.sp-api.renewal-cron", () -> "0/1 * * * * ?");
        // Quartz finds schedulers of one virtual machine by name, and other tests' gateways live in this one.
        registry.add("camel.component.quartz.properties[org.quartz.scheduler.instanceName]", () -> "two-sellers-test");
        registry.add("camel.component.quartz.properties[org.quartz.threadPool.threadCount]", () -> "2");
    }

    @BeforeEach
    void bothAreConnected() {
        for (String seller : SELLERS) {
            connect(seller);
            Answer made = call("POST", "/admin/keys", KeyTest.ADMIN,
                    "{\"name\":\"" + seller + "\",\"apis\":[\"sp-api\",\"jobs\",\"status\"],\"sellerId\":\"" + seller + "\"}");
            keys.put(seller, made.json().path("key").asText());
        }
        amazon.script((call, number) -> call.isToken() ? null
                : !amazon.serves(token(call)) ? new Reply(403, Map.of(), "{\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"The token expired\"}]}")
                : call.path().endsWith("restrictions") ? new Reply(200, Map.of(), "{\"restrictions\":[]}")
                : new Reply(200, Map.of("Content-Type", "application/json"), "{\"seller\":\"" + amazon.ownerOf(token(call)) + "\"}"));
    }

    /** A job of one test would go on asking Amazon in the next, which counts the calls there. */
    @AfterEach
    void noJobIsLeft() {
        await().until(() -> {
            clock.leap(Duration.ofMinutes(1));
            return StreamSupport.stream(call("GET", "/jobs", KeyTest.ADMIN, null).json().spliterator(), false)
                    .allMatch(job -> List.of("done", "failed", "cancelled").contains(job.path("state").asText()));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void whateverBothDoAtOnceNeitherGetsTheOthersTokenOrData(int seed) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<CompletableFuture<Void>> all = IntStream.range(0, THREADS).mapToObj(thread -> CompletableFuture.runAsync(() -> {
            Random random = new Random(seed * 100L + thread);
            for (int step = 0; step < STEPS; step++) {
                int what = random.nextInt(10);
                Lock lock = what == LEAP ? time.writeLock() : time.readLock();
                lock.lock();
                try {
                    act(what, SELLERS.get(random.nextInt(2)));
                }
                finally {
                    lock.unlock();
                }
            }
        }, threads)).toList();
        all.forEach(CompletableFuture::join);
        threads.shutdown();

        assertThat(amazon.calls()).hasSizeGreaterThan(40).allSatisfy(call -> assertThat(amazon.ownerOf(token(call)))
                .as(call.query()).isEqualTo(AmazonServer.query(call.query()).get("sellerId")));
        assertThat(String.join("\n", answers)).contains("{\"seller\":\"A1ONE\"}", "{\"seller\":\"A2TWO\"}").doesNotContain("Atza|", "Atzr|");
    }

    private void act(int what, String seller) {
        String key = keys.get(seller);
        String other = SELLERS.get(1 - SELLERS.indexOf(seller));
        switch (what) {
            case 0, 1, 2 -> assertOwn(seller, call("GET", account(seller), key, null));
            case 3 -> assertOwn(seller, withGatewayToken(seller));
            case 4 -> jobs.put(seller, call("POST", "/jobs/restriction-check", key, order(seller)).json().path("jobId").asText());
            case 5 -> assertThat(call("GET", "/sellers", key, null).text()).doesNotContain(other);
            case 6 -> assertThat(call("GET", "/jobs/" + jobs.getOrDefault(other, "none") + "/results", key, null).status()).isEqualTo(404);
            case LEAP -> clock.leap(Duration.ofMinutes(61));
            case 8 -> amazon.control("fail", "503,1");
            default -> connect(seller);
        }
    }

    private void assertOwn(String seller, Answer answer) {
        assertThat(answer.status()).as(answer.text()).isIn(200, 503); // 503: the token endpoint is away
        if (answer.status() == 200) {
            assertThat(answer.json().path("seller").asText()).isEqualTo(seller);
        }
    }

    @Test
    void aKeyOfOneSellerOpensNothingOfTheOthers() throws Exception {
        String job = call("POST", "/jobs/restriction-check", keys.get("A2TWO"), order("A2TWO")).header("Location");
        await().until(() -> call("GET", job, keys.get("A2TWO"), null).json().path("state").asText().equals("done"));
        String key = keys.get("A1ONE");
        String gatewayToken = gatewayToken("A2TWO");
        int before = amazon.calls().size();

        assertThat(call("GET", "/jobs", key, null).text()).doesNotContain(job.substring(job.lastIndexOf('/') + 1));
        for (String path : List.of(job, job + "/results")) {
            assertThat(call("GET", path, key, null).status()).isEqualTo(404);
        }
        assertThat(call("DELETE", job, key, null).status()).isEqualTo(404);
        assertThat(call("GET", "/sellers", key, null).json().findValuesAsText("sellerId")).containsExactly("A1ONE");
        assertThat(call("GET", "/status", key, null).json().path("spApi").findValuesAsText("sellerId")).containsExactly("A1ONE");
        assertThat(call("GET", "/status", KeyTest.ADMIN, null).json().path("spApi").findValuesAsText("sellerId")).containsAll(SELLERS);
        assertThat(firstSnapshot(key)).contains("A1ONE").doesNotContain("A2TWO");
        assertThat(call("POST", "/jobs/restriction-check", key, order("A2TWO")).status()).isEqualTo(403);
        assertThat(send(HttpRequest.newBuilder(gateway.uri(account("A2TWO"))).header("Authorization", "Bearer " + key)
                .header("X-Seller-Id", "A2TWO")).status()).isEqualTo(403);
        assertThat(send(HttpRequest.newBuilder(gateway.uri(account("A1ONE"))).header("x-amz-access-token", gatewayToken)
                .header("X-Seller-Id", "A1ONE")).status()).isEqualTo(403);
        assertThat(call("DELETE", "/admin/sellers/A2TWO", key, null).status()).isEqualTo(403);
        assertThat(amazon.calls()).hasSize(before);
    }

    /** The first event of the stream that the dashboard reads. */
    private String firstSnapshot(String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/status/events")).header("Authorization", "Bearer " + key).build();
        try (BufferedReader events = new BufferedReader(new InputStreamReader(
                HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            return events.readLine();
        }
    }

    private Answer withGatewayToken(String seller) {
        return send(HttpRequest.newBuilder(gateway.uri(account(seller))).header("x-amz-access-token", gatewayToken(seller)));
    }

    /** As the official SDK asks for it. */
    private String gatewayToken(String seller) {
        Answer issued = gateway.request("POST", "/auth/o2/token", "application/x-www-form-urlencoded", ("grant_type=refresh_token&refresh_token="
                + URLEncoder.encode(keys.get(seller), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        return issued.json().path("access_token").asText();
    }

    private void connect(String seller) {
        assertThat(call("POST", "/admin/sellers", KeyTest.ADMIN, "{\"sellerId\":\"" + seller
                + "\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|sandbox." + seller + ".x\"}").status()).isEqualTo(201);
    }

    private Answer call(String method, String path, String key, String body) {
        return send(HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)));
    }

    private Answer send(HttpRequest.Builder request) {
        Answer answer = gateway.send(request);
        answers.add(answer.headers() + answer.text());
        return answer;
    }

    private static String account(String seller) {
        return "/sp-api/sellers/v1/account?sellerId=" + seller;
    }

    private static String order(String seller) {
        return "{\"sellerId\":\"" + seller + "\",\"asins\":[\"B000000001\",\"B000000002\"],\"marketplaceIds\":[\"ATVPDKIKX0DER\"]}";
    }

    private static String token(Call call) {
        return call.headers().getOrDefault("x-amz-access-token", "none");
    }
}
