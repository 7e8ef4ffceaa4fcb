package dev.tollgate.spapi.sellers;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

import dev.tollgate.LogLines;
import dev.tollgate.database.TestDatabases;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.LwaAnswer;
import dev.tollgate.oauth.TokenResult;
import dev.tollgate.oauth.TokenResult.Fresh;
import dev.tollgate.oauth.TokenResult.ReconnectNeeded;
import dev.tollgate.oauth.TokenResult.Unavailable;
import dev.tollgate.oauth.TokenResult.Unknown;

import static org.assertj.core.api.Assertions.assertThat;

/** One thread at a time; what many do at once is in {@link CrowdTest}. */
class AccessTokensTest {

    private final Rig rig = new Rig().connect();

    @Test
    void aTokenServesUntilShortlyBeforeItsEnd() {
        AccessToken first = rig.fresh(Rig.SELLER);
        rig.clock.advance(Duration.ofMinutes(58));

        assertThat(rig.fresh(Rig.SELLER)).isEqualTo(first);
        rig.clock.advance(Duration.ofMinutes(1));
        assertThat(rig.fresh(Rig.SELLER)).isNotEqualTo(first);
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(2);
    }

    @Test
    void theJobRenewsTenMinutesAheadAndSpreadsThem() {
        rig.fresh(Rig.SELLER);

        rig.clock.advance(Duration.ofSeconds(47 * 60 + 29));
        assertThat(rig.tokens.renewDue()).isZero();
        rig.clock.advance(Duration.ofSeconds(2 * 60 + 32));
        assertThat(rig.tokens.renewDue()).isEqualTo(1);
        assertThat(rig.tokens.renewDue()).isZero();
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(2);
    }

    @Test
    void whileTheEndpointFailsTheOldTokenServes() {
        AccessToken first = rig.fresh(Rig.SELLER);
        rig.clock.advance(Duration.ofMinutes(51));
        rig.amazon.control("fail", "503,100");

        for (int second = 0; second < 240; second += 10) {
            rig.tokens.renewDue();
            assertThat(rig.fresh(Rig.SELLER)).isEqualTo(first);
            rig.clock.advance(Duration.ofSeconds(10));
        }

        assertThat(rig.amazon.simulator.tokenCalls()).as("with backoff, not every time").isBetween(6L, 12L);
        rig.amazon.control("fail", "503,0");
        rig.clock.advance(Duration.ofMinutes(1));
        rig.tokens.renewDue();
        assertThat(rig.fresh(Rig.SELLER)).isNotEqualTo(first);
    }

    @Test
    void whoHasNoTokenWaitsThroughAShortFailure() {
        rig.amazon.control("fail", "500,3");

        assertThat(rig.tokens.forSeller(Rig.SELLER)).isInstanceOf(Fresh.class);
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(4);
    }

    @Test
    void aLongFailureIsAnsweredAndNotHammered() {
        rig.amazon.control("fail", "503,1000");

        TokenResult first = rig.tokens.forSeller(Rig.SELLER);
        long calls = rig.amazon.simulator.tokenCalls();

        assertThat(first).isInstanceOf(Unavailable.class);
        for (int i = 0; i < 100; i++) {
            assertThat(rig.tokens.forSeller(Rig.SELLER)).isInstanceOf(Unavailable.class);
        }
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(calls).isLessThanOrEqualTo(5);
        assertThat(rig.sellers.list()).allMatch(seller -> seller.get("state").equals("connected"));
    }

    @Test
    void noAnswerAtAllIsAFailureThatPasses() {
        Rig away = new Rig(TestDatabases.h2(), form -> {
            throw new IOException("Atzr|" + "connection reset");
        }, Runnable::run).connect();

        assertThat(away.tokens.forSeller(Rig.SELLER)).isInstanceOfSatisfying(Unavailable.class,
                answer -> assertThat(answer.reason()).doesNotContain("Atzr"));
    }

    @Test
    void aRevokedGrantCostsOneTokenCallAndThenNone() {
        try (LogLines lines = new LogLines("dev.tollgate.spapi.sellers", Level.ALL)) {
            rig.amazon.control("revoke", Rig.SELLER);
            for (int minute = 0; minute < 120; minute++) {
                assertThat(rig.tokens.forSeller(Rig.SELLER)).isInstanceOf(ReconnectNeeded.class);
                rig.tokens.renewDue();
                rig.clock.advance(Duration.ofMinutes(1));
            }

            assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(1);
            assertThat(lines.of("ERROR")).hasSize(1).allMatch(line -> line.contains(Rig.SELLER) && line.contains("/connect"));
        }
        assertThat(rig.sellers.list()).singleElement().satisfies(seller -> assertThat(seller)
                .containsEntry("state", "reconnect-needed").containsEntry("accessTokenExpiresAt", null));
    }

    @Test
    void aRevokedGrantStaysUnaskedAfterARestart() {
        rig.amazon.control("revoke", Rig.SELLER);
        rig.tokens.forSeller(Rig.SELLER);

        Rig restarted = new Rig(rig.database);

        assertThat(restarted.tokens.forSeller(Rig.SELLER)).isInstanceOf(ReconnectNeeded.class);
        assertThat(restarted.amazon.simulator.tokenCalls()).isZero();
    }

    @Test
    void aReconnectHealsAtOnce() {
        rig.amazon.control("revoke", Rig.SELLER);
        rig.tokens.forSeller(Rig.SELLER);
        String state = Amazon.query(rig.consent.connect(java.util.Map.of(), null, true).headers().get("Location")).get("state");
        assertThat(state).isNotBlank();

        rig.connect(Rig.SELLER, consented());

        assertThat(rig.tokens.forSeller(Rig.SELLER)).isInstanceOf(Fresh.class);
        assertThat(rig.sellers.list()).allMatch(seller -> seller.get("state").equals("connected"));
    }

    private String consented() {
        String code = rig.amazon.decide("approve", Rig.SELLER, "s", "").get("spapi_oauth_code");
        return ((LwaAnswer.Granted) rig.lwa.exchange(code, "")).refreshToken();
    }

    @Test
    void aReconnectOnAnotherNodeIsSeenWithinSeconds() {
        rig.amazon.control("revoke", Rig.SELLER);
        rig.tokens.forSeller(Rig.SELLER);
        rig.store.save(Grant.given(Rig.SELLER, Region.NA, List.of("ATVPDKIKX0DER"), consented(), rig.clock.instant()));

        rig.clock.advance(Duration.ofSeconds(3));

        assertThat(rig.tokens.forSeller(Rig.SELLER)).isInstanceOf(Fresh.class);
    }

    @Test
    void someoneWhoReconnectedMeanwhileIsUsedInsteadOfMarked() {
        rig.tokens.forSeller("A2NOBODY");
        rig.book.reread(Rig.SELLER);
        rig.amazon.control("revoke", Rig.SELLER);
        rig.store.save(Grant.given(Rig.SELLER, Region.NA, List.of("ATVPDKIKX0DER"), consented(), rig.clock.instant()));
        long before = rig.amazon.simulator.tokenCalls();

        assertThat(rig.tokens.forSeller(Rig.SELLER)).isInstanceOf(Fresh.class);

        assertThat(rig.amazon.simulator.tokenCalls() - before).as("the old token once, the new one once").isEqualTo(2);
        assertThat(rig.store.find(Rig.SELLER).get(0).connected()).isTrue();
    }

    @Test
    void theSameTokenImportedAgainIsTriedAgain() {
        rig.amazon.control("revoke", Rig.SELLER);
        rig.tokens.forSeller(Rig.SELLER);

        rig.connect();
        rig.tokens.forSeller(Rig.SELLER);

        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(2);
    }

    @Test
    void aRefusedApplicationRingsOnceForAllSellers() {
        for (int i = 0; i < 20; i++) {
            rig.connect("SELLER" + i, "Atzr|sandbox.SELLER" + i + ".x");
        }
        rig.amazon.control("secret", "refused");
        try (LogLines lines = new LogLines("dev.tollgate.spapi.sellers", Level.ALL)) {
            for (int second = 0; second < 300; second++) {
                assertThat(rig.tokens.forSeller("SELLER" + second % 20)).isInstanceOf(Unavailable.class);
                rig.clock.advance(Duration.ofSeconds(1));
            }

            assertThat(lines.of("ERROR")).hasSize(1).allMatch(line -> line.contains("LWA_CLIENT_SECRET"));
        }
        assertThat(rig.amazon.simulator.tokenCalls()).as("once a minute for all of them").isLessThanOrEqualTo(6);
        assertThat(rig.alarm.ringing()).get().matches(ringing -> ringing.reason().contains("invalid_client"));
        assertThat(rig.store.list()).allMatch(Grant::connected);

        rig.amazon.control("secret", "taken");
        rig.clock.advance(Duration.ofMinutes(2));
        assertThat(rig.tokens.forSeller("SELLER0")).isInstanceOf(Fresh.class);
        assertThat(rig.alarm.ringing()).isEmpty();
    }

    @Test
    void aTokenThatFailedIsReplacedOnceHoweverManyCallsItFailed() {
        AccessToken first = rig.fresh(Rig.SELLER);
        rig.clock.advance(Duration.ofMinutes(5));
        AccessToken second = ((Fresh) rig.tokens.replace(Rig.SELLER, Region.NA, first)).token();

        for (int i = 0; i < 50; i++) {
            assertThat(rig.tokens.replace(Rig.SELLER, Region.NA, first)).isEqualTo(new Fresh(second));
        }

        assertThat(second).isNotEqualTo(first);
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(2);
    }

    @Test
    void anUpstreamThatCallsEveryTokenExpiredCostsFewTokenCalls() {
        AccessToken token = rig.fresh(Rig.SELLER);
        for (int second = 0; second < 600; second++) {
            token = ((Fresh) rig.tokens.replace(Rig.SELLER, Region.NA, token)).token();
            rig.clock.advance(Duration.ofSeconds(1));
        }

        assertThat(rig.amazon.simulator.tokenCalls()).as("two a minute at most").isLessThanOrEqualTo(22);
    }

    @Test
    void aTokenWithoutAGrantComesFromTheJobItself() {
        assertThat(rig.tokens.forSeller("A2NOBODY")).isEqualTo(new Unknown());
        assertThat(rig.tokens.forRefreshToken("Atzr|sandbox.A2NOBODY.job")).isInstanceOf(Fresh.class);
        assertThat(rig.tokens.forRefreshToken("Atzr|nonsense")).isInstanceOf(ReconnectNeeded.class);
        assertThat(rig.tokens.forRefreshToken("Atzr|nonsense")).isInstanceOf(ReconnectNeeded.class);
        assertThat(rig.amazon.simulator.tokenCalls()).isEqualTo(2);
    }

    @Test
    void aSellersCallsGoToTheRegionOfItsConsent() throws InterruptedException {
        rig.sellers.importGrant("A3EUROPE", List.of("A1PA6795UKMFR9", "A1F83G8C2ARO7P"), "Atzr|sandbox.A3EUROPE.x");

        assertThat(rig.sellers.regionsOf("A3EUROPE")).containsExactly(Region.EU);
        assertThat(rig.sellers.regionsOf("A2NOBODY")).isEmpty();
    }

    @Test
    void aRemovedSellerHasNoTokenAnyMore() {
        rig.fresh(Rig.SELLER);

        assertThat(rig.sellers.remove(Rig.SELLER, BooleanSupplier::getAsBoolean)).isTrue();

        assertThat(rig.tokens.forSeller(Rig.SELLER)).isEqualTo(new Unknown());
        assertThat(rig.sellers.list()).isEmpty();
    }

    @Test
    void theConsentsYearIsCounted() {
        Grant grant = Grant.given("A1", Region.NA, List.of("X"), "t", Instant.parse("2025-02-28T10:00:00Z"));

        assertThat(grant.consentEndsAt()).isEqualTo("2026-02-28T10:00:00Z");
        assertThat(grant.consentEndsSoon(Instant.parse("2026-01-28T09:59:59Z"))).isFalse();
        assertThat(grant.consentEndsSoon(Instant.parse("2026-01-28T10:00:00Z"))).isTrue();
    }
}
