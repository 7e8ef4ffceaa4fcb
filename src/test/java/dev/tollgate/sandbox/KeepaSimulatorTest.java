package dev.tollgate.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.tollgate.VirtualTime;
import dev.tollgate.budget.Plan;
import dev.tollgate.keepa.Envelope;
import dev.tollgate.keepa.EnvelopeReader;

import static org.assertj.core.api.Assertions.assertThat;

class KeepaSimulatorTest {

    private final VirtualTime time = new VirtualTime();
    private final KeepaSimulator keepa = new KeepaSimulator(Plan.ofRate(5, 0, Plan.MINUTE), 10, time);

    @Test
    void aCallIsAdmittedWhileTheMeterIsPositiveWhateverItCosts() {
        Envelope e = envelope(get("/lightningdeal", "domain=1"), 200);

        assertThat(e.tokensConsumed()).isEqualTo(500);
        assertThat(e.tokensLeft()).isEqualTo(-490);
    }

    @Test
    void atZeroACallIsRefusedAndNotCharged() {
        get("/deal", "");
        get("/deal", "");

        Envelope e = envelope(get("/deal", ""), 429);

        assertThat(e).isEqualTo(new Envelope(time.millis(), 0, 60_000, 5, 0, 0, 0, null));
        assertThat(keepa.charged()).isEqualTo(10);
        assertThat(keepa.refused()).isEqualTo(1);
    }

    @Test
    void tokensArriveInTicksAndExpireAtTheCapacity() {
        time.pass(Duration.ofSeconds(59));
        assertThat(keepa.token().tokensLeft()).isEqualTo(10);
        assertThat(keepa.token().refillIn()).isEqualTo(1000);
        time.pass(Duration.ofSeconds(1));
        assertThat(keepa.token().tokensLeft()).isEqualTo(15);
        time.pass(Duration.ofHours(2));
        assertThat(keepa.token().tokensLeft()).isEqualTo(300);
        assertThat(keepa.expired()).isEqualTo((121 * 5 - 290) * 1000);
    }

    @Test
    void ticksAreAsShortAsOneLikes() {
        KeepaSimulator quick = new KeepaSimulator(Plan.ofRate(60, 0, 1000), 0, time);

        time.pass(Duration.ofSeconds(7));

        assertThat(quick.token().tokensLeft()).isEqualTo(7);
    }

    @Test
    void theTokenEndpointIsFreeAndAnswersInADeficit() {
        keepa.drift(-500);

        assertThat(envelope(get("/token", "key=k&"), 200).tokensLeft()).isEqualTo(-490);
    }

    @Test
    void anInvalidKeyIsAnsweredWithZerosAndStatus400() {
        Envelope e = envelope(get("/product", "key=invalid&asin=B1"), 400);

        assertThat(e.refillRate()).isZero();
        assertThat(e.tokensLeft()).isZero();
        assertThat(e.error().type()).isEqualTo("invalidParameter");
    }

    @Test
    void offersArePricedByThePagesFound() {
        KeepaSimulator rich = new KeepaSimulator(Plan.ofRate(4000, 0, Plan.MINUTE), 240_000, time);
        for (int i = 0; i < 1000; i++) {
            rich.reply("GET", "/product", "offers=20&asin=B" + i, null);
        }

        assertThat(rich.charged()).isBetween(7300L, 8100L);
    }

    @Test
    void theSameCallsGetTheSameBytes() {
        KeepaSimulator other = new KeepaSimulator(Plan.ofRate(5, 0, Plan.MINUTE), 10, time);

        assertThat(get("/product", "offers=40&asin=B1").body())
                .isEqualTo(other.reply("GET", "/product", "offers=40&asin=B1", null).body());
    }

    @Test
    void aPictureCarriesNoTokens() {
        SimulatedReply reply = get("/graphimage", "asin=B1");

        assertThat(reply.headers()).containsEntry("Content-Type", "image/png");
        assertThat(EnvelopeReader.read(reply.body())).isEmpty();
        assertThat(keepa.charged()).isEqualTo(1);
    }

    @Test
    void theBodyIsCompressedUnlessNobodyAsked() {
        assertThat(get("/product", "asin=B1").headers()).containsEntry("Content-Encoding", "gzip");
        SimulatedReply plain = keepa.reply("GET", "/product", "asin=B1", null, false);
        assertThat(plain.headers()).doesNotContainKey("Content-Encoding");
        assertThat(new String(plain.body(), StandardCharsets.UTF_8)).startsWith("{\"products\":[{\"asin\":\"B1\"");
    }

    @Test
    void theFlowReductionSlowsTheRefill() {
        keepa.change(Plan.ofRate(5, 900, Plan.MINUTE));

        time.pass(Duration.ofMinutes(10));

        assertThat(keepa.token().tokensLeft()).isEqualTo(51);
        assertThat(keepa.token().flowReduction()).isEqualTo(900);
    }

    private SimulatedReply get(String path, String query) {
        return keepa.reply("GET", path, query, null);
    }

    private static Envelope envelope(SimulatedReply reply, int status) {
        assertThat(reply.status()).isEqualTo(status);
        return EnvelopeReader.read(reply.body()).orElseThrow();
    }
}
