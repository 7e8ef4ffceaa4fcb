package dev.tollgate.logging;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class LogPoolTest {

    @Test
    void theLogsOwnConnectionHasTheDriversSettingsOfTheOthers() {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.addDataSourceProperty("trustStore", "/etc/tollgate/db.p12");

            assertThat(LogPool.driverSettings(pool)).containsEntry("trustStore", "/etc/tollgate/db.p12");
            assertThat(LogPool.driverSettings(new DelegatingDataSource(pool))).containsEntry("trustStore", "/etc/tollgate/db.p12");
            assertThat(LogPool.driverSettings(new DriverManagerDataSource())).isEmpty();
        }
    }
}
