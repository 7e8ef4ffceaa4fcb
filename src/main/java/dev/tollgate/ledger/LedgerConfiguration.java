package dev.tollgate.ledger;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.DatabaseName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The ledger's beans, named as routes call them: ledger, reservations, inFlight, tokenDirectory, databaseHealth. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({LedgerProperties.class, LedgerTables.class})
class LedgerConfiguration {

    private final Clock clock;

    LedgerConfiguration(ObjectProvider<Clock> clock) {
        this.clock = clock.getIfUnique(Clock::systemUTC);
    }

    @Bean
    DatabaseHealth databaseHealth(LedgerProperties properties, @Value("${spring.datasource.url:}") String url) {
        return new DatabaseHealth(clock, properties.probeEvery(), DatabaseName.of(url));
    }

    @Bean
    Reservations reservations(LedgerProperties properties) {
        return new Reservations(clock, properties.reservationLease(), properties.lastKnownFor());
    }

    @Bean
    TokenDirectory tokenDirectory(LedgerProperties properties) {
        return new TokenDirectory(clock, properties.lastKnownFor(), properties.lastKnownMax());
    }

    @Bean
    Ledger ledger(DataSource dataSource, LedgerTables tables, LedgerProperties properties, DatabaseHealth health,
            Reservations reservations, @Value("${tollgate.data-dir}") String dataDir,
            @Value("${spring.datasource.url:}") String url) throws IOException {
        return new Ledger(dataSource, tables, properties, Path.of(dataDir), health, reservations, clock,
                DatabaseName.isEmbedded(url));
    }

    /** Takes the ledger so that the folder is held before the journal in it is read. */
    @Bean
    InFlight inFlight(Ledger ledger, @Value("${tollgate.data-dir}") String dataDir) throws IOException {
        InFlight inFlight = new InFlight(Path.of(dataDir, "spool"), clock, ledger::isInMemory);
        ledger.whenSaved(inFlight::end);
        return inFlight;
    }
}
