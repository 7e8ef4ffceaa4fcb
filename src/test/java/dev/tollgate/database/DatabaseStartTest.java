package dev.tollgate.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
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
import dev.tollgate.e2e.DriverInFront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
    void aDatabaseThatComesUpAfterTheGatewayIsWaitedFor() throws Exception {
        int port = FreePort.find();
        Sleeping.until(0);
        CompletableFuture<ConfigurableApplicationContext> gateway = CompletableFuture.supplyAsync(() -> start("--spring.datasource.url=jdbc:sleeping:postgresql://"
                + "127.0.0.1:" + port + "/postgres", "--spring.datasource.username=postgres", "--spring.datasource.hikari.initialization-fail-timeout=120000",
                "--spring.datasource.driver-class-name=" + Sleeping.class.getName()));
        await().until(() -> Sleeping.attempts() > 0);

        try (EmbeddedPostgres late = EmbeddedPostgres.builder().setPort(port).start(); ConfigurableApplicationContext context = gateway.get()) {
            assertThat(Sleeping.attempts()).isGreaterThan(1);
            assertThat(context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM vw_TokenStatus")).isEmpty();
        }
    }

    @Test
    void aPausedDatabaseThatWakesUpIsWaitedFor() {
        Sleeping.until(2);
        try (ConfigurableApplicationContext context = start("--spring.datasource.url=jdbc:sleeping:h2:mem:paused",
                "--spring.datasource.driver-class-name=" + Sleeping.class.getName(), "--spring.datasource.hikari.initialization-fail-timeout=120000")) {
            assertThat(Sleeping.attempts()).isGreaterThan(2);
            assertThat(context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM vw_TokenStatus")).isEmpty();
        }
    }

    @Test
    void aPausedDatabaseThatStaysSoEndsTheStartWithTheSettingToWaitLonger(CapturedOutput output) {
        Sleeping.until(Integer.MAX_VALUE);

        assertThatThrownBy(() -> start("--spring.datasource.url=jdbc:sleeping:h2:mem:paused-for-good",
                "--spring.datasource.driver-class-name=" + Sleeping.class.getName(), "--spring.datasource.hikari.initialization-fail-timeout=1"))
                .hasRootCauseInstanceOf(SQLException.class);

        assertThat(output).contains("APPLICATION FAILED TO START", Sleeping.WORDS, "spring.datasource.hikari.initialization-fail-timeout");
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

    /** A serverless database of Azure: paused, and refusing logins in its words until the attempts have woken it up. */
    public static final class Sleeping extends DriverInFront {

        static final String WORDS = "Database 'tollgate' on server 'x' is not currently available. Please retry the connection later.";
        private static final AtomicInteger ATTEMPTS = new AtomicInteger();
        private static volatile int refused;

        public Sleeping() {
            super("sleeping");
        }

        /** From now on so many attempts are refused. */
        static void until(int attempts) {
            ATTEMPTS.set(0);
            refused = attempts;
        }

        static int attempts() {
            return ATTEMPTS.get();
        }

        @Override
        public Connection connect(String url, Properties info) throws SQLException {
            if (acceptsURL(url) && ATTEMPTS.incrementAndGet() <= refused) {
                throw new SQLException(WORDS, "S0001", 40613);
            }
            return super.connect(url, info);
        }

        @Override
        protected Connection inFrontOf(Connection connection) {
            return connection;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(DatabaseConfiguration.class)
    @ImportAutoConfiguration({DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class, FlywayAutoConfiguration.class})
    static class OnlyTheDatabase {
    }
}
