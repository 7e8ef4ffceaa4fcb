package dev.tollgate.spapi.sellers;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.oauth.AccessToken;

import static org.assertj.core.api.Assertions.assertThat;

/** Sixty seconds of load on tokens that live three seconds, in virtual time. */
class ShortTokensTest {

    private static final int LIFE = 3;
    private static final int SECONDS = 60;

    @ParameterizedTest
    @CsvSource({"1, 7", "3, 7", "1, 11"})
    void nobodyGetsAStaleTokenAndEachLifeCostsOneTokenCall(int sellers, int step) {
        Rig rig = new Rig();
        rig.amazon.control("expires_in", String.valueOf(LIFE));
        for (int seller = 0; seller < sellers; seller++) {
            rig.connect("SELLER" + seller, "Atzr|sandbox.SELLER" + seller + ".x");
        }

        for (int millis = 0; millis < SECONDS * 1000; millis += step) {
            for (int seller = 0; seller < sellers; seller++) {
                AccessToken token = rig.fresh("SELLER" + seller);
                assertThat(token.expiresAt()).isAfter(rig.clock.instant());
                assertThat(rig.amazon.restrictions("SELLER" + seller, token.value())).isNotEqualTo(403);
            }
            rig.clock.advance(Duration.ofMillis(step));
        }

        assertThat(rig.amazon.simulator.forbidden()).isZero();
        assertThat(rig.amazon.simulator.tokenCalls()).isLessThanOrEqualTo((long) sellers * (SECONDS / LIFE + 1));
    }

    @Test
    void theJobLeavesTokensAloneThatLiveShorterThanItsLead() {
        Rig rig = new Rig().connect();
        rig.amazon.control("expires_in", String.valueOf(LIFE));
        rig.fresh(Rig.SELLER);

        for (int i = 0; i < 100; i++) {
            rig.tokens.renewDue();
        }

        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(1);
    }
}
