package dev.tollgate.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.core.JdbcTemplate;

import dev.tollgate.database.OldDeployment.Shape;
import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;

/** A company's rows are found by an index, by the very statement of the route, however the id is spelled. */
class CompanyIndexTest {

    private static final Pattern STATEMENT = Pattern.compile("(?s)SELECT m\\.TokenID, m\\.CompanyID, m\\.CompanyName.*?ORDER BY m\\.TokenID");

    @ParameterizedTest
    @EnumSource(names = "SQLSERVER", mode = EnumSource.Mode.EXCLUDE)
    void amongTenThousandCompaniesTheIndexIsAsked(Engine engine) throws Exception {
        DataSource database = engine.migrated();
        JdbcTemplate sql = new JdbcTemplate(database);
        String numbers = engine == Engine.H2 ? "SYSTEM_RANGE(1, 10000) AS r(n)" : "generate_series(1, 10000) AS r(n)";
        sql.update("INSERT INTO TokenMaster (CompanyID, ApiKey, Provider) SELECT 'C-' || n, 'k', 'Gemini' FROM " + numbers);
        sql.update("INSERT INTO TokenMaster (CompanyID, ApiKey, Provider) VALUES ('  c-77 ', 'k', 'Gemini')");
        sql.update("INSERT INTO TokenUsageSummary (TokenID) SELECT TokenID FROM TokenMaster");
        sql.execute(engine == Engine.H2 ? "ANALYZE" : "VACUUM ANALYZE");
        String statement = statement(CompanyIndex.column(database, new Tables("", "")));

        assertThat(sql.queryForList(statement.replace(":?companyID", "'C-77'"))).hasSize(2);
        assertThat(String.join("\n", sql.queryForList("EXPLAIN " + statement.replace(":?companyID", "'C-77'"), String.class)))
                .containsIgnoringCase("TokenMaster_Company").doesNotContainIgnoringCase("Seq Scan on tokenmaster")
                .doesNotContain("TOKENMASTER.tableScan");
    }

    @ParameterizedTest
    @EnumSource(names = "SQLSERVER", mode = EnumSource.Mode.EXCLUDE)
    void onOldTablesTooWhereItChangesNothingThatTheOldProgramSees(Engine engine) throws Exception {
        OldDeployment old = new OldDeployment(engine, Shape.SCRIPT, 5);
        List<String> columns = new Ledger(old.database).columns(old.tables.tokenMaster());
        old.adopt();
        old.adopt();

        assertThat(new Ledger(old.database).columns(old.tables.tokenMaster())).isEqualTo(columns);
        old.sql.update("INSERT INTO " + old.tables.tokenMaster() + " (CompanyID, ApiKey, Provider) VALUES (' New ', 'k', 'Gemini')");
        old.sql.update("UPDATE " + old.tables.tokenMaster() + " SET CompanyID = 'NEWER' WHERE CompanyID = ' New '");
        String statement = statement(CompanyIndex.column(old.database, old.tables)).replace("TokenMaster", old.tables.tokenMaster())
                .replace("TokenUsageSummary", old.tables.usageSummary());
        assertThat(old.sql.queryForList(statement.replace(":?companyID", "'newer'"))).hasSize(1);
    }

    /** On SQL Server: an index on a column of the parameter's own type, made only where it is missing. */
    @Test
    void sqlServerIsSentAColumnOfTheTypeThatItsDriverSends() {
        assertThat(CompanyIndex.statements(DatabaseDriver.SQLSERVER, "docUpload.TokenMaster")).containsExactly(
                "IF COL_LENGTH('docUpload.TokenMaster', 'GatewayCompanyKey') IS NULL BEGIN ALTER TABLE docUpload.TokenMaster ADD GatewayCompanyKey"
                        + " AS CAST(LOWER(LTRIM(RTRIM(CompanyID))) AS NVARCHAR(400)); EXEC('CREATE INDEX TokenMaster_Company ON"
                        + " docUpload.TokenMaster (GatewayCompanyKey)') END");
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheColumnTheRowsAreFoundAllTheSame(Engine engine) throws Exception {
        JdbcTemplate sql = new JdbcTemplate(engine.migrated());
        sql.update("INSERT INTO TokenMaster (CompanyID, ApiKey, Provider) VALUES (' c-1 ', 'k', 'Gemini')");

        assertThat(sql.queryForList(statement(CompanyColumn.ANYWHERE).replace(":?companyID", "'C-1'"))).hasSize(1);
    }

    private static String statement(CompanyColumn column) throws Exception {
        Matcher statement = STATEMENT.matcher(Files.readString(Path.of("routes/gemini/tokens.camel.yaml")));
        assertThat(statement.find()).isTrue();
        return statement.group().replace("{{tollgate.table.token-master}}", "TokenMaster")
                .replace("{{tollgate.table.usage-summary}}", "TokenUsageSummary").replace("{{tollgate.sql.by-company-index}}", column.condition());
    }
}
