package dev.tollgate.spapi.sellers;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.secret.MasterKeys;

import static org.assertj.core.api.Assertions.assertThat;

class GrantStoreTest {

    private static final Instant AT = Instant.parse("2026-03-29T01:30:00Z");
    private static final Grant FIRST = Grant.given("A1SELLER", Region.EU, List.of("A1PA6795UKMFR9", "A1F83G8C2ARO7P"),
            "Atzr|" + "x".repeat(2043), AT);

    @ParameterizedTest
    @EnumSource
    void whatIsSavedIsFoundAgain(Engine engine) {
        GrantStore store = Rig.store(engine.migrated());

        store.save(FIRST);

        assertThat(store.find("A1SELLER")).containsExactly(FIRST);
        assertThat(store.list()).containsExactly(FIRST);
        assertThat(store.find("A2OTHER")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aNewConsentTakesThePlaceOfTheOldOneAndItsError(Engine engine) {
        GrantStore store = Rig.store(engine.migrated());
        store.save(FIRST);
        store.markReconnectNeeded("A1SELLER", FIRST.refreshToken(), "invalid_grant", AT);
        Grant second = Grant.given("A1SELLER", Region.EU, List.of("A1PA6795UKMFR9"), "Atzr|second", AT.plusSeconds(60));

        store.save(second);

        assertThat(store.list()).containsExactly(second);
    }

    @ParameterizedTest
    @EnumSource
    void aSellerHasAGrantForEachRegion(Engine engine) {
        GrantStore store = Rig.store(engine.migrated());
        Grant america = Grant.given("A1SELLER", Region.NA, List.of("ATVPDKIKX0DER"), "Atzr|america", AT);
        Grant asia = Grant.given("A1SELLER", Region.FE, List.of("A1VC38T7YXB528"), "Atzr|asia", AT);
        Grant anew = Grant.given("A1SELLER", Region.NA, List.of("ATVPDKIKX0DER"), "Atzr|anew", AT.plusSeconds(60));

        List.of(FIRST, america, asia, anew).forEach(store::save);

        assertThat(store.find("A1SELLER")).containsExactlyInAnyOrder(FIRST, anew, asia).startsWith(FIRST);
        assertThat(store.list()).hasSize(3).allMatch(grant -> grant.sellerId().equals("A1SELLER"));
        assertThat(store.markReconnectNeeded("A1SELLER", "Atzr|anew", "invalid_grant", AT)).isTrue();
        assertThat(store.find("A1SELLER")).filteredOn(Grant::connected).extracting(Grant::region).containsExactlyInAnyOrder(Region.EU, Region.FE);
        assertThat(store.find("A1SELLE")).isEmpty();
        assertThat(store.delete("A1SELLER")).isTrue();
        assertThat(store.list()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aRefusedTokenMarksItsGrantOnce(Engine engine) {
        GrantStore store = Rig.store(engine.migrated());
        store.save(FIRST);

        assertThat(store.markReconnectNeeded("A1SELLER", FIRST.refreshToken(), "r".repeat(900), AT)).isTrue();
        assertThat(store.markReconnectNeeded("A1SELLER", FIRST.refreshToken(), "again", AT)).isFalse();

        Grant marked = store.find("A1SELLER").get(0);
        assertThat(marked.state()).isEqualTo(Grant.State.RECONNECT_NEEDED);
        assertThat(marked.lastError()).isEqualTo("r".repeat(500));
        assertThat(marked.lastErrorAt()).isEqualTo(AT);
    }

    @ParameterizedTest
    @EnumSource
    void anOldTokenDoesNotMarkTheConsentThatReplacedIt(Engine engine) {
        GrantStore store = Rig.store(engine.migrated());
        store.save(FIRST);
        Grant second = Grant.given("A1SELLER", Region.EU, FIRST.marketplaces(), "Atzr|second", AT);
        store.save(second);

        assertThat(store.markReconnectNeeded("A1SELLER", FIRST.refreshToken(), "invalid_grant", AT)).isFalse();
        assertThat(store.find("A1SELLER")).containsExactly(second);
        assertThat(store.markReconnectNeeded("A2GONE", "Atzr|second", "invalid_grant", AT)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void manyWhoSaveTheSameSellerAtOnceLeaveOneRow(Engine engine) {
        GrantStore store = Rig.store(engine.migrated());

        IntStream.range(0, 16).parallel().forEach(i ->
                store.save(Grant.given("A1SELLER", Region.EU, FIRST.marketplaces(), "Atzr|number-" + i, AT)));

        assertThat(store.list()).hasSize(1).allMatch(grant -> grant.refreshToken().startsWith("Atzr|number-"));
    }

    @ParameterizedTest
    @EnumSource
    void aNewMasterKeyTakesOverAndALostOneCostsOnlyItsOwnRows(Engine engine, @TempDir Path dir) {
        DataSource database = engine.migrated();
        String newKey = "f".repeat(64);
        Rig.store(database).save(FIRST);

        GrantStore both = store(database, newKey + "," + Rig.MASTER_KEY, dir);
        assertThat(both.encryptAnew()).isEqualTo(1);
        assertThat(both.encryptAnew()).isZero();
        GrantStore onlyNew = store(database, newKey, dir);
        assertThat(onlyNew.find("A1SELLER")).contains(FIRST);

        Rig.store(database).save(Grant.given("A2OTHER", Region.EU, FIRST.marketplaces(), "Atzr|old-key", AT));
        assertThat(onlyNew.encryptAnew()).isZero();
        assertThat(onlyNew.list()).extracting(Grant::state)
                .containsExactly(Grant.State.CONNECTED, Grant.State.RECONNECT_NEEDED);
    }

    private static GrantStore store(DataSource database, String masterKeys, Path dir) {
        return new GrantStore(JdbcClient.create(database), new Tables("", ""),
                MasterKeys.open(masterKeys, dir).cipherFor(GrantStore.PURPOSE));
    }

    @ParameterizedTest
    @EnumSource
    void theTableHoldsNoReadableToken(Engine engine) {
        DataSource database = engine.migrated();
        Rig.store(database).save(FIRST);

        assertThat(new JdbcTemplate(database).queryForList("SELECT * FROM SellerGrants").toString())
                .contains("A1SELLER", "tg1:").doesNotContain("Atzr|");
        assertThat(FIRST.toString()).doesNotContain("Atzr");
    }
}
