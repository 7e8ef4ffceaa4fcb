package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.tollgate.database.CountColumns;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.DatabaseName;

/** The ledger's beans, named as routes call them: ledger, reservations, inFlight, tokenDirectory, databaseHealth. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({LedgerProperties.class, LedgerTables.class})
class LedgerConfiguration {

    private final Clock clock;
    private final ObjectProvider<CountColumns> columns;

    LedgerConfiguration(ObjectProvider<Clock> clock, ObjectProvider<CountColumns> columns) {
        this.clock = clock.getIfUnique(Clock::systemUTC);
        this.columns = columns;
    }

    private long most() {
        return columns.getIfAvailable(CountColumns::wide).mostOfToken();
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
        return new TokenDirectory(clock, properties.lastKnownFor(), properties.lastKnownMax(), LedgerSql.usable(most()),
                properties.rowsFreshFor());
    }

    @Bean
    Ledger ledger(DataSource dataSource, LedgerTables tables, LedgerProperties properties, DatabaseHealth health,
            Reservations reservations, TokenDirectory directory, ObjectProvider<DatabaseClock> databaseClock, @Value("${tollgate.data-dir}") String dataDir,
            @Value("${spring.datasource.url:}") String url) throws IOException {
        Ledger ledger = new Ledger(dataSource, tables, most(), databaseClock.getIfAvailable(DatabaseClock::here), properties, Path.of(dataDir), health, reservations, clock,
                DatabaseName.isEmbedded(url));
        ledger.whenExceeded(directory::expire);
        return ledger;
    }

    /** Takes the ledger so that the folder is held before the journal in it is read. */
    @Bean
    InFlight inFlight(Ledger ledger, @Value("${tollgate.data-dir}") String dataDir) throws IOException {
        InFlight inFlight = new InFlight(Path.of(dataDir, "spool"), clock, ledger::isInMemory);
        ledger.whenSaved(inFlight::end);
        ledger.begin();
        return inFlight;
    }
}
