package dev.tollgate.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.gateway.Plausible;

import static org.assertj.core.api.Assertions.assertThat;

class AbsurdLifeTest {

    private static final Instant ASKED = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void aTokenLivesForASecondAtLeastAndForADayAtMost(String absurd) {
        LwaAnswer answer = LwaAnswer.read(new TokenEndpoint.Reply(200,
                "{\"access_token\":\"Atza|absurd-life\",\"token_type\":\"bearer\",\"expires_in\":" + absurd + "}"), ASKED, List.of());
        assertThat(answer).isInstanceOf(LwaAnswer.Granted.class);
        Duration life = Duration.between(ASKED, ((LwaAnswer.Granted) answer).accessToken().expiresAt());
        assertThat(life).isBetween(Duration.ofSeconds(1), Plausible.LONGEST_TOKEN_LIFE);
    }
}
