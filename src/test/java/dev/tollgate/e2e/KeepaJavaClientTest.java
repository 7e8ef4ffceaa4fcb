package dev.tollgate.e2e;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.e2e.KeepaJavaClient.Outcome;
import dev.tollgate.e2e.KeepaJavaClient.Status;
import dev.tollgate.keepa.Gzip;
import dev.tollgate.sandbox.SimulatedReply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Keepa's Java client's wire calls at {@code /keepa}: what it makes of replies, of Keepa's errors and of our denials. */
class KeepaJavaClientTest extends KeepaTest {

    private KeepaJavaClient client;

    @BeforeEach
    void turnTheClientToTheGateway() {
        client = new KeepaJavaClient("http://127.0.0.1:" + port + "/keepa/", "MINE");
    }

    @Test
    void itsProductRequestIsServed() throws IOException {
        Outcome outcome = client.send("product", "asin=B000000001&domain=1&offers=20", null);

        assertThat(outcome.status()).isEqualTo(Status.OK);
        assertThat(outcome.body().path("products")).isNotEmpty();
        assertThat(outcome.whole("tokensConsumed")).isPositive();
        assertThat(stub.calls()).singleElement().satisfies(call -> {
            assertThat(call.target()).isEqualTo("/product?key=" + KEY + "&asin=B000000001&domain=1&offers=20");
            assertThat(call.headers()).containsEntry("user-agent", "KEEPA-JAVA Framework-2.14").containsEntry("accept-encoding", "gzip");
        });
    }

    @Test
    void itsDealRequestIsServed() throws IOException {
        String selection = "{\"page\":0,\"domainId\":1}";

        assertThat(client.send("deal", "", selection).status()).isEqualTo(Status.OK);
        assertThat(stub.calls()).singleElement().satisfies(call -> {
            assertThat(call.method() + " " + call.target()).isEqualTo("POST /deal?key=" + KEY + "&");
            assertThat(call.body()).isEqualTo(selection.getBytes(UTF_8));
            assertThat(call.headers()).containsEntry("content-type", "application/json; charset=UTF-8");
        });
    }

    @Test
    void itsQuestionForTheBalanceEndsInAnAmpersand() throws IOException {
        Outcome outcome = client.send("token", "", null);

        assertThat(outcome.status()).isEqualTo(Status.OK);
        assertThat(outcome.whole("tokensLeft")).isPositive();
        assertThat(outcome.whole("refillRate")).isEqualTo(RATE);
        assertThat(stub.calls()).isEmpty();
    }

    @Test
    void aDenialTellsItWhenToComeBack() throws IOException {
        standingKeepa(-20_000);

        Outcome outcome = client.send("product", "asin=B1&domain=1", null);

        assertThat(outcome.status()).isEqualTo(Status.NOT_ENOUGH_TOKEN);
        assertThat(outcome.delay()).isBetween(200_000L, 202_000L);
        assertThat(outcome.whole("tokensLeft")).isZero();
        assertThat(stub.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"finder", "product/B1"})
    void whatKeepaDoesNotServeIsNotRepeated(String path) throws IOException {
        Outcome outcome = client.send(path, "domain=1", null);

        assertThat(outcome.status()).isEqualTo(Status.NOT_FOUND);
        assertThat(outcome.isRepeated()).isFalse();
        assertThat(outcome.whole("tokensConsumed")).isZero();
        assertThat(stub.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"400, REQUEST_REJECTED", "402, PAYMENT_REQUIRED", "404, NOT_FOUND", "405, METHOD_NOT_ALLOWED",
        "500, INTERNAL_SERVER_ERROR", "503, FAIL"})
    void keepasOwnErrorsReachItAsTheyAre(int code, Status status) throws IOException {
        byte[] body = Gzip.zipped(("{\"error\":{\"details\":\"\",\"message\":\"no\",\"type\":\"t\"},\"processingTimeInMs\":0,\"refillIn\":0,"
                + "\"refillRate\":0,\"timestamp\":1790277678673,\"tokenFlowReduction\":0.0,\"tokensConsumed\":0,\"tokensLeft\":0}").getBytes(UTF_8));
        stub.reset(call -> new SimulatedReply(code, Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"), body));

        Outcome outcome = client.send("product", "asin=B1&domain=1", null);

        assertThat(outcome.status()).isEqualTo(status);
        assertThat(outcome.body().path("error").path("message").asText()).isEqualTo("no");
        assertThat(stub.calls()).hasSize(1);
    }

    @Test
    void noAnswerOfKeepasIsAnErrorThatItDoesNotRepeat() throws IOException {
        stub.reset(call -> null);

        Outcome outcome = client.send("product", "asin=B1&domain=1", null);

        assertThat(outcome.status()).isEqualTo(Status.INTERNAL_SERVER_ERROR);
        assertThat(outcome.isRepeated()).isFalse();
        assertThat(outcome.whole("refillRate")).isPositive();
        assertThat(stub.calls()).hasSize(1);
    }
}
