package dev.tollgate.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tollgate.budget.Plan;
import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;

/** A balance that changed elsewhere, by a bigger plan or bought tokens: nobody is denied for long by what was true once. */
class KeepaDoubtTest extends KeepaTest {

    private Gateway gateway;

    @BeforeEach
    void openGateway() {
        gateway = new Gateway(port);
    }

    @Test
    void beforeALongDenialByAnOldWordKeepaIsAsked() {
        standingKeepa(-40_000);
        assertThat(Wire.get(port, "/keepa/product?asin=B1").status()).as("the word is new").isEqualTo(429);
        assertThat(stub.tokenCalls()).isZero();
        Plan bigger = Plan.ofRate(2 * RATE, 0, 100);
        keepa = new KeepaSimulator(bigger, 5000, clock);
        stub.reset(keepa);
        assertThat(Wire.get(port, "/keepa/product?asin=B1").status()).as("still").isEqualTo(429);
        assertThat(stub.tokenCalls()).isZero();

        clock.leap(Duration.ofSeconds(61));

        assertThat(Wire.get(port, "/keepa/product?asin=B1").status()).isEqualTo(200);
        assertThat(stub.tokenCalls()).isEqualTo(1);
        assertThat(balance.token().refillRate()).isEqualTo(2 * RATE);
        assertThat(balance.token().tokensLeft()).isEqualTo(keepa.token().tokensLeft());
    }

    @Test
    void manyDeniedAtOnceAskOnce() throws Exception {
        standingKeepa(-60_000);
        clock.leap(Duration.ofSeconds(61));

        List<Integer> statuses = Crowd.of(20, n -> () -> Wire.get(port, "/keepa/product?asin=B" + n).status());

        assertThat(statuses).containsOnly(429);
        assertThat(stub.tokenCalls()).isEqualTo(1);
    }

    @Test
    void theBodyOfACallThatAsksFirstLeavesAsItCame() {
        standingKeepa(-40_000);
        keepa = new KeepaSimulator(PLAN, 5000, clock);
        stub.reset(keepa);
        clock.leap(Duration.ofSeconds(61));

        Wire.Reply reply = Wire.send(port, "POST", "/keepa/deal?key=MINE", "{\"page\":0}".getBytes(), "Content-Type: application/json");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(stub.calls()).singleElement().satisfies(call -> {
            assertThat(call.target()).isEqualTo("/deal?key=" + KEY);
            assertThat(call.body()).isEqualTo("{\"page\":0}".getBytes());
        });
    }

    @Test
    void anOperatorMayAskAtAnyTime() {
        standingKeepa(-40_000);
        keepa = new KeepaSimulator(PLAN, 777, clock);
        stub.reset(keepa);
        clock.leap(Duration.ofMillis(10));

        Answer answer = gateway.request("POST", "/admin/keepa/anchor", "application/json", new byte[0]);

        assertThat(answer.status()).isEqualTo(200);
        JsonNode told = answer.json();
        assertThat(told.path("balance").asInt()).isEqualTo(777);
        assertThat(told.path("refillRate").asInt()).isEqualTo(RATE);
        assertThat(balance.token().tokensLeft()).isEqualTo(777);
        assertThat(stub.tokenCalls()).isEqualTo(1);
    }

    @Test
    void anAnswerWithoutABalanceChangesNothingAndIsSaid() {
        standingKeepa(300);
        for (SimulatedReply broken : List.of(new SimulatedReply(500, Map.of(), "<html>".getBytes()),
                new SimulatedReply(400, Map.of(), "{\"timestamp\":1,\"tokensLeft\":0,\"refillRate\":0}".getBytes()))) {
            stub.reset(call -> broken);

            Answer answer = gateway.request("POST", "/admin/keepa/anchor", "application/json", new byte[0]);

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.message()).startsWith("Keepa's /token told no balance");
            assertThat(balance.token().tokensLeft()).isEqualTo(300);
        }
    }
}
