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

import dev.tollgate.cluster.Cluster;
import dev.tollgate.database.CountColumns;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.DatabaseName;
import dev.tollgate.database.TextWidths;

/** The ledger's beans, named as routes call them: ledger, reservations, inFlight, tokenDirectory, databaseHealth. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({LedgerProperties.class, LedgerTables.class})
class LedgerConfiguration {

    private final Clock clock;
    private final ObjectProvider<CountColumns> columns;
    private final ObjectProvider<TextWidths> widths;

    LedgerConfiguration(ObjectProvider<Clock> clock, ObjectProvider<CountColumns> columns, ObjectProvider<TextWidths> widths) {
        this.clock = clock.getIfUnique(Clock::systemUTC);
        this.columns = columns;
        this.widths = widths;
    }

    private long most() {
        return columns.getIfAvailable(CountColumns::wide).mostOfToken();
    }

    @Bean
    DatabaseHealth databaseHealth(LedgerProperties properties, @Value("${spring.datasource.url:}") String url) {
        return new DatabaseHealth(clock, properties.probeEvery(), DatabaseName.of(url));
    }

    @Bean
    Reservations reservations(LedgerProperties properties, LedgerTables tables, ObjectProvider<Cluster> cluster) {
        Cluster nodes = cluster.getIfAvailable();
        return new Reservations(clock, properties.reservationLease(), properties.lastKnownFor(),
                spooled -> nodes == null ? null : new SharedHolds(nodes, tables, properties.reservationLease(), spooled));
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
        LedgerSql sql = LedgerSql.of(tables, most(), widths.getIfAvailable(() -> TextWidths.OWN));
        DatabaseClock columnTimes = databaseClock.getIfAvailable(DatabaseClock::here);
        Rehearsal.run(new Transactions(dataSource, properties.queryTimeout(), columnTimes), tables, sql, clock);
        Ledger ledger = new Ledger(dataSource, sql, columnTimes, properties, Path.of(dataDir), health, reservations, clock,
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
