package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.budget.Price;
import dev.tollgate.e2e.KeepaStub.Call;
import dev.tollgate.e2e.Wire.Reply;
import dev.tollgate.keepa.Envelope;
import dev.tollgate.keepa.KeepaCall;
import dev.tollgate.keepa.PriceList;
import dev.tollgate.sandbox.KeepaTariff;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Waits, denials and order as callers of {@code /keepa} meet them; ten tokens arrive every 100 ms. */
class KeepaPolicyTest extends KeepaTest {

    private static final String FIFTY_TOKENS = "/keepa/bestsellers?category=1";

    @Test
    void aCallWaitsForItsTokensAndIsServed() {
        keepa(0);

        Instant start = Instant.now();
        Reply reply = Wire.get(port, FIFTY_TOKENS);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(Instant.now()).as("50 tokens are five refills").isBetween(start.plusMillis(390), start.plusMillis(2500));
        assertThat(keepa.refused()).isZero();
    }

    @Test
    void aRefusalOfKeepaIsWaitedOutUnseen() {
        keepa(100);
        keepa.drift(-150);

        Reply reply = Wire.get(port, "/keepa/product?asin=B1&", "Accept-Encoding: gzip");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(keepa.refused()).isEqualTo(1);
        assertThat(stub.calls()).extracting(Call::target).containsOnly("/product?key=" + KEY + "&asin=B1&").hasSize(2);
    }

    @Test
    void whomKeepaRefusesAndWhoWouldThenWaitLongerThanMaxWaitIsDenied() throws Exception {
        keepa(100);
        keepa.drift(-20_000);
        long denied = status().path("denied").asLong();

        Reply denial = Wire.get(port, "/keepa/product?asin=B1", "Accept-Encoding: gzip");

        assertThat(denial.status()).isEqualTo(429);
        assertThat(denial.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(Integer.parseInt(denial.header("Retry-After"))).as("more than max-wait").isBetween(101, 201);
        assertThat(denial.envelope().refillIn()).as("not the tenth of a second to the next refill, which Keepa told")
                .isBetween(100_001, 200_100);
        assertThat(stub.calls()).hasSize(1);
        assertThat(status().path("denied").asLong()).isEqualTo(denied + 1);
        assertThat(toll.line().waiting()).isZero();
    }

    @Test
    void whoWouldWaitLongerThanMaxWaitIsDeniedAtOnce() throws Exception {
        keepa(-20_000);
        long denied = status().path("denied").asLong();

        Reply denial = Wire.get(port, "/keepa/product/?asin=B1", "Accept-Encoding: gzip, deflate");
        Reply plain = Wire.get(port, "/keepa/product?asin=B1");

        assertThat(denial.status()).isEqualTo(429);
        assertThat(denial.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(plain.header("Content-Encoding")).isNull();
        assertThat(stub.calls()).isEmpty();
        Envelope body = denial.envelope();
        assertThat(body.error()).isNull();
        assertThat(body.tokensLeft()).isZero();
        assertThat(body.refillRate()).isEqualTo(RATE);
        assertThat(body.timestamp()).isBetween(System.currentTimeMillis() - 5000, System.currentTimeMillis());
        assertThat(Integer.parseInt(denial.header("Retry-After"))).isBetween(195, 201);
        assertThat(status().path("denied").asLong()).isEqualTo(denied + 2);
        assertThat(new String(plain.body(), java.nio.charset.StandardCharsets.UTF_8)).as("whole numbers, as its Java client reads them")
                .containsPattern("\"tokensLeft\":0,\"refillIn\":\\d+,\"refillRate\":6000,\"tokenFlowReduction\":0.0,\"tokensConsumed\":0");
    }

    /** What each client's own formula makes of a denial must be the true wait: 20,001 tokens at 6,000 a minute. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"java, /keepa/product?key=K&asin=B1&", "python, /keepa/product/?asin=B1&key=K"})
    void bothClientsComeBackInTime(String client, String target) {
        keepa(-20_000);
        Reply denial = Wire.get(port, target, "Accept-Encoding: gzip", "User-Agent: KEEPA-JAVA Framework-1", "Connection: keep-alive");

        Envelope e = denial.envelope();
        long now = System.currentTimeMillis();
        long wait = client.equals("java") ? e.refillIn() + 100L
                : Math.max(0, e.timestamp() + e.refillIn() - now + 1000)
                        + (e.tokensLeft() < 0 ? Math.abs(e.tokensLeft()) * 60_000L / e.refillRate() : 0);
        assertThat(wait).isBetween(195_000L, 202_000L);
    }

    @Test
    void sixtyFourCallersAreServedInOrderAndKeepaRefusesNone() throws Exception {
        int calls = 300;
        keepa(1000, upToTwice());
        long before = toll.status().consumed();
        AtomicInteger next = new AtomicInteger();
        List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
        Instant start = Instant.now();

        ExecutorService callers = Executors.newFixedThreadPool(64);
        for (int i = 0; i < 64; i++) {
            callers.submit(() -> {
                for (int call; (call = next.getAndIncrement()) < calls;) {
                    statuses.add(Wire.get(port, mixed(call), "Accept-Encoding: gzip").status());
                }
            });
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();

        double bound = (keepa.charged() - 1000) / (RATE / 60.0);
        double took = java.time.Duration.between(start, Instant.now()).toMillis() / 1000.0;
        System.out.printf("%d calls from 64 callers over HTTP: %d tokens in %.1f s, %.3f of the lower bound %.1f s, %d refused upstream%n",
                calls, keepa.charged(), took, took / bound, bound, keepa.refused());
        assertThat(statuses).hasSize(calls).containsOnly(200);
        assertThat(keepa.refused()).isZero();
        assertThat(keepa.expired()).isZero();
        assertThat(toll.status().consumed() - before).isEqualTo(keepa.charged());
        assertThat(toll.status().balance()).isLessThanOrEqualTo(keepa.token().tokensLeft());
        assertThat(took / bound).isLessThan(1.25);
    }

    @Test
    void callersLeaveInTheOrderTheyCame() throws Exception {
        keepa(-350);
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int number = i;
            replies.add(CompletableFuture.supplyAsync(() -> Wire.get(port, "/keepa/search?term=" + number), pool));
            await().until(() -> toll.line().waiting() + stub.calls().size() > number); // on a slow machine the first have left
        }
        CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).join();

        List<Integer> order = stub.calls().stream().map(call -> Integer.parseInt(call.target().replaceAll(".*term=", ""))).toList();
        assertThat(order).hasSize(12);
        // Two that leave a tenth of a second apart may overtake each other on the way; WaitingLineTest has the exact order.
        assertThat(IntStream.range(0, 12)).allSatisfy(place -> assertThat(order.get(place)).isCloseTo(place, within(1)));
    }

    @Test
    void whoHangsUpInLineGivesThePlaceBack() throws Exception {
        keepa(-500);
        List<Wire> callers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            callers.add(Wire.open(port, "GET", FIFTY_TOKENS, null));
        }
        await().until(() -> toll.line().waiting() == 30);
        Wire patient = callers.remove(17);
        for (Wire caller : callers) {
            caller.close();
        }

        await().until(() -> toll.line().waiting() == 1);

        assertThat(patient.reply().status()).isEqualTo(200);
        assertThat(stub.calls()).as("nothing is paid for those who left").hasSize(1);
        assertThat(toll.bucket().inFlight()).isEmpty();
    }

    @Test
    void driftOfAHundredIsAbsorbedUnseen() throws Exception {
        keepa(300);
        List<CompletableFuture<Reply>> replies = IntStream.range(0, 60)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> Wire.get(port, "/keepa/search?term=" + i), pool)).toList();
        await().until(() -> keepa.served() > 40); // the burst is over, they leave one by one as tokens come
        keepa.drift(-100);

        assertThat(replies).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
        assertThat(keepa.refused()).isLessThanOrEqualTo(1);
    }

    @Test
    void theStatusShowsTheLine() throws Exception {
        keepa(-150);
        Wire waiting = Wire.open(port, "GET", "/keepa/product?asin=B1", null);
        await().until(() -> status().path("waiting").asInt() == 1);

        JsonNode now = status();
        assertThat(now.path("balance").asLong()).isNegative();
        assertThat(now.path("deficit").asLong()).isEqualTo(-now.path("balance").asLong());
        assertThat(now.path("refillRate").asInt()).isEqualTo(RATE);
        assertThat(now.path("capacity").asInt()).isEqualTo(60 * RATE);
        assertThat(Instant.parse(now.path("nextFreeAt").asText())).isAfter(Clock.systemUTC().instant());
        assertThat(now.fieldNames()).toIterable().contains("balance", "deficit", "refillRate", "capacity", "waiting",
                "nextFreeAt", "consumed", "denied", "upstream429");
        assertThat(waiting.reply().status()).isEqualTo(200);
    }

    @Test
    void theBalanceIsAskedForOnceAndNotPolled() {
        await().until(() -> stub.tokenCalls() <= 1);
        Wire.get(port, "/keepa/product?asin=B1");
        assertThat(stub.tokenCalls()).isLessThanOrEqualTo(1);
    }

    private static final ExecutorService pool = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "caller");
        thread.setDaemon(true);
        return thread;
    });

    private JsonNode status() throws IOException {
        return new Gateway(port).get("/status").json().path("keepa");
    }

    /** Calls of mixed cost; what they ask for differs, and so does what they really cost. */
    static String mixed(int call) {
        return switch (call % 5) {
            case 0, 1 -> "/keepa/product?key=K&asin=" + "B" + call + ",C" + call + ",D" + call;
            case 2 -> "/keepa/product/?key=K&offers=20&asin=E" + call;
            case 3 -> "/keepa/search/?key=K&term=" + call;
            default -> "/keepa/deal?key=K&selection=" + call + "&";
        };
    }

    /** Between half of the list price and twice of it. */
    static KeepaTariff upToTwice() {
        return call -> {
            Price price = PriceList.quote(call).price();
            return Math.max(1, price.expected() * (50 + Math.floorMod(sum(call) * 31, 151)) / 100);
        };
    }

    private static int sum(KeepaCall call) {
        return call.params().hashCode();
    }
}
