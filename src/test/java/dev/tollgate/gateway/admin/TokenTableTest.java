package dev.tollgate.gateway.admin;

import java.time.Clock;
import javax.sql.DataSource;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.gateway.ListPage;

import static org.assertj.core.api.Assertions.assertThat;

/** The statements of {@code /admin/tokens} on every engine. */
class TokenTableTest {

    @ParameterizedTest
    @EnumSource
    void aTokenIsAddedAndChanged(Engine engine) {
        TokenTable table = new TokenTable(new JdbcTemplate(engine.migrated()), new Tables("", ""), Clock.systemUTC(), DatabaseClock.here());
        table.insert("FIRST", null, "k1", "Gemini", 10, 1);
        long id = table.insert("SECOND", "Second", "k2", "Gemini", 5_000_000_000L, 7);
        assertThat(table.find(id)).get().returns("SECOND", TokenTable.Row::companyId).returns("Active", TokenTable.Row::status)
                .returns(5_000_000_000L, TokenTable.Row::remaining).returns(7L, TokenTable.Row::threshold);

        table.changeLimit(id, 40);
        table.changeThreshold(id, 3);
        table.changeStatus(id, "Disabled");
        table.changeKey(id, "k3");

        assertThat(table.find(id)).get().returns(40L, TokenTable.Row::limit).returns(40L, TokenTable.Row::remaining)
                .returns(3L, TokenTable.Row::threshold).returns("Disabled", TokenTable.Row::status).returns("k3", TokenTable.Row::apiKey);
        assertThat(table.some(new ListPage(1000, 0, ""))).hasSize(2);
        assertThat(table.find(id + 100)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aMissingSummaryIsMadeFromTheLogs(Engine engine) {
        DataSource database = engine.migrated();
        JdbcTemplate jdbc = new JdbcTemplate(database);
        TokenTable table = new TokenTable(jdbc, new Tables("", ""), Clock.systemUTC(), DatabaseClock.here());
        long id = table.insert("LOST", null, "k", "Gemini", 1000, 5);
        jdbc.update("DELETE FROM TokenUsageSummary");
        jdbc.update("INSERT INTO TokenUsageLogs (TokenID, TotalTokensUsed) VALUES (?, 300)", id);

        table.changeThreshold(id, 9);

        assertThat(table.find(id)).get().returns(300L, TokenTable.Row::used).returns(700L, TokenTable.Row::remaining)
                .returns(9L, TokenTable.Row::threshold);
    }
}
