package dev.tollgate.e2e;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.ledger.Ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Three hundred calls while the database fails in every way that is not theirs: rows = upstream afterwards, and nothing rejected. */
class FaultyDatabaseTest extends GatewayTest {

    private static final int CALLS = 300;

    /** SQLState and number: full, read-only, rights, tables, memory, throttling, failover, locks, deadlocks, time limits, nonsense. */
    private static final Object[][] FAULTS = {{"53100", 0}, {"25006", 0}, {"42501", 0}, {"42P01", 0}, {"53200", 0}, {"57014", 0},
        {"57P01", 0}, {"40001", 0}, {"55P03", 0}, {"08006", 0}, {"XX000", 0}, {"P0001", 0}, {"S0001", 9002}, {"S0001", 1105},
        {"S0001", 3906}, {"S0001", 40544}, {"S0001", 40501}, {"S0001", 40197}, {"S0001", 40613}, {"S0001", 10928}, {"S0001", 49918},
        {"S0001", 701}, {"S0001", 8645}, {"S0001", 229}, {"S0001", 208}, {"S0001", 1205}, {"S0001", 1222}, {"S0001", 50000}};

    @Autowired
    Ledger ledger;

    @DynamicPropertySource
    static void faulty(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", () -> "jdbc:faulty:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        registry.add("spring.datasource.driver-class-name", FaultyDriver.class::getName);
        registry.add("tollgate.ledger.probe-every", () -> "100ms");
    }

    @AfterEach
    void mend() {
        FaultyDriver.mend();
    }

    @Test
    void rowsAreWhatTheUpstreamCountsAndNothingIsRejected() throws Exception {
        List<String> companies = List.of("FAULTY-A", "FAULTY-B", "FAULTY-C");
        companies.forEach(company -> company(company, "key-" + company, "Active"));
        companies.forEach(gateway::extract);
        Random random = new Random(17);
        calls(companies, 60, 117);
        FaultyDriver.fail(3, () -> fault(random));
        calls(companies, 117, 240);
        FaultyDriver.fail(1, () -> fault(random));
        calls(companies, 240, 270);
        FaultyDriver.mend();
        calls(companies, 270, 60 + CALLS - 3);

        await().until(() -> {
            ledger.replay();
            return ledger.spooled() == 0;
        });
        assertThat(gemini.hits()).isGreaterThan(CALLS / 2);
        assertThat(database.sql("SELECT COUNT(*) FROM TokenUsageLogs").query(Long.class).single()).isEqualTo(gemini.hits());
        assertThat(database.sql("SELECT SUM(TotalTokensUsed) FROM TokenUsageLogs").query(Long.class).single()).isEqualTo(gemini.reported());
        assertThat(gateway.get("/status/reconcile").json().path("drift").asLong()).isZero();
        assertThat(ledger.rejected()).isZero();
        assertThat(gateway.extract("FAULTY-A").status()).isEqualTo(200);
    }

    private static SQLException fault(Random random) {
        Object[] fault = FAULTS[random.nextInt(FAULTS.length)];
        return new SQLException("on order", (String) fault[0], (int) fault[1]);
    }

    private void calls(List<String> companies, int from, int to) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = from; i < to; i++) {
                String company = companies.get(i % companies.size());
                String id = "faulty-" + i;
                calls.add(callers.submit(() -> gateway.extract(company, id)));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        finally {
            callers.shutdownNow();
        }
    }
}
