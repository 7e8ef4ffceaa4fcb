package dev.tollgate.gateway.keys;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.ListPage;

import static org.assertj.core.api.Assertions.assertThat;

/** Pages of keys: each key once, in the order of their making, also those of one moment and after one that was revoked. */
class KeyPagesTest {

    private static final Instant AT = Instant.parse("2026-11-29T10:00:00Z");

    @ParameterizedTest
    @EnumSource
    void pagesHoldEachKeyOnce(Engine engine) {
        KeyTable table = table(engine);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            table.insert(row("k" + (char) ('a' + i), AT.plusSeconds(i / 5), i % 2 == 0 ? "ACME" : "OTHER_1"));
            expected.add("k" + (char) ('a' + i));
        }

        assertThat(pages(table, 5, "")).isEqualTo(expected);
        assertThat(pages(table, 1, "")).isEqualTo(expected);
        assertThat(pages(table, 4, "acme")).hasSize(12);
        assertThat(pages(table, 4, "other_1")).hasSize(11);
        assertThat(pages(table, 4, "otherx1")).as("a text, not a pattern").isEmpty();
        table.revoke("kc", AT.plusSeconds(60));
        assertThat(table.some(new ListPage(5, 0, ""), "kc").get(0).holder().id()).as("after one that is gone").isEqualTo("kd");
        assertThat(table.some(new ListPage(5, 0, ""), "nobody")).isEmpty();
    }

    private static List<String> pages(KeyTable table, int limit, String search) {
        List<String> ids = new ArrayList<>();
        String after = null;
        while (true) {
            List<KeyTable.Row> rows = table.some(new ListPage(limit, 0, search), after);
            rows.stream().limit(limit).map(row -> row.holder().id()).forEach(ids::add);
            if (rows.size() <= limit) {
                return ids;
            }
            after = ids.get(ids.size() - 1);
        }
    }

    private static KeyTable table(Engine engine) {
        return new KeyTable(engine.migrated(), new Tables("", ""), DatabaseClock.here());
    }

    private static KeyTable.Row row(String id, Instant at, String company) {
        return new KeyTable.Row(new KeyHolder(id, "key " + id, false, Set.of("gemini"), company, null), "hash-" + id, "abcd", at, null);
    }
}
