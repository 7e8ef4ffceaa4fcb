package dev.tollgate.ledger;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TokenDirectoryTest {

    private final ManualClock clock = new ManualClock();
    private final TokenDirectory directory = new TokenDirectory(clock, Duration.ofMinutes(15), 2);

    @Test
    void rowsServeForABoundedTime() {
        List<TokenRow> rows = TokenDirectory.fromRows(List.of(columns()));
        directory.remember("NT047", rows, TokenDirectory.NEVER_FRESH);
        clock.advance(Duration.ofMinutes(14));
        assertThat(directory.lastKnown("NT047")).contains(rows);
        clock.advance(Duration.ofMinutes(2));
        assertThat(directory.lastKnown("NT047")).isEmpty();
    }

    @Test
    void noRowIsRememberedToo() {
        assertThat(directory.lastKnown("NT048")).isEmpty();
        directory.remember("NT048", List.of(), TokenDirectory.NEVER_FRESH);
        assertThat(directory.lastKnown("NT048")).contains(List.of());
    }

    @Test
    void rowsThatWereReadAMomentAgoServeWithoutBeingReadAgain() {
        TokenDirectory fresh = new TokenDirectory(clock, Duration.ofMinutes(15), 10, Long.MAX_VALUE, Duration.ofSeconds(1));
        List<TokenRow> rows = TokenDirectory.fromRows(List.of(columns()));
        fresh.remember("NT047", rows, fresh.age());
        fresh.remember("NONE", List.of(), fresh.age());
        clock.advance(Duration.ofMillis(999));
        assertThat(fresh.fresh(" nt047 ")).contains(rows);
        assertThat(fresh.fresh("NONE")).as("a company that has just got its first token is served").isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(fresh.fresh("NT047")).isEmpty();
        assertThat(fresh.lastKnown("NT047")).contains(rows);

        directory.remember("NT047", rows, directory.age());
        assertThat(directory.fresh("NT047")).as("0 reads them for each call").isEmpty();
    }

    @Test
    void aChangeOfTheGatewaysOwnActsAtOnceAlsoOnAReadingThatIsUnderWay() {
        TokenDirectory fresh = new TokenDirectory(clock, Duration.ofMinutes(15), 10, Long.MAX_VALUE, Duration.ofSeconds(1));
        List<TokenRow> rows = TokenDirectory.fromRows(List.of(columns()));
        fresh.remember("NT047", rows, fresh.age());
        long begun = fresh.age();
        fresh.expire();
        assertThat(fresh.fresh("NT047")).isEmpty();
        fresh.remember("NT047", rows, begun);
        assertThat(fresh.fresh("NT047")).isEmpty();
        fresh.remember("NT047", rows, fresh.age());
        assertThat(fresh.fresh("NT047")).contains(rows);
    }

    @Test
    void companiesAreBounded() {
        for (int i = 0; i < 100; i++) {
            directory.remember("NT" + i, List.of(), TokenDirectory.NEVER_FRESH);
        }
        long known = IntStream.range(0, 100).filter(i -> directory.lastKnown("NT" + i).isPresent()).count();
        assertThat(known).isLessThanOrEqualTo(2);
    }

    @Test
    void columnsAreReadInAnyCaseAndAnyNumberType() {
        Map<String, Object> columns = columns();
        columns.put("TOTALUSEDTOKENS", new BigDecimal("400"));
        columns.put("totalremainingtokens", 600);
        columns.put("Threshold", "50");
        assertThat(TokenDirectory.fromRows(List.of(columns))).containsExactly(
                new TokenRow(7, "NT047", "Acme", "secret-key", "Gemini", 1_000, "Active", 400, 600, 50));
    }

    @Test
    void withoutASummaryNothingIsUsed() {
        Map<String, Object> columns = columns();
        columns.put("TotalUsedTokens", null);
        TokenRow row = TokenDirectory.fromRows(List.of(columns)).get(0);
        assertThat(List.of(row.used(), row.remaining(), row.threshold())).containsExactly(0L, 1_000L, 3_000L);
    }

    @Test
    void aRowWithoutItsKeyIsRefused() {
        assertThatThrownBy(() -> TokenDirectory.fromRows(List.of(Map.of("CompanyID", "NT047"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("TokenID");
    }

    @Test
    void theKeyIsNeverPrinted() {
        assertThat(TokenDirectory.fromRows(List.of(columns())).toString()).contains("NT047").doesNotContain("secret-key");
    }

    private static Map<String, Object> columns() {
        return new HashMap<>(Map.of("tokenid", 7, "CompanyID", "NT047", "COMPANYNAME", "Acme", "ApiKey", "secret-key",
                "Provider", "Gemini", "TotalTokenLimit", 1_000L, "Status", "Active"));
    }
}
