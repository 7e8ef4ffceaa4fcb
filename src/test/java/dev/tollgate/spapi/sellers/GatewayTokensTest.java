package dev.tollgate.spapi.sellers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.ManualClock;
import dev.tollgate.logging.Redactor;
import dev.tollgate.secret.MasterKeys;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayTokensTest {

    private static final String FORM = "application/x-www-form-urlencoded;charset=UTF-8";
    private static final String KEY = "tg_abcdefgh12345678";

    private final ManualClock clock = new ManualClock();
    private final GatewayTokens tokens = new GatewayTokens(
            MasterKeys.open(Rig.MASTER_KEY, Path.of("target")).cipherFor(GatewayTokens.PURPOSE), Duration.ofMinutes(15), clock);

    private GatewayTokens.Answer issue(String contentType, String body) {
        return tokens.issue(contentType, body, new GatewayTokens.Holders() {

            @Override
            public Optional<String> ofRefreshToken(String refreshToken) {
                return refreshToken.equals(KEY) ? Optional.of("k7") : Optional.empty();
            }

            @Override
            public Optional<String> ofClientSecret(String clientSecret) {
                return ofRefreshToken(clientSecret);
            }
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            FORM + " | grant_type=refresh_token&refresh_token=" + KEY + "&client_id=x&client_secret=y",
            "application/json; charset=utf-8 | {\"grant_type\":\"refresh_token\",\"refresh_token\":\"" + KEY + "\",\"client_id\":\"x\",\"scope\":\"\"}",
            " | grant_type=refresh%5Ftoken&refresh_token=" + KEY})
    void aGatewayKeyGetsATokenThatNamesItForFifteenMinutes(String contentType, String body) {
        GatewayTokens.Answer answer = issue(contentType, body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("token_type", "bearer").containsEntry("expires_in", 900L).doesNotContainKey("refresh_token");
        String token = (String) answer.body().get("access_token");
        assertThat(token).startsWith(GatewayTokens.PREFIX).doesNotContain(KEY);
        assertThat(answer.toString()).doesNotContain(token);
        clock.advance(Duration.ofSeconds(899));
        assertThat(tokens.read(token).map(GatewayTokens.Issued::keyId)).contains("k7");
        assertThat(tokens.hasEnded(token)).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.read(token)).isEmpty();
        assertThat(tokens.hasEnded(token)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "keep-alive", "tg_unknown-key-000", "text/event-stream"})
    void whatIsRefusedAsARefreshTokenIsNoSecretToAnybody(String claimed) {
        assertThat(issue(FORM, "grant_type=refresh_token&refresh_token=" + claimed).status()).isEqualTo(400);

        assertThat(Redactor.withoutKnown(claimed)).isEqualTo(claimed);
    }

    @Test
    void aKeyThatWasVerifiedAndTheTokenIssuedForItAreSecrets() {
        Object token = issue(FORM, "grant_type=refresh_token&refresh_token=" + KEY).body().get("access_token");

        assertThat(Redactor.withoutKnown(KEY + " " + token)).isEqualTo("[cut] [cut]");
    }

    @Test
    void theSecondsLeftAreNeverMoreThanTheTrueOnes() {
        clock.advance(Duration.ofMillis(700));

        assertThat(issue(FORM, "grant_type=refresh_token&refresh_token=" + KEY).body()).containsEntry("expires_in", 899L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "grant_type=refresh_token&refresh_token=tg_unknown | invalid_grant", "grant_type=refresh_token | invalid_request",
            "refresh_token=" + KEY + " | invalid_request", "grant_type=client_credentials&scope=x&client_secret=" + KEY + " | invalid_scope", "grant_type=password | unsupported_grant_type",
            "{broken | invalid_request", "[] | invalid_request", "'' | invalid_request", "grant_type=%zz | invalid_request"})
    void whatIsNoGoodIsRefusedAsAmazonWould(String body, String error) {
        GatewayTokens.Answer answer = issue(FORM, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).containsEntry("error", error).containsKey("error_description");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tg_at_", "tg_at_0123456", "tg_at_00000000AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Atza|x", KEY,
            "99999999999 k7", "tg_at_99999999 k7 k7 k7 k7"})
    void whatWasNotIssuedHereNamesNobody(String token) {
        assertThat(tokens.read(token)).isEmpty();
        assertThat(tokens.read(null)).isEmpty();
    }

    @Test
    void aChangedTokenNamesNobody() {
        String token = (String) issue(FORM, "grant_type=refresh_token&refresh_token=" + KEY).body().get("access_token");
        char last = token.charAt(30);

        assertThat(tokens.read(token.substring(0, 30) + (last == 'A' ? 'B' : 'A') + token.substring(31))).isEmpty();
    }
}
