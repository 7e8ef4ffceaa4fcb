package dev.tollgate.gateway.keys;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.mock.env.MockEnvironment;

import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Keys against real tables: what is read when, what a database that is away leaves, and how soon a revocation holds. */
class GatewayKeysTest {

    private static final KeyProperties PROPERTIES = new KeyProperties(Duration.ofSeconds(10), Duration.ofMinutes(15), 100,
            Duration.ofHours(1), 30, Duration.ofMinutes(1));

    private final ManualClock clock = new ManualClock();
    private final AdminKey adminKey = new AdminKey(new MockEnvironment().withProperty(AdminKey.VARIABLE, "an-admin-key-for-tests"));
    private Database database;
    private GatewayKeys keys;
    private LastUse lastUse;
    private KeyOffice office;

    /** A database that can be away, and counts what it is asked. */
    private static final class Database extends DelegatingDataSource {

        private boolean away;
        private int asked;

        Database(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            asked++;
            if (away) {
                throw new SQLTransientConnectionException("away for a test");
            }
            return super.getConnection();
        }
    }

    private void open(Engine engine) {
        database = new Database(engine.migrated());
        new JdbcTemplate(database).update("DELETE FROM GatewayKeys");
        KeyTable table = new KeyTable(database, new Tables("", ""), DatabaseClock.here());
        lastUse = new LastUse(table, PROPERTIES);
        keys = new GatewayKeys(table, lastUse, new DatabaseHealth(clock, Duration.ofSeconds(5)), PROPERTIES, adminKey, clock);
        office = new KeyOffice(table, keys, lastUse, Set::of, clock);
        database.asked = 0;
    }

    @ParameterizedTest
    @EnumSource
    void aKeyIsKnownByItsHashUntilItIsRevoked(Engine engine) {
        open(engine);
        KeyOffice.Made made = office.make("one", List.of("keepa", "gemini"), "ACME", null);

        assertThat(keys.holderOf(made.key())).contains(
                new KeyHolder(made.id(), "one", false, Set.of("gemini", "keepa"), "ACME", null));
        assertThat(keys.holderById(made.id())).isPresent();
        assertThat(keys.idFor(made.key(), "keepa")).contains(made.id());
        assertThat(keys.idFor(made.key(), "xai")).isEmpty();
        assertThat(keys.holderOf("tg_" + "A".repeat(43))).isEmpty();
        assertThat(office.all()).extracting(KeyOffice.Shown::apis).containsExactly(List.of("gemini", "keepa"));
        clock.advance(Duration.ofMinutes(1));
        keys.holderOf(made.key());
        lastUse.write();
        assertThat(office.all()).extracting(KeyOffice.Shown::lastUsedAt).containsExactly(clock.instant());

        office.revoke(made.id(), BooleanSupplier::getAsBoolean);

        assertThat(keys.holderOf(made.key())).isEmpty();
        assertThat(keys.holderById(made.id())).isEmpty();
        assertThat(office.all()).isEmpty();
        assertThatThrownBy(() -> office.revoke(made.id(), BooleanSupplier::getAsBoolean)).isInstanceOf(Refusal.class);
    }

    @Test
    void aKeyIsReadOnceForAWhile() {
        open(Engine.H2);
        String key = office.make("one", List.of("keepa"), null, null).key();
        database.asked = 0;
        for (int i = 0; i < 100; i++) {
            keys.holderOf(key);
        }
        assertThat(database.asked).isOne();
        clock.advance(Duration.ofSeconds(10));
        keys.holderOf(key);
        assertThat(database.asked).isEqualTo(2);
    }

    @Test
    void whatAnotherNodeRevokedEndsWhenTheCacheDoes() {
        open(Engine.H2);
        String key = office.make("one", List.of("keepa"), null, null).key();
        keys.holderOf(key);
        new JdbcTemplate(database).update("UPDATE GatewayKeys SET RevokedAt = CreatedAt");
        assertThat(keys.holderOf(key)).isPresent();
        clock.advance(Duration.ofSeconds(10));
        assertThat(keys.holderOf(key)).isEmpty();
    }

    @Test
    void whileTheDatabaseIsAwayKnownKeysServeForABoundedTime() {
        open(Engine.H2);
        String known = office.make("known", List.of("keepa"), null, null).key();
        String other = office.make("other", List.of("keepa"), null, null).key();
        keys.holderOf(known);
        database.away = true;

        clock.advance(Duration.ofMinutes(14));
        assertThat(keys.holderOf(known)).isPresent();
        assertThatThrownBy(() -> keys.holderOf(other)).isInstanceOfSatisfying(Refusal.class,
                no -> assertThat(no.getStatus()).isEqualTo(503));
        clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(() -> keys.holderOf(known)).isInstanceOf(Refusal.class);

        database.away = false;
        clock.advance(Duration.ofSeconds(5));
        assertThat(keys.holderOf(known)).isPresent();
    }

    @Test
    void aTextThatCannotBeAKeyIsNotLookedUp() {
        open(Engine.H2);
        for (String text : List.of("", "tg_", "tg_short", "sk-" + "A".repeat(43), "tg_" + "A".repeat(42) + "'", "tg_" + "A".repeat(4300))) {
            assertThat(keys.holderOf(text)).isEmpty();
        }
        assertThat(database.asked).isZero();
    }
}
