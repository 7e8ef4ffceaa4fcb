package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.e2e.KeepaStub.Call;
import dev.tollgate.keepa.KeepaCall;
import dev.tollgate.keepa.KeepaLists;
import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Backfills with ASINs that Keepa does not take, in whatever way it says so: each costs itself and no other. */
class KeepaBadAsinsTest extends KeepaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Random RANDOM = new Random(15);

    @Autowired
    KeepaLists lists;

    private Gateway gateway;

    @BeforeEach
    void openGateway() {
        gateway = new Gateway(port);
    }

    /** How Keepa answers a request with a bad ASIN in it; what is not delivered is not charged. */
    enum Refusal {

        NO_PRODUCTS {
            @Override
            void write(ObjectNode reply, Set<String> bad) {
                reply.remove("products");
            }
        },
        PRODUCTS_NULL {
            @Override
            void write(ObjectNode reply, Set<String> bad) {
                reply.putNull("products");
            }
        },
        PRODUCTS_EMPTY {
            @Override
            void write(ObjectNode reply, Set<String> bad) {
                reply.putArray("products");
            }
        },
        NO_PRODUCTS_AND_AN_ERROR {
            @Override
            void write(ObjectNode reply, Set<String> bad) {
                reply.remove("products");
                error(reply);
            }
        },
        AN_ERROR_THAT_IS_A_TEXT {
            @Override
            void write(ObjectNode reply, Set<String> bad) {
                reply.remove("products");
                reply.put("error", "invalid ASIN");
            }
        },
        BAD_REQUEST(400),
        NOT_FOUND(404),
        OUT_OF_RANGE(405),
        UNPROCESSABLE(422),
        A_PAGE(400) {
            @Override
            SimulatedReply reply(ObjectNode good, Set<String> bad) {
                good.removeAll();
                return new SimulatedReply(400, Map.of("Content-Type", "text/html"), "<html>bad request</html>".getBytes());
            }
        },
        NOTHING(400) {
            @Override
            SimulatedReply reply(ObjectNode good, Set<String> bad) {
                good.removeAll();
                return new SimulatedReply(400, Map.of(), new byte[0]);
            }
        },
        GOOD_ONES_AND_AN_ERROR {
            @Override
            void write(ObjectNode reply, Set<String> bad) {
                removed(reply, bad, false);
                error(reply);
            }
        },
        GOOD_ONES_UNTIL_THE_BAD_AND_AN_ERROR {
            @Override
            void write(ObjectNode reply, Set<String> bad) {
                removed(reply, bad, true);
                error(reply);
            }
        },
        GOOD_ONES_ONLY {
            @Override
            void write(ObjectNode reply, Set<String> bad) {
                removed(reply, bad, false);
            }
        },
        SERVER_ERROR(500),
        NOT_JSON {
            @Override
            SimulatedReply reply(ObjectNode good, Set<String> bad) {
                return new SimulatedReply(200, Map.of("Content-Type", "text/html"), "<html>sorry</html>".getBytes());
            }
        };

        private final int status;

        Refusal() {
            this(200);
        }

        Refusal(int status) {
            this.status = status;
        }

        /** Changes the reply that would come without bad ones; the default is zeros all over. */
        void write(ObjectNode reply, Set<String> bad) {
            reply.removeAll();
            reply.put("timestamp", 1).put("tokensLeft", 0).put("refillIn", 0).put("refillRate", 0).put("tokensConsumed", 0);
            error(reply);
        }

        SimulatedReply reply(ObjectNode good, Set<String> bad) {
            write(good, bad);
            return new SimulatedReply(status, Map.of("Content-Type", "application/json"), good.toString().getBytes());
        }

        private static void error(ObjectNode reply) {
            reply.putObject("error").put("type", "invalidParameter").put("message", "invalid ASIN");
        }

        private static void removed(ObjectNode reply, Set<String> bad, boolean rest) {
            ArrayNode left = JSON.createArrayNode();
            for (JsonNode product : reply.path("products")) {
                if (!bad.contains(product.path("asin").asText())) {
                    left.add(product);
                } else if (rest) {
                    break;
                }
            }
            reply.set("products", left);
        }
    }

    /** A Keepa that charges one token for each product that it delivers. */
    private final class Picky implements KeepaStub.Script {

        private final Refusal refusal;
        private final Set<String> bad;
        private final List<String> paid = new ArrayList<>();

        Picky(Refusal refusal, Set<String> bad) {
            this.refusal = refusal;
            this.bad = bad;
        }

        @Override
        public synchronized SimulatedReply reply(Call call) throws IOException {
            if (!call.path().equals("/product")) {
                return keepa.reply(call.method(), call.path(), call.query(), call.body(), false);
            }
            List<String> asked = List.of(KeepaCall.of(call.path(), call.query(), null).param("asin").split(","));
            ObjectNode reply = (ObjectNode) JSON.readTree(keepa.reply("GET", "/token", "key=x", null, false).body());
            ArrayNode products = reply.putArray("products");
            asked.forEach(asin -> products.addObject().put("asin", asin).put("title", "T " + asin));
            SimulatedReply answer = asked.stream().anyMatch(bad::contains) ? refusal.reply(reply, bad) : null;
            List<String> delivered = new ArrayList<>();
            if (answer == null || isJson(answer)) {
                reply.path("products").forEach(product -> delivered.add(product.path("asin").asText()));
            }
            paid.addAll(delivered);
            keepa.drift(-delivered.size());
            if (reply.path("refillRate").asInt() > 0) {
                JsonNode meter = JSON.readTree(keepa.reply("GET", "/token", "key=x", null, false).body());
                reply.setAll((ObjectNode) meter);
                reply.put("tokensConsumed", delivered.size());
            }
            return answer != null && !isJson(answer) ? answer
                    : new SimulatedReply(answer == null ? 200 : answer.status(), Map.of("Content-Type", "application/json"), reply.toString().getBytes());
        }
    }

    private static boolean isJson(SimulatedReply answer) {
        return answer.body().length > 0 && answer.body()[0] == '{';
    }

    @ParameterizedTest
    @EnumSource(value = Refusal.class, mode = EnumSource.Mode.EXCLUDE, names = {"SERVER_ERROR", "NOT_JSON"})
    void ofAThousandWithTwentyBadOnesNineHundredAndEightyAreDelivered(Refusal refusal) throws Exception {
        List<String> asins = asins(1000);
        Set<String> bad = some(asins, 20);
        Picky picky = new Picky(refusal, bad);
        stub.reset(picky);

        String path = order(asins);
        JsonNode job = ended(path);

        assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("done");
        assertThat(job.path("done").asInt()).isEqualTo(980);
        assertThat(job.path("failed").asInt()).isEqualTo(20);
        assertDelivered(path, asins, bad);
        assertThat(picky.paid).as("tokens").hasSize(980).doesNotHaveDuplicates();
        assertThat(stub.calls().size()).as("calls").isLessThan(900);
    }

    @ParameterizedTest
    @EnumSource(value = Refusal.class, names = {"SERVER_ERROR", "NOT_JSON"})
    void oneAtWhichKeepaFailsForEverIsGivenUpToo(Refusal refusal) throws Exception {
        List<String> asins = asins(300);
        Set<String> bad = some(asins, 4);
        Picky picky = new Picky(refusal, bad);
        stub.reset(picky);
        clock.speed(60); // past the pauses after failures

        String path = order(asins);

        assertThat(ended(path).path("failed").asInt()).isEqualTo(4);
        assertDelivered(path, asins, bad);
        assertThat(picky.paid).as("tokens").hasSize(296).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(value = Refusal.class, names = {"NO_PRODUCTS", "BAD_REQUEST", "GOOD_ONES_UNTIL_THE_BAD_AND_AN_ERROR"})
    void aFullDiskInTheMiddleIsPaidForByNobody(Refusal refusal) throws Exception {
        List<String> asins = asins(300);
        Set<String> bad = some(asins, 6);
        Picky picky = new Picky(refusal, bad);
        AtomicInteger calls = new AtomicInteger();
        stub.reset(call -> {
            disk.full = disk.full || calls.incrementAndGet() == 20;
            return picky.reply(call);
        });
        String path = order(asins);
        await().until(() -> gateway.get(path).json().path("message").asText().contains("paid for wait in memory"));
        int paid = picky.paid.size();
        clock.leap(Duration.ofMinutes(5));
        assertThat(gateway.get(path).json().path("message").asText()).contains("Next try at 20");
        assertThat(picky.paid).as("nothing is bought meanwhile").hasSize(paid);

        disk.full = false;
        clock.leap(Duration.ofSeconds(6));

        assertThat(ended(path).path("state").asText()).isEqualTo("done");
        assertDelivered(path, asins, bad);
        assertThat(picky.paid).as("tokens").hasSize(294).doesNotHaveDuplicates();
    }

    /** At whose batches Keepa fails, once or always, although it charges for them, in full or for a part. */
    @ParameterizedTest
    @CsvSource({"1,1", "99,1", "1,3"})
    void whatKeepaChargesWhileItFailsIsNotPaidTwice(int failures, int price) throws Exception {
        List<String> asins = asins(150);
        List<String> paid = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        Picky picky = new Picky(Refusal.BAD_REQUEST, Set.of());
        stub.reset(call -> {
            if (!call.path().equals("/product") || calls.incrementAndGet() > failures) {
                return picky.reply(call);
            }
            List<String> asked = List.of(KeepaCall.of(call.path(), call.query(), null).param("asin").split(","));
            paid.addAll(asked);
            keepa.drift(-asked.size() * price);
            ObjectNode reply = (ObjectNode) JSON.readTree(keepa.reply("GET", "/token", "key=x", null, false).body());
            reply.put("tokensConsumed", asked.size() * price);
            return new SimulatedReply(500, Map.of("Content-Type", "application/json"), reply.toString().getBytes());
        });
        clock.speed(60);

        String path = order(asins);

        JsonNode job = ended(path);
        assertThat(job.path("failed").asInt()).as(job.toString()).isEqualTo(paid.size());
        assertThat(job.path("done").asInt()).isEqualTo(150 - paid.size());
        assertDelivered(path, asins, new HashSet<>(paid));
        assertThat(gateway.get(path + "/results").text()).contains("Keepa answered 500, and charged");
        paid.addAll(picky.paid);
        assertThat(paid).as("paid").hasSize(150).doesNotHaveDuplicates();
    }

    @Test
    void whatKeepaDeliversWhileItFailsIsTaken() throws Exception {
        List<String> asins = asins(100);
        Picky picky = new Picky(Refusal.BAD_REQUEST, Set.of());
        AtomicInteger calls = new AtomicInteger();
        stub.reset(call -> {
            SimulatedReply good = picky.reply(call);
            return call.path().equals("/product") && calls.incrementAndGet() == 1
                    ? new SimulatedReply(500, good.headers(), good.body()) : good;
        });

        JsonNode job = ended(order(asins));

        assertThat(job.path("done").asInt()).isEqualTo(100);
        assertThat(picky.paid).as("paid").hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void anOrderOfWhichKeepaTakesNothingIsGivenUpAndSaysWhy() throws Exception {
        List<String> asins = asins(1000);
        stub.reset(new Picky(Refusal.BAD_REQUEST, new HashSet<>(asins)));

        JsonNode job = ended(order(asins));

        assertThat(job.path("state").asText()).isEqualTo("failed");
        assertThat(job.path("message").asText()).isEqualTo("Keepa answered 400: invalid ASIN");
        assertThat(stub.calls()).hasSizeLessThan(60);
    }

    @Test
    void whileKeepaIsAwayNothingIsGivenUp() throws Exception {
        List<String> asins = asins(250);
        stub.reset(call -> new SimulatedReply(503, Map.of(), new byte[0]));
        String path = order(asins);
        for (int i = 0; i < 15; i++) {
            int calls = stub.calls().size();
            clock.leap(Duration.ofMinutes(6));
            await().until(() -> stub.calls().size() > calls && gateway.get(path).json().path("state").asText().equals("waiting"));
        }
        assertThat(gateway.get(path).json().path("message").asText()).startsWith("Keepa answered 503; trying again. Next try at 20");
        assertThat(gateway.get(path).json().path("failed").asInt()).isZero();

        Picky picky = new Picky(Refusal.BAD_REQUEST, Set.of());
        keepa(1000);
        stub.reset(picky);
        clock.leap(Duration.ofMinutes(6));

        assertThat(ended(path).path("done").asInt()).isEqualTo(250);
        assertThat(picky.paid).hasSize(250).doesNotHaveDuplicates();
    }

    @Test
    void aJobThatIsHeldUpDoesNotKeepTheClockFromOrdering() throws Exception {
        clock.speed(0);
        Files.writeString(data.resolve("backfill.txt"), "B700000001\nB700000002\n");
        stub.reset(call -> new SimulatedReply(402, Map.of("Content-Type", "application/json"), "{\"error\":{\"message\":\"pay\"}}".getBytes()));
        for (int n = 1; n <= 5; n++) {
            lists.scheduled("night-" + n);
            int most = Math.min(n, 3);
            await().until(() -> scheduled("waiting") == most);
        }
        assertThat(gateway.get("/jobs").json().findValuesAsText("message")).anyMatch(message -> message.startsWith("2 ASINs of backfill.txt are"
                + " ordered. Keepa answered 402: pay; trying again. Next try at 20"));

        keepa(1000);
        clock.leap(Duration.ofMinutes(6));
        await().until(() -> scheduled("done") == 3);
        keepa(-2000);
        lists.scheduled("later-1");
        await().until(() -> scheduled("waiting") == 1);
        lists.scheduled("later-2");
        assertThat(scheduled("waiting")).as("one that waits for tokens is under way").isEqualTo(1);
        gateway.get("/jobs").json().forEach(job -> gateway.send(HttpRequest.newBuilder(
                gateway.uri("/jobs/" + job.path("jobId").asText())).DELETE()));
        Files.delete(data.resolve("backfill.txt"));
        await().until(() -> scheduled("waiting") + scheduled("running") == 0);
    }

    private int scheduled(String state) {
        int jobs = 0;
        for (JsonNode job : gateway.get("/jobs?limit=1000").json()) {
            jobs += job.path("jobId").asText().startsWith("schedule-") && job.path("state").asText().equals(state) ? 1 : 0;
        }
        return jobs;
    }

    private void assertDelivered(String path, List<String> asins, Set<String> bad) throws IOException {
        Set<String> delivered = new HashSet<>();
        Set<String> failed = new HashSet<>();
        for (String line : gateway.get(path + "/results").text().lines().toList()) {
            JsonNode result = JSON.readTree(line);
            assertThat((result.has("error") ? failed : delivered).add(result.path("asin").asText())).as("once").isTrue();
            if (result.has("error")) {
                assertThat(result.path("error").asText()).startsWith("Keepa ");
            }
        }
        assertThat(failed).isEqualTo(bad);
        assertThat(delivered).hasSize(asins.size() - bad.size());
    }

    private static List<String> asins(int count) {
        int from = RANDOM.nextInt(900_000_000);
        return IntStream.range(from, from + count).mapToObj("B%09d"::formatted).toList();
    }

    private static Set<String> some(List<String> asins, int count) {
        Set<String> some = new HashSet<>();
        while (some.size() < count) {
            some.add(asins.get(RANDOM.nextInt(asins.size())));
        }
        return some;
    }

    private String order(List<String> asins) {
        return gateway.request("POST", "/jobs/keepa-backfill", "application/json",
                JSON.valueToTree(Map.of("asins", asins)).toString().getBytes()).header("Location");
    }

    private JsonNode ended(String path) {
        await().atMost(Duration.ofMinutes(2)).until(() ->
                List.of("done", "failed", "cancelled").contains(gateway.get(path).json().path("state").asText()));
        return gateway.get(path).json();
    }
}
