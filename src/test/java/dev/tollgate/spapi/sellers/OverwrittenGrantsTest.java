package dev.tollgate.spapi.sellers;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import dev.tollgate.database.Tables;

import static org.assertj.core.api.Assertions.assertThat;

class OverwrittenGrantsTest {

    private final Rig rig = new Rig();
    private final OverwrittenGrants overwritten = new OverwrittenGrants(rig.database, new Tables("", ""), rig.store);

    private void audited(String action, String seller, String detail) {
        new JdbcTemplate(rig.database).update("INSERT INTO AdminAudit (ChangedAt, Who, Action, Target, Detail) VALUES (?, 'admin', ?, ?, ?)",
                Timestamp.from(Instant.EPOCH), action, "seller " + seller, detail);
    }

    @Test
    void whatOnlyTheAuditKnowsIsTold() {
        rig.sellers.importGrant("A1LOST", List.of("A1PA6795UKMFR9"), "Atzr|1");
        rig.sellers.importGrant("A2BOTH", List.of("ATVPDKIKX0DER"), "Atzr|2");
        rig.sellers.importGrant("A2BOTH", List.of("A1PA6795UKMFR9"), "Atzr|3");
        rig.sellers.importGrant("A3AGAIN", List.of("A1PA6795UKMFR9"), "Atzr|4");
        audited("seller.import", "A1LOST", "marketplaceIds=ATVPDKIKX0DER A2EUQ1WTGCTBG2");
        audited("seller.import", "A1LOST", "marketplaceIds=A1PA6795UKMFR9");
        audited("seller.import", "A2BOTH", "marketplaceIds=ATVPDKIKX0DER");
        audited("seller.import", "A2BOTH", "marketplaceIds=A1PA6795UKMFR9");
        audited("seller.import", "A3AGAIN", "marketplaceIds=ATVPDKIKX0DER");
        audited("seller.remove", "A3AGAIN", "removed");
        audited("seller.import", "A3AGAIN", "marketplaceIds=A1PA6795UKMFR9");
        audited("seller.import", "A4GONE", "marketplaceIds=ATVPDKIKX0DER");

        assertThat(overwritten.lost()).isEqualTo(Map.of("A1LOST", Set.of(Region.NA)));
    }

    @Test
    void whoConnectedTwiceInARegionThatNobodyWroteDownIsTold() {
        for (String seller : List.of("A1TWICE", "A2ONCE", "A3ANEW", "A4BOTH", "A5TAKEN", "A6SINCE")) {
            rig.sellers.importGrant(seller, List.of("A1PA6795UKMFR9"), "Atzr|" + seller);
        }
        rig.sellers.importGrant("A4BOTH", List.of("ATVPDKIKX0DER"), "Atzr|na");
        logged(1, "Seller A1TWICE connected");
        logged(2, "Seller A1TWICE connected");
        logged(1, "Seller A2ONCE connected");
        logged(1, "Seller A3ANEW connected");
        logged(2, "Seller A3ANEW connected in EU");
        logged(1, "Seller A4BOTH connected");
        logged(2, "Seller A4BOTH connected");
        logged(1, "Seller A5TAKEN connected");
        audited("seller.import", "A5TAKEN", "marketplaceIds=A1PA6795UKMFR9");
        logged(-2, "Seller A6SINCE connected");
        audited("seller.remove", "A6SINCE", "removed");
        logged(2, "Seller A6SINCE connected");
        logged(1, "Seller A7GONE connected");
        logged(2, "Seller A7GONE connected");

        assertThat(overwritten.doubtful()).containsExactly("A1TWICE", "A5TAKEN");
        assertThat(overwritten.lost()).isEmpty();
    }

    private void logged(int day, String message) {
        new JdbcTemplate(rig.database).update("INSERT INTO ApplicationLogs (Timestamp, Logger, Message) VALUES (?, 'dev.tollgate.oauth.Consent', ?)",
                Timestamp.from(Instant.EPOCH.plus(Duration.ofDays(day))), message);
    }
}
