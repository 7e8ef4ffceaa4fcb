package dev.tollgate.spapi.sellers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

import org.apache.logging.log4j.Level;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

import dev.tollgate.LogLines;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.TokenResult.Fresh;

import static org.assertj.core.api.Assertions.assertThat;

/** Tokens through their whole life, then a search for them wherever they must not be. */
class PlantedTokensTest {

    private static final String PLANTED = "Atzr|sandbox.A2IMPORTED.s3cr3tplanted";

    @ParameterizedTest
    @EnumSource
    void aRestartFindsEverySellerConnectedAndNobodyElseFindsAToken(Engine engine) {
        DataSource database = engine.migrated();
        List<String> secrets = new ArrayList<>(List.of("s3cr3tplanted", "Atzr|", "Atza|", "Atzr%7C", "amzn1.oa2-cs"));
        List<String> shown = new ArrayList<>();
        try (LogLines lines = new LogLines("dev.tollgate.spapi.sellers", Level.ALL)) {
            Rig rig = new Rig(database);
            secrets.add(consent(rig, shown));
            rig.connect("A2IMPORTED", PLANTED);
            AccessToken token = rig.fresh("A2IMPORTED");
            secrets.add(token.value());
            rig.tokens.replace("A2IMPORTED", Region.NA, token);
            rig.amazon.control("revoke", "A2IMPORTED");
            rig.clock.advance(Duration.ofHours(2));
            rig.tokens.forSeller("A2IMPORTED");
            rig.connect("A2IMPORTED", PLANTED);

            Rig restarted = new Rig(database);
            assertThat(restarted.sellers.list()).extracting(seller -> seller.get("state")).containsExactly("connected", "connected");
            assertThat(restarted.tokens.forSeller(Rig.SELLER)).isInstanceOf(Fresh.class);
            assertThat(restarted.tokens.forSeller("A2IMPORTED")).isInstanceOf(Fresh.class);
            shown.add(String.valueOf(restarted.sellers.list()));
            shown.add(String.valueOf(new SpApiStatus(restarted.sellers, restarted.tokens, restarted.alarm,
                    new SecretRotation(null, restarted.clock), List.of()).snapshot()));
            shown.add(restarted.store.list() + " " + restarted.tokens.forSeller("A2IMPORTED") + " " + Rig.properties(""));
            shown.addAll(lines.all());
        }

        assertThat(shown).anyMatch(line -> line.startsWith("ERROR") && line.contains("A2IMPORTED"));
        assertThat(everyTable(database)).contains("tg1:", Rig.SELLER).doesNotContain(secrets);
        assertThat(String.join("\n", shown)).doesNotContain(secrets);
    }

    private static String consent(Rig rig, List<String> shown) {
        Page away = rig.consent.connect(Map.of(), null, true);
        String state = Amazon.query(away.headers().get("Location")).get("state");
        Map<String, String> answer = rig.amazon.decide("approve", Rig.SELLER, state, Amazon.CALLBACK);
        Page back = rig.consent.callback(answer, away.headers().get("Set-Cookie").split(";")[0]);
        shown.add(back.status() + " " + back.headers() + back.html());
        shown.add(away.toString());
        return answer.get("spapi_oauth_code");
    }

    private static String everyTable(DataSource database) {
        JdbcTemplate sql = new JdbcTemplate(database);
        List<String> tables = sql.queryForList("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE LIKE '%TABLE%'"
                + " AND LOWER(TABLE_SCHEMA) IN ('public', 'dbo') AND LOWER(TABLE_NAME) <> 'flyway_schema_history'", String.class);
        assertThat(tables).hasSizeGreaterThanOrEqualTo(6);
        StringBuilder all = new StringBuilder();
        tables.forEach(table -> all.append(sql.queryForList("SELECT * FROM " + table)));
        return all.toString();
    }
}
