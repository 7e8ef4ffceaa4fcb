package dev.tollgate.ledger;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerConfigurationTest {

    @TempDir
    Path dataDir;

    @Test
    void routesFindTheirBeansByName() {
        runner().run(context -> assertThat(context).hasNotFailed()
                .hasBean("ledger").hasBean("reservations").hasBean("inFlight").hasBean("tokenDirectory").hasBean("databaseHealth"));
        assertThat(dataDir.resolve("spool/usage.ndjson")).exists();
    }

    @Test
    void aNameThatIsNoTableStopsTheStart() {
        runner().withPropertyValues("tollgate.table.usage-logs=x; DROP TABLE y")
                .run(context -> assertThat(context).hasFailed());
        runner().withPropertyValues("tollgate.table.usage-logs=[docUpload].TokenUsageLogs", "tollgate.table.token-master=a.b")
                .run(context -> assertThat(context).hasNotFailed());
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withUserConfiguration(LedgerConfiguration.class)
                .withPropertyValues("tollgate.data-dir=" + dataDir, "spring.datasource.url=jdbc:h2:mem:configuration");
    }
}
