package dev.tollgate.logging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(OutputCaptureExtension.class)
class LoggingStartTest {

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));

    @TempDir
    Path dataDir;

    @Test
    void allOfTheStartIsInTheTableAndTheConsoleSaysWhereToGo(CapturedOutput console) {
        String port;
        try (ConfigurableApplicationContext gateway = start(Gateway.class, "--spring.profiles.active=sandbox")) {
            port = gateway.getEnvironment().getProperty("local.server.port");
            LoggerFactory.getLogger("dev.tollgate.example").debug("a debug line");
            assertThat(gateway.getBean(LogDrops.class).total()).isZero();
        }
        assertThat(console.getOut().lines().filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))).isEmpty();
        assertThat(console).contains("Tollgate is open at http://127.0.0.1:" + port + "/ (sandbox)")
                .doesNotContain("INFO  o.a.camel").doesNotContain("Tomcat").doesNotContain("a debug line");
        assertThat(messages()).anyMatch(line -> line.startsWith("Starting "))
                .anyMatch(line -> line.startsWith("Tomcat initialized")).anyMatch(line -> line.startsWith("Apache Camel"))
                .anyMatch(line -> line.startsWith("Tollgate is open")).contains("a debug line");
        assertThat(jdbc.queryForList("SELECT Logger FROM ApplicationLogs WHERE Message LIKE 'tollgate-log%'")).isEmpty();
    }

    @Test
    void secretsOfTheEnvironmentAreCutFromTheFirstLineOn(CapturedOutput console) {
        start(Gateway.class, "--TOLLGATE_ADMIN_KEY=plain-words-s3cr3t").close();
        LoggerFactory.getLogger("dev.tollgate.example").warn("the key is plain-words-s3cr3t");
        assertThat(console).contains("the key is [cut]").doesNotContain("plain-words-s3cr3t");
    }

    @Test
    void aStartThatFailsIsInTheTableAndOnTheConsole(CapturedOutput console) {
        assertThatThrownBy(() -> start(Broken.class)).hasMessageContaining("broken on purpose");
        assertThat(messages()).anyMatch(line -> line.startsWith("Starting "))
                .anyMatch(line -> line.contains("broken on purpose"));
        assertThat(console).contains("broken on purpose");
    }

    @Test
    void nothingListensAnyMoreOnceTheGatewayHasStopped() {
        start(Gateway.class).close();
        int rows = messages().size();
        LoggerFactory.getLogger("dev.tollgate.example").info("after the end");
        assertThat(messages()).hasSize(rows);
    }

    private ConfigurableApplicationContext start(Class<?> gateway, String... more) {
        SpringApplication application = new SpringApplication(gateway);
        List<String> args = new ArrayList<>(List.of(more));
        args.addAll(List.of("--server.port=0", "--spring.datasource.url=" + url, "--spring.flyway.enabled=false",
                "--tollgate.data-dir=" + dataDir,
                "--management.endpoint.health.validate-group-membership=false", "--logging.level.dev.tollgate.example=debug",
                "--spring.sql.init.mode=always", "--spring.sql.init.schema-locations=classpath:logging/application-logs.sql"));
        return application.run(args.toArray(String[]::new));
    }

    private List<String> messages() {
        return jdbc.queryForList("SELECT Message FROM ApplicationLogs ORDER BY LogID", String.class);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(LoggingConfiguration.class)
    static class Gateway {
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(LoggingConfiguration.class)
    static class Broken {

        @Bean
        Object broken(DatabaseLog attachedBefore) {
            throw new IllegalStateException("broken on purpose");
        }
    }
}
