package dev.tollgate.secret;

import java.nio.file.Path;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretConfigurationTest {

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));

    @Test
    void aStartWithTheVariableEncryptsTheTableThatIsConfigured(@TempDir Path dataDir) {
        jdbc.execute("CREATE TABLE AdoptedTokens (TokenID INT PRIMARY KEY, ApiKey VARCHAR(500))");
        jdbc.update("INSERT INTO AdoptedTokens VALUES (1, 'plain-key-of-company-one')");
        runner(dataDir).withPropertyValues("TOLLGATE_MASTER_KEY=a sentence that is long enough").run(context -> {
            String stored = jdbc.queryForObject("SELECT ApiKey FROM AdoptedTokens", String.class);
            SecretCipher cipher = context.getBean(SecretCipher.class);
            assertThat(cipher.isCurrent(stored)).isTrue();
            assertThat(cipher.decrypt(stored)).isEqualTo("plain-key-of-company-one");
            assertThat(dataDir).isEmptyDirectory();
        });
    }

    @Test
    void aShortKeyRefusesTheStart(@TempDir Path dataDir) {
        runner(dataDir).withPropertyValues("TOLLGATE_MASTER_KEY=short").run(context -> assertThat(context)
                .getFailure().rootCause().hasMessageContaining("at least 16"));
    }

    private ApplicationContextRunner runner(Path dataDir) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
                .withUserConfiguration(SecretConfiguration.class)
                .withPropertyValues("spring.datasource.url=" + url, "spring.datasource.username=sa", "tollgate.data-dir=" + dataDir,
                        "tollgate.table.token-master=AdoptedTokens");
    }
}
