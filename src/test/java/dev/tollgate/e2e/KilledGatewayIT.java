package dev.tollgate.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.database.TestDatabases;
import dev.tollgate.e2e.Books.Entry;
import dev.tollgate.e2e.Callers.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * SIGKILL in the middle of two hundred calls, then a start on the same folder and database. Whoever had an answer is on
 * record once; whoever had none may be, and is named in a warning if not.
 */
class KilledGatewayIT {

    private static final int CALLERS = 200;

    /** So many are still with Gemini when the kill comes, however late it comes. */
    private static final int CUT_OFF = 10;

    @TempDir
    Path folder;

    private final GeminiStub gemini = new GeminiStub();
    private GatewayProcess process;

    @AfterEach
    void close() {
        if (process != null) {
            process.close();
        }
        gemini.close();
    }

    /** The second kill comes in the life that the first one began. */
    @Test
    void everyAnsweredCallIsOnRecordOnceAndEveryOtherIsNamedAlsoWhereOnlyTheSpoolHoldsIt() {
        try (PostgresServer postgres = new PostgresServer(folder)) {
            Books books = new Books(postgres.sql());
            process = start(postgres.settings());

            killedAmidstBooking("KILLED", books, postgres.settings());
            killedWhileTheDatabaseIsAway("SPOOLED", books, postgres);
        }
    }

    @Test
    void theEmbeddedDatabaseForgetsNothingEither() {
        String url = "jdbc:h2:file:" + folder.resolve("data").resolve("tollgate");
        DriverManagerDataSource file = new DriverManagerDataSource(url, "sa", "");
        TestDatabases.migrate(file, "", "");
        Books books = new Books(JdbcClient.create(file));
        books.company("EMBEDDED", "key-1", "key-2");
        process = start(Map.of());

        Killed killed = killAmidstBooking("EMBEDDED", Map.of());
        process.stop();

        check("H2", books, killed, Map.of());
    }

    private void killedAmidstBooking(String company, Books books, Map<String, String> database) {
        books.company(company, "key-1", "key-2");
        check("PostgreSQL", books, killAmidstBooking(company, database), Map.of());
    }

    private Killed killAmidstBooking(String company, Map<String, String> database) {
        CountDownLatch gate = new CountDownLatch(1);
        FlakyGemini flaky = script(new FlakyGemini(CALLERS / 2, gate, CALLERS - CUT_OFF));
        Callers callers = new Callers(process.gateway(), company, CALLERS);
        await().until(() -> flaky.callers() == CALLERS && callers.answered() > CALLERS / 4);
        gate.countDown();

        killAmidst(callers, CALLERS * 5 / 8);
        List<Outcome> outcomes = callers.outcomes();
        restart(database);
        return new Killed(company, outcomes, flaky);
    }

    private void killedWhileTheDatabaseIsAway(String company, Books books, PostgresServer postgres) {
        books.company(company, "key-1", "key-2");
        CountDownLatch away = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        FlakyGemini flaky = script(new FlakyGemini(0, away));
        Callers first = new Callers(process.gateway(), company, CALLERS / 2);
        await().until(() -> flaky.callers() == CALLERS / 2);
        postgres.stop();
        away.countDown();
        List<Outcome> outcomes = first.outcomes();
        assertThat(Callers.statuses(outcomes)).isEqualTo(Map.of(200, CALLERS / 2L));

        FlakyGemini late = script(new FlakyGemini(CALLERS / 4, gate, CALLERS / 2 - CUT_OFF));
        Callers second = new Callers(process.gateway(), company, CALLERS / 2);
        await().until(() -> late.callers() == CALLERS / 2 && second.answered() > CALLERS / 8);
        gate.countDown();
        killAmidst(second, CALLERS * 5 / 16);
        List<Outcome> cut = second.outcomes();
        postgres.start();
        restart(postgres.settings());

        assertThat(books.entries(company)).containsAll(entries(flaky.reported()));
        check("PostgreSQL away", books, new Killed(company, cut, late), flaky.reported());
    }

    /** What the callers of a company got from a process that was killed, and what Gemini had reported to it. */
    private record Killed(String company, List<Outcome> outcomes, FlakyGemini flaky) {
    }

    /** While the gateway is busy with booking and answering. */
    private void killAmidst(Callers callers, int answered) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> callers.answered() >= answered);
        process.kill();
    }

    /** @param before reported by Gemini, answered and on record before these callers came */
    private static void check(String database, Books books, Killed killed, Map<String, Long> before) {
        List<Outcome> outcomes = killed.outcomes();
        FlakyGemini flaky = killed.flaky();
        List<Entry> onRecord = books.entries(killed.company()).stream().filter(entry -> !before.containsKey(entry.requestId())).toList();
        Set<String> recorded = onRecord.stream().map(Entry::requestId).collect(Collectors.toSet());
        Set<String> answered = outcomes.stream().filter(Outcome::isServed).map(Outcome::requestId).collect(Collectors.toSet());
        Set<String> unresolved = flaky.reported().keySet().stream().filter(id -> !recorded.contains(id))
                .collect(Collectors.toSet());
        await().untilAsserted(() -> assertThat(named(books, killed)).as("named by a warning").containsAll(unresolved));

        System.out.printf("killed on %s: %d callers, %d answered, %d on record, %d reported by Gemini,"
                + " %d of them not on record, %d named in warnings%n", database, outcomes.size(), answered.size(),
                onRecord.size(), flaky.reported().size(), unresolved.size(), named(books, killed).size());
        assertThat(answered).as("the kill came in the middle").isNotEmpty().hasSizeLessThan(outcomes.size());
        assertThat(recorded).as("nothing answered is lost").containsAll(answered);
        assertThat(onRecord).as("nothing twice").hasSameSizeAs(recorded);
        assertThat(entries(flaky.reported())).as("nothing that Gemini did not report").containsAll(onRecord);
        assertThat(unresolved).as("only calls in flight").hasSizeLessThanOrEqualTo(outcomes.size() - answered.size());
        assertThat(named(books, killed)).as("nobody who was answered").doesNotContainAnyElementsOf(answered);
        books.summaryAgrees(killed.company());
    }

    private static Set<String> named(Books books, Killed killed) {
        return books.logged("WARN", "Request " + killed.company() + "-% was cut off by a crash%").stream().map(message -> message.split(" ")[1])
                .collect(Collectors.toSet());
    }

    private static List<Entry> entries(Map<String, Long> reported) {
        return reported.entrySet().stream().map(told -> new Entry(told.getKey(), told.getValue())).toList();
    }

    /** Until what the killed process left in its spool is in the database. */
    private void restart(Map<String, String> database) {
        process = start(database);
        await().until(() -> process.gateway().get("/status").json().at("/gemini/spooled").asLong() == 0);
    }

    private FlakyGemini script(FlakyGemini flaky) {
        gemini.script(flaky);
        return flaky;
    }

    private GatewayProcess start(Map<String, String> database) {
        Map<String, String> settings = new HashMap<>(database);
        settings.put("tollgate.ledger.replay-cron", "0/1 * * * * ?");
        settings.put("tollgate.ledger.probe-every", "1s");
        settings.put("tollgate.gemini.base-url", gemini.url());
        settings.put("tollgate.gemini.forward-headers", "X-Request-Id");
        settings.put("tollgate.retry.initial-delay", "20ms");
        return GatewayProcess.start(folder, settings);
    }
}
