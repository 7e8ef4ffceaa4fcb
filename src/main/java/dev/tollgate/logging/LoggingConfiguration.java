package dev.tollgate.logging;

import javax.sql.DataSource;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import dev.tollgate.database.DatabaseClock;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LoggingProperties.class)
class LoggingConfiguration {

    @Bean
    LogDrops logDrops() {
        return new LogDrops();
    }

    @Bean(initMethod = "attach")
    @DependsOnDatabaseInitialization
    DatabaseLog databaseLog(ObjectProvider<LogRelay> early, LogDrops drops,
            DataSourceProperties database, DataSource pool, LoggingProperties properties, ObjectProvider<DatabaseClock> clock,
            @Value("${tollgate.table.application-logs:ApplicationLogs}") String table) {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        LogRelay relay = early.getIfAvailable(() -> LogRelay.attachTo(context));
        return new DatabaseLog(context, relay, drops, new LogPool(database, pool, properties), table, properties,
                clock.getIfAvailable(DatabaseClock::here));
    }

    @Bean
    MeterBinder logDropMetrics(LogDrops drops) {
        return registry -> {
            FunctionCounter.builder("tollgate.log.dropped", drops, LogDrops::overflow).tag("cause", "overflow")
                    .description("Log events that are not in the database").register(registry);
            FunctionCounter.builder("tollgate.log.dropped", drops, LogDrops::failed).tag("cause", "database")
                    .description("Log events that are not in the database").register(registry);
        };
    }

    @Bean
    OpenAddress openAddress(ServerProperties server, Environment environment) {
        return new OpenAddress(server, environment);
    }
}
