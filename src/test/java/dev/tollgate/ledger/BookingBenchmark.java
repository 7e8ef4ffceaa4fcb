package dev.tollgate.ledger;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.unit.DataSize;

import dev.tollgate.ManualClock;
import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.TestDatabases;
import dev.tollgate.database.TestDatabases.Engine;
import dev.tollgate.database.TextWidths;

/**
 * What it costs a caller to have its usage booked, and the database to take it, on the disk of the folder for temporary files. On demand:
 * {@code mvn test -Dtest=BookingBenchmark -Dtollgate.booking.calls=10000} prints a row for each database and number of callers.
 */
@EnabledIfSystemProperty(named = "tollgate.booking.calls", matches = "\\d+")
class BookingBenchmark {

    private static final LedgerTables TABLES = new LedgerTables("TokenMaster", "TokenUsageLogs", "TokenUsageSummary", "ApplicationLogs",
            "RetryAttempts");
    private static final int TOKENS = 4;
    private static final int TOGETHER = 20;

    @TempDir
    Path folder;
    private final AtomicLong statements = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();

    @Test
    void aBookingOnEachDatabase() throws Exception {
        int calls = Integer.getInteger("tollgate.booking.calls");
        System.out.printf("| database | callers | p50 | p99 | calls a second | statements a call | commits a call |%n");
        for (int callers : new int[] {1, 16}) {
            DriverManagerDataSource file = new DriverManagerDataSource("jdbc:h2:file:" + folder.resolve("h2-" + callers)
                    + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0", "sa", "");
            try (HikariDataSource pool = pool(file)) {
                TestDatabases.migrate(pool, "", "");
                measure("H2", pool, callers, calls);
            }
            DriverManagerDataSource server = (DriverManagerDataSource) Engine.POSTGRESQL.migrated();
            new JdbcTemplate(server).execute("ALTER ROLE postgres SET synchronous_commit = on"); // off in the server for tests
            try (HikariDataSource pool = pool(server)) {
                measure("PostgreSQL", pool, callers, calls);
            }
        }
    }

    /** The statement that adds to a summary, in numbers of 38 digits and in BIGINT, in turn and twenty to a transaction: no disk counts. */
    @Test
    void theArithmeticOfASummary() throws Exception {
        int updates = Integer.getInteger("tollgate.booking.calls");
        LedgerSql sql = LedgerSql.of(TABLES, Long.MAX_VALUE, TextWidths.OWN);
        String plain = "UPDATE TokenUsageSummary SET TotalUsedTokens = TotalUsedTokens + ?, TotalRemainingTokens = (SELECT COALESCE(m.TotalTokenLimit, 100000)"
                + " FROM TokenMaster m WHERE m.TokenID = ?) - TotalUsedTokens - ?, LastUpdated = ? WHERE SummaryID = (SELECT MIN(o.SummaryID)"
                + " FROM TokenUsageSummary o WHERE o.TokenID = ?)";
        System.out.printf("| database | an UPDATE of 38 digits | in BIGINT |%n");
        for (Engine engine : List.of(Engine.H2, Engine.POSTGRESQL)) {
            try (HikariDataSource pool = pool((DriverManagerDataSource) engine.migrated())) {
                JdbcTemplate database = new JdbcTemplate(pool);
                database.update("INSERT INTO TokenMaster (CompanyID, ApiKey, Provider) VALUES ('C', 'k', 'Gemini')");
                long token = database.queryForObject("SELECT TokenID FROM TokenMaster", Long.class);
                database.update("INSERT INTO TokenUsageSummary (TokenID) VALUES (?)", token);
                Transactions transactions = new Transactions(pool, Duration.ofSeconds(60), DatabaseClock.here());
                List<Double> exact = new ArrayList<>();
                List<Double> big = new ArrayList<>();
                for (int round = 0; round < 7; round++) {
                    exact.add(micros(transactions, updates, sql.addToSummary(), sql.added(token, 1, Bench.AT)));
                    big.add(micros(transactions, updates, plain, 1, token, 1, Bench.AT, token));
                }
                System.out.printf(Locale.ROOT, "| %s | %.1f µs | %.1f µs |%n", engine, median(exact), median(big));
            }
        }
    }

    private static double micros(Transactions transactions, int updates, String statement, Object... parameters) throws SQLException {
        long begun = System.nanoTime();
        for (int i = 0; i < updates; i += TOGETHER) {
            transactions.call(statements -> {
                for (int j = 0; j < TOGETHER; j++) {
                    if (statements.update(statement, parameters) != 1) {
                        throw new AssertionError("no row was changed");
                    }
                }
                return null;
            });
        }
        return (System.nanoTime() - begun) / 1e3 / updates;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static HikariDataSource pool(DriverManagerDataSource source) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(source.getUrl());
        pool.setUsername(source.getUsername());
        pool.setPassword(source.getPassword());
        return pool;
    }

    private void measure(String name, HikariDataSource pool, int callers, int calls) throws Exception {
        JdbcTemplate sql = new JdbcTemplate(pool);
        for (int i = 1; i <= TOKENS; i++) {
            sql.update("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit) VALUES (?, 'C', 'k', 'Gemini', 1000000000000)",
                    "C" + i);
        }
        List<Long> tokens = sql.queryForList("SELECT TokenID FROM TokenMaster ORDER BY TokenID", Long.class);
        ManualClock clock = new ManualClock();
        LedgerProperties properties = new LedgerProperties(DataSize.ofMegabytes(64), Duration.ofSeconds(60), Duration.ofSeconds(5),
                Duration.ofMinutes(15), Duration.ofMinutes(15), 100, Duration.ZERO);
        try (Ledger ledger = new Ledger(new Counted(pool), TABLES, properties, folder.resolve(name + callers),
                new DatabaseHealth(clock, properties.probeEvery()), new Reservations(clock, Duration.ofMinutes(15), Duration.ofMinutes(15)), clock)) {
            run(ledger, tokens, callers, calls / 4, "warm-up-" + name);
            statements.set(0);
            commits.set(0);
            long begun = System.nanoTime();
            long[] nanos = run(ledger, tokens, callers, calls, name);
            double seconds = (System.nanoTime() - begun) / 1e9;
            while (ledger.spooled() > 0) {
                ledger.replay();
            }
            Arrays.sort(nanos);
            System.out.printf(Locale.ROOT, "| %s | %d | %.2f ms | %.2f ms | %,.0f | %.2f | %.2f |%n", name, callers, nanos[nanos.length / 2] / 1e6,
                    nanos[nanos.length * 99 / 100] / 1e6, nanos.length / seconds, statements.get() / (double) calls, commits.get() / (double) calls);
        }
        long rows = sql.queryForObject("SELECT COUNT(*) FROM TokenUsageLogs", Long.class);
        if (rows != calls + calls / 4) {
            throw new AssertionError(rows + " rows after " + (calls + calls / 4) + " calls");
        }
    }

    private static long[] run(Ledger ledger, List<Long> tokens, int callers, int calls, String run) throws Exception {
        ExecutorService crowd = Executors.newFixedThreadPool(callers);
        try {
            List<Future<long[]>> parts = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int first = caller;
                parts.add(crowd.submit(() -> {
                    long[] nanos = new long[(calls - first + callers - 1) / callers];
                    for (int i = 0, call = first; call < calls; i++, call += callers) {
                        Usage usage = Bench.usage(run + call, tokens.get(call % tokens.size()), 10);
                        long begun = System.nanoTime();
                        ledger.book(usage);
                        nanos[i] = System.nanoTime() - begun;
                    }
                    return nanos;
                }));
            }
            List<long[]> all = new ArrayList<>();
            for (Future<long[]> part : parts) {
                all.add(part.get());
            }
            return all.stream().flatMapToLong(Arrays::stream).toArray();
        } finally {
            crowd.shutdownNow();
        }
    }

    /** Counts statements and commits. */
    private final class Counted extends DelegatingDataSource {

        Counted(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            return proxy(Connection.class, super.getConnection());
        }

        private <T> T proxy(Class<T> type, T target) {
            return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                if (method.getName().startsWith("execute")) {
                    statements.incrementAndGet();
                } else if (method.getName().equals("commit")) {
                    commits.incrementAndGet();
                }
                try {
                    Object result = method.invoke(target, arguments);
                    return result instanceof PreparedStatement statement ? proxy(PreparedStatement.class, statement) : result;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }));
        }
    }
}
