package dev.tollgate.oauth;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class LwaAnswerTest {

    private static final Instant ASKED = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "400 | {\"error\":\"invalid_grant\",\"error_description\":\"The request has an invalid grant parameter : code\"} | GRANT",
            "400 | {\"error\":\"invalid_grant\"} | GRANT",
            "401 | {\"error\":\"invalid_client\",\"error_description\":\"Client authentication failed\"} | CLIENT",
            "401 | <html> | CLIENT",
            "400 | {\"error\":\"unauthorized_client\",\"error_description\":\"Not authorized for requested operation\"} | REQUEST",
            "400 | {\"error\":\"invalid_request\"} | REQUEST", "400 | {\"error\":\"unsupported_grant_type\"} | REQUEST",
            "400 | {\"error\":\"invalid_scope\"} | REQUEST",
            "500 | {\"error\":\"server_error\"} | PASSING", "503 | {\"error\":\"temporarily_unavailable\"} | PASSING",
            "503 | {\"error\":\"invalid_grant\"} | PASSING", "429 | '' | PASSING", "302 | '' | PASSING", "200 | <html> | PASSING",
            "200 | {} | PASSING", "200 | null | PASSING", "400 | something new | PASSING"})
    void everyFailureIsToldApartByWhatHelps(int status, String body, LwaAnswer.Kind kind) {
        assertThat(LwaAnswer.read(new TokenEndpoint.Reply(status, body), ASKED, List.of()))
                .isInstanceOfSatisfying(LwaAnswer.Failed.class, failed -> assertThat(failed.kind()).isEqualTo(kind));
    }

    @Test
    void aTokenLivesFromWhenItWasAskedFor() {
        String body = "{\"access_token\":\"Atza|s3cr3t-one\",\"token_type\":\"bearer\",\"expires_in\":3600,\"refresh_token\":\"Atzr|s3cr3t-two\"}";
        TokenEndpoint.Reply reply = new TokenEndpoint.Reply(200, body);

        LwaAnswer.Granted granted = (LwaAnswer.Granted) LwaAnswer.read(reply, ASKED, List.of());

        assertThat(granted.accessToken()).isEqualTo(new AccessToken("Atza|s3cr3t-one", ASKED, ASKED.plusSeconds(3600)));
        assertThat(granted.refreshToken()).isEqualTo("Atzr|s3cr3t-two");
        assertThat(reply + " " + granted + " " + granted.accessToken()).doesNotContain("s3cr3t");
    }

    @Test
    void whatAmazonSaysIsCutOfSecretsAndShort() {
        String body = "{\"error\":\"invalid_request\",\"error_description\":\"bad Atzr|s3cr3tvalue\\n" + "x".repeat(900) + "\"}";

        assertThat(LwaAnswer.read(new TokenEndpoint.Reply(400, body), ASKED, List.of()))
                .isInstanceOfSatisfying(LwaAnswer.Failed.class, failed ->
                        assertThat(failed.text()).doesNotContain("s3cr3t", "\n").hasSizeLessThanOrEqualTo(300));
    }
}
