package dev.tollgate.ledger;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TokenVerdictTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # statuses of the company's rows   | verdict
            ''                                 | NONE
            Active                             | ACTIVE
            active                             | ACTIVE
            BelowThreshold                     | ACTIVE
            Expired,Active                     | ACTIVE
            Active,Expired                     | ACTIVE
            Exceeded,Disabled,BelowThreshold   | ACTIVE
            Expired                            | EXPIRED
            EXPIRED                            | EXPIRED
            Exceeded,Expired                   | EXPIRED
            Disabled,Exceeded,Expired          | EXPIRED
            Exceeded                           | UNAVAILABLE
            Disabled                           | UNAVAILABLE
            Exceeded,Disabled                  | UNAVAILABLE
            Paused                             | UNAVAILABLE
            NULL                               | UNAVAILABLE
            """)
    void statusesDecide(String statuses, TokenVerdict verdict) {
        List<TokenRow> rows = statuses.isEmpty() ? List.of()
                : Arrays.stream(statuses.split(",")).map(TokenVerdictTest::row).toList();
        assertThat(TokenVerdict.ofGemini(rows)).isEqualTo(verdict);
        assertThat(TokenVerdict.servingGemini(rows).isEmpty()).isEqualTo(verdict != TokenVerdict.ACTIVE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EXPIRED     | 403 | Your AI token has expired. Please renew your subscription.
            UNAVAILABLE | 403 | Your AI token is no longer available or has been disabled. Please contact support.
            NONE        | 404 | No active token found for your company. Please contact support.
            """)
    void refusalsCarryTheWordsThatClientsKnow(TokenVerdict verdict, int httpStatus, String message) {
        assertThat(verdict.httpStatus()).isEqualTo(httpStatus);
        assertThat(verdict.message()).isEqualTo(message);
        assertThat(verdict.hasError()).isTrue();
    }

    @Test
    void anActiveTokenIsNoError() {
        assertThat(TokenVerdict.ACTIVE.hasError()).isFalse();
        assertThat(TokenVerdict.ACTIVE.httpStatus()).isEqualTo(200);
    }

    private static TokenRow row(String status) {
        return new TokenRow(1, "NT047", "Acme", "k", "Gemini", 1_000, status.equals("NULL") ? null : status, 0, 1_000, 300);
    }
}
