package dev.tollgate.e2e;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.budget.Price;
import dev.tollgate.e2e.KeepaStub.Call;
import dev.tollgate.e2e.Wire.Reply;
import dev.tollgate.keepa.Envelope;
import dev.tollgate.keepa.KeepaCall;
import dev.tollgate.keepa.PriceList;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.sandbox.KeepaTariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Waits, denials and order as callers of {@code /keepa} meet them; ten tokens arrive every 100 ms. */
class KeepaPolicyTest extends KeepaTest {

    private static final String FIFTY_TOKENS = "/keepa/bestsellers?category=1";

    @Test
    void aCallWaitsForItsTokensAndIsServed() throws Exception {
        standingKeepa(0);
        Wire caller = Wire.open(port, "GET", FIFTY_TOKENS, null);
        await().until(() -> balance.queue().waiting() == 1);

        refill(4);
        Thread.sleep(4 * AdmissionQueue.STEP_MILLIS); // nothing is to happen; a gateway that asked too early would have done so
        assertThat(stub.calls()).as("50 tokens are five refills").isEmpty();
        refill(1);

        assertThat(caller.reply().status()).isEqualTo(200);
        assertThat(keepa.refused()).isZero();
    }

    @Test
    void aRefusalOfKeepaIsWaitedOutUnseen() throws Exception {
        standingKeepa(100);
        keepa.drift(-150);
        Wire caller = Wire.open(port, "GET", "/keepa/product?asin=B1&", null, "Accept-Encoding: gzip");
        await().until(() -> keepa.refused() == 1 && balance.queue().waiting() == 1);

        refill(6);

        assertThat(caller.reply().status()).isEqualTo(200);
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
        assertThat(balance.queue().waiting()).isZero();
    }

    @Test
    void whoWouldWaitLongerThanMaxWaitIsDeniedAtOnce() throws Exception {
        standingKeepa(-20_000);
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
        assertThat(body.timestamp()).isEqualTo(clock.millis());
        assertThat(Integer.parseInt(denial.header("Retry-After"))).as("20,001 tokens at 100 a second").isBetween(200, 201);
        assertThat(status().path("denied").asLong()).isEqualTo(denied + 2);
        assertThat(new String(plain.body(), java.nio.charset.StandardCharsets.UTF_8)).as("whole numbers, as its Java client reads them")
                .containsPattern("\"tokensLeft\":0,\"refillIn\":\\d+,\"refillRate\":6000,\"tokenFlowReduction\":0.0,\"tokensConsumed\":0");
    }

    /** What each client's own formula makes of a denial must be the true wait: 20,001 tokens at 6,000 a minute. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"java, /keepa/product?key=K&asin=B1&", "python, /keepa/product/?asin=B1&key=K"})
    void bothClientsComeBackInTime(String client, String target) {
        standingKeepa(-20_000);

        Reply denial = Wire.get(port, target, "Accept-Encoding: gzip", "User-Agent: KEEPA-JAVA Framework-1", "Connection: keep-alive");
        Envelope e = denial.envelope();
        long now = clock.millis();
        long wait = client.equals("java") ? e.refillIn() + 100L
                : Math.max(0, e.timestamp() + e.refillIn() - now + 1000)
                        + (e.tokensLeft() < 0 ? Math.abs(e.tokensLeft()) * 60_000L / e.refillRate() : 0);

        assertThat(wait).isBetween(200_000L, 202_000L);
    }

    /** Tokens come when all who are there wait for them, so that a slow machine wastes none. */
    @Test
    void sixtyFourCallersAreServedInOrderAndKeepaRefusesNone() throws Exception {
        int calls = 300;
        clock.speed(0);
        keepa(1000, upToTwice());
        long before = balance.status().consumed();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger there = new AtomicInteger(64);
        List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());

        List<CompletableFuture<Void>> callers = IntStream.range(0, 64).mapToObj(i -> CompletableFuture.runAsync(() -> {
            for (int call; (call = next.getAndIncrement()) < calls;) {
                statuses.add(Wire.get(port, mixed(call), "Accept-Encoding: gzip").status());
            }
            there.decrementAndGet();
        }, pool)).toList();
        int refills = 0;
        for (; waitForTokens(there); refills += 6) {
            refill(6);
        }
        callers.forEach(CompletableFuture::join);
        double bound = (keepa.charged() - 1000) / (RATE / 60.0);
        double took = refills * PLAN.tick() / 1000.0;

        System.out.printf("%d calls from 64 callers over HTTP: %d tokens in %.1f s, %.3f of the lower bound %.1f s, %d refused upstream%n",
                calls, keepa.charged(), took, took / bound, bound, keepa.refused());
        assertThat(statuses).hasSize(calls).containsOnly(200);
        assertThat(keepa.refused()).isZero();
        assertThat(keepa.expired()).isZero();
        assertThat(balance.status().consumed() - before).isEqualTo(keepa.charged());
        assertThat(balance.status().balance()).isLessThanOrEqualTo(keepa.token().tokensLeft());
        assertThat(took / bound).isLessThan(1.25);
    }

    /**
     * Returns true once all who are there stand in line and no call is under way, and stay so while the first of them has
     * time to look again, which is as slow on a slow machine as the pages that are asked for here; false when nobody is there.
     */
    private boolean waitForTokens(AtomicInteger there) throws Exception {
        long seen = -1;
        for (int looks = 0; looks < 3 && there.get() > 0; Thread.sleep(AdmissionQueue.STEP_MILLIS / 3)) {
            boolean still = status().path("waiting").asInt() == there.get() && balance.state().inFlight().isEmpty() && keepa.served() == seen;
            looks = still ? looks + 1 : 0;
            seen = keepa.served();
        }
        return there.get() > 0;
    }

    @Test
    void callersLeaveInTheOrderTheyCame() throws Exception {
        standingKeepa(-350);
        AtomicInteger there = new AtomicInteger();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int number = i;
            callers.add(CompletableFuture.runAsync(() -> {
                there.incrementAndGet();
                assertThat(Wire.get(port, "/keepa/search?term=" + number).status()).isEqualTo(200);
                there.decrementAndGet();
            }, pool));
            await().until(() -> balance.queue().waiting() == number + 1);
        }

        refill(35); // until the meter is at 0; from then on a refill is no more than one call needs
        while (waitForTokens(there)) {
            refill(1);
        }
        callers.forEach(CompletableFuture::join);

        List<Integer> order = stub.calls().stream().map(call -> Integer.parseInt(call.target().replaceAll(".*term=", ""))).toList();
        assertThat(order).containsExactlyElementsOf(IntStream.range(0, 12).boxed().toList());
    }

    @Test
    void whoHangsUpInLineGivesThePlaceBack() throws Exception {
        standingKeepa(-500);
        List<Wire> callers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            callers.add(Wire.open(port, "GET", FIFTY_TOKENS, null));
        }
        await().until(() -> balance.queue().waiting() == 30);

        Wire patient = callers.remove(17);
        for (Wire caller : callers) {
            caller.close();
        }
        await().until(() -> balance.queue().waiting() == 1);
        refill(55);

        assertThat(patient.reply().status()).isEqualTo(200);
        assertThat(stub.calls()).as("nothing is paid for those who left").hasSize(1);
        assertThat(balance.state().inFlight()).isEmpty();
    }

    @Test
    void driftOfAHundredIsAbsorbedUnseen() throws Exception {
        standingKeepa(300);
        AtomicInteger there = new AtomicInteger(60);
        List<CompletableFuture<Reply>> replies = IntStream.range(0, 60).mapToObj(i -> CompletableFuture.supplyAsync(() -> {
            Reply reply = Wire.get(port, "/keepa/search?term=" + i);
            there.decrementAndGet();
            return reply;
        }, pool)).toList();
        for (int refills = 0; waitForTokens(there); refills++) {
            if (refills == 10) {
                keepa.drift(-100); // the burst is over, they leave one by one as tokens come
            }
            refill(1);
        }

        assertThat(replies).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
        assertThat(keepa.refused()).isLessThanOrEqualTo(1);
    }

    @Test
    void theStatusShowsTheLine() throws Exception {
        standingKeepa(-150);
        Wire waiting = Wire.open(port, "GET", "/keepa/product?asin=B1", null);
        await().until(() -> status().path("waiting").asInt() == 1);

        JsonNode now = status();
        assertThat(now.path("balance").asLong()).isNegative();
        assertThat(now.path("deficit").asLong()).isEqualTo(-now.path("balance").asLong());
        assertThat(now.path("refillRate").asInt()).isEqualTo(RATE);
        assertThat(now.path("capacity").asInt()).isEqualTo(60 * RATE);
        assertThat(Instant.parse(now.path("nextFreeAt").asText())).isAfter(clock.instant());
        assertThat(now.fieldNames()).toIterable().contains("balance", "deficit", "refillRate", "capacity", "waiting",
                "nextFreeAt", "consumed", "denied", "upstream429");
        clock.speed(1);
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
