package dev.tollgate.gateway.admin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Tables;
import dev.tollgate.gateway.keys.RefusedAttempts.Attempt;

import static org.assertj.core.api.Assertions.assertThat;

/** How many rows refused attempts make, with and without a database. */
class AuditedRefusalsTest {

    private final List<String> rows = new ArrayList<>();
    private boolean away;
    private final ManualClock clock = new ManualClock();
    private final AuditedRefusals refusals = new AuditedRefusals(new AdminAudit(null, new Tables("", ""), clock, DatabaseClock.here()) {
        @Override
        public void write(String who, String action, String target, String detail, String requestId) {
            if (away) {
                throw new DataAccessResourceFailureException("away");
            }
            rows.add(who + " " + target + " " + detail);
        }
    }, new DatabaseHealth(clock, Duration.ofSeconds(5)));

    @Test
    void aFloodIsOneRowAtOnceAndOneWithItsCountAtTheEndOfTheMinute() {
        for (int i = 0; i < 1_000; i++) {
            refuse("10.0.0.1");
        }
        assertThat(rows).containsExactly("nobody GET /admin/keys 401 from 10.0.0.1");
        refusals.endInterval();
        assertThat(rows).containsExactly("nobody GET /admin/keys 401 from 10.0.0.1",
                "nobody GET /admin/keys 401 from 10.0.0.1: 999 more within 60 s");
        refusals.endInterval();
        assertThat(rows).hasSize(2);
    }

    @Test
    void manyAddressesAreTwentyAndTheRestTogether() {
        for (int i = 0; i < 1_000; i++) {
            refuse("10.0." + i / 256 + "." + i % 256);
        }
        assertThat(rows).hasSize(AuditedRefusals.MAX_KINDS);
        refusals.endInterval();
        assertThat(rows).hasSize(AuditedRefusals.MAX_KINDS + 1).last().asString().contains("refused from other addresses or at other paths: 980 more");
    }

    @Test
    void whatCannotBeWrittenIsCountedUntilItCan() {
        away = true;
        refuse("10.0.0.1");
        refuse("10.0.0.1");
        refusals.endInterval();
        assertThat(rows).isEmpty();
        away = false;
        clock.advance(Duration.ofSeconds(6));
        refusals.endInterval();
        assertThat(rows).containsExactly("nobody GET /admin/keys 401 from 10.0.0.1: 2 more within 60 s");
    }

    private void refuse(String address) {
        refusals.note(new Attempt("nobody", "GET /admin/keys", 401, address, "id"));
    }
}
