package dev.tollgate.logging;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedactorTest {

    private static String[] planted() {
        return PlantedSecrets.LINES;
    }

    @ParameterizedTest
    @MethodSource("planted")
    void aSecretIsCutWhereverItStands(String line) {
        assertThat(Redactor.redact(line)).contains("[cut]").doesNotContainPattern(PlantedSecrets.MARK);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "Route xai-call started; xai-judge-fallback stopped", "The access token of seller A1B2 is renewed",
            "tokens left: 300, refill 5 per minute", "grant_type=refresh_token", "monkey=banana", "cache key=short",
            "GET /keepa/product?asin=B000000000&domain=1", "\"access_token_expires_at\":\"2026-01-01\"", "Atlas", ""})
    void ordinaryLinesStayAsTheyAre(String line) {
        assertThat(Redactor.redact(line)).isSameAs(line);
    }

    @Test
    void whatStandsAroundASecretStays() {
        assertThat(Redactor.redact("GET https://api.keepa.com/product?key=abc123&asin=B01 took 5 ms"))
                .isEqualTo("GET https://api.keepa.com/product?key=[cut]&asin=B01 took 5 ms");
        assertThat(Redactor.redact("{\"access_token\":\"abc\",\"expires_in\":3600}"))
                .isEqualTo("{\"access_token\":\"[cut]\",\"expires_in\":3600}");
        assertThat(Redactor.redact("Authorization: Bearer abc, Accept: */*")).isEqualTo("Authorization: [cut], Accept: */*");
    }

    @Test
    void aRegisteredSecretIsCutPlainAndUrlEncoded() {
        Redactor.register("plain/looking secret");
        assertThat(Redactor.redact("a plain/looking secret, plain%2Flooking+secret.")).isEqualTo("a [cut], [cut].");
    }

    @Test
    void wordsTooShortToBeSecretsAreNotRegistered() {
        Redactor.register("seven77");
        Redactor.register(null);
        assertThat(Redactor.redact("seven77")).isEqualTo("seven77");
    }

    @Test
    void hugeAndHostileTextsAreReadToTheEnd() {
        assertThat(Redactor.redact("access_token=\"" + "\\\"'".repeat(200_000))).startsWith("access_token=");
        assertThat(Redactor.redact("key=".repeat(200_000))).isNotEmpty();
        assertThat(Redactor.redact("xai-".repeat(5_000) + " Bearer " + "a".repeat(500_000))).endsWith("Bearer [cut]");
    }

    @Test
    void anExceptionWithoutSecretsStaysTheSame() {
        Exception clean = new IllegalStateException("calm", new RuntimeException("cause"));
        assertThat(CutThrowable.cut(clean)).isSameAs(clean);
        assertThat(CutThrowable.cut(null)).isNull();
    }

    @Test
    void secretsInCausesAndSuppressedExceptionsAreCutAndTheFramesStay() {
        Exception cause = new IllegalArgumentException("GET /x?key=" + "s3cr3t");
        Exception thrown = new IllegalStateException("outer", cause);
        thrown.addSuppressed(new RuntimeException("Bearer s3cr3t"));
        cause.addSuppressed(thrown);
        Throwable cut = CutThrowable.cut(thrown);
        assertThat(cut).hasToString("java.lang.IllegalStateException: outer");
        assertThat(cut.getStackTrace()).isEqualTo(thrown.getStackTrace());
        assertThat(cut.getCause()).hasToString("java.lang.IllegalArgumentException: GET /x?key=[cut]");
        assertThat(cut.getSuppressed()[0]).hasToString("java.lang.RuntimeException: Bearer [cut]");
    }
}
