package dev.tollgate.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Starting with application.yaml as it ships, reduced to the database. */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseStartTest {

    @TempDir
    Path folder;

    @Test
    void theDatabaseIsAFileBelowAnAbsoluteDataDir() {
        try (ConfigurableApplicationContext context = start("--tollgate.data-dir=" + folder.resolve("state"))) {
            assertThat(Files.exists(folder.resolve("state/tollgate.mv.db"))).isTrue();
            assertThat(context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM vw_TokenStatus")).isEmpty();
        }
    }

    @Test
    void aRelativeDataDirNeedsNoDotInFront() {
        String inMemory = "--spring.datasource.url=jdbc:h2:mem:relative";
        try (ConfigurableApplicationContext context = start(inMemory, "--tollgate.data-dir=state")) {
            assertThat(context.getEnvironment().getProperty("tollgate.h2-file"))
                    .isEqualTo(Path.of("state", "tollgate").toAbsolutePath().toString());
        }
    }

    @Test
    void routesAndStatementsUseTheSchemasThatAreSet() {
        try (ConfigurableApplicationContext context = start("--tollgate.data-dir=" + folder, "--tollgate.schema=docUpload",
                "--tollgate.logSchema=logs")) {
            assertThat(Stream.of("token-master", "usage-logs", "usage-summary", "application-logs", "retry-attempts")
                    .map(table -> context.getEnvironment().getProperty("tollgate.table." + table)))
                    .containsExactly("docUpload.TokenMaster", "docUpload.TokenUsageLogs", "docUpload.TokenUsageSummary",
                            "logs.ApplicationLogs", "logs.RetryAttempts");
            assertThat(context.getBean(Tables.class).retryAttempts()).isEqualTo("logs.RetryAttempts");
            assertThat(context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM docUpload.TokenMaster")).isEmpty();
        }
    }

    @Test
    void aDatabaseThatIsAwayEndsTheStartWithTheKeysToLookAt(CapturedOutput output) {
        String url = "jdbc:postgresql://127.0.0.1:" + FreePort.find() + "/ledger?password=hunter2";

        assertThatThrownBy(() -> start("--spring.datasource.url=" + url, "--spring.datasource.hikari.initialization-fail-timeout=1"))
                .hasRootCauseInstanceOf(IOException.class);

        assertThat(output).contains("APPLICATION FAILED TO START", "The database named by spring.datasource.url cannot be reached",
                "correct spring.datasource.url, spring.datasource.username").doesNotContain("hunter2", "\tat ");
    }

    @Test
    void tablesInAnotherSchemaAreNotDoubledButNamed(CapturedOutput output) {
        String url = "jdbc:h2:mem:elsewhere;DB_CLOSE_DELAY=-1";
        JdbcTemplate sql = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
        sql.execute("CREATE SCHEMA docUpload");
        sql.execute("CREATE TABLE docUpload.TokenMaster (TokenID INT PRIMARY KEY, CompanyID VARCHAR(50))");

        assertThatThrownBy(() -> start("--spring.datasource.url=" + url)).isNotNull();

        assertThat(output).contains("The tables of the ledger stand in schema DOCUPLOAD", "Set tollgate.schema=DOCUPLOAD");
        assertThat(sql.queryForObject("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE LOWER(TABLE_NAME) IN ('tokenmaster',"
                + " 'tokenusagelogs')", Integer.class)).as("no second set").isEqualTo(1);
        try (ConfigurableApplicationContext context = start("--spring.datasource.url=" + url, "--tollgate.schema=PUBLIC")) {
            assertThat(context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM PUBLIC.vw_TokenStatus")).isEmpty();
        }
    }

    @Test
    void aBadSchemaNameEndsTheStartWithTheRemedy(CapturedOutput output) {
        assertThatThrownBy(() -> start("--tollgate.data-dir=" + folder, "--tollgate.schema=doc-upload")).isNotNull();

        assertThat(output).contains("tollgate.schema is not a schema name: 'doc-upload'.", "Set tollgate.schema to a name of letters");
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--spring.main.banner-mode=off";
        return new SpringApplicationBuilder(OnlyTheDatabase.class).web(WebApplicationType.NONE).run(all);
    }

    @Configuration(proxyBeanMethods = false)
    @Import(DatabaseConfiguration.class)
    @ImportAutoConfiguration({DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class, FlywayAutoConfiguration.class})
    static class OnlyTheDatabase {
    }
}
