package dev.tollgate.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.e2e.Callers.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two hundred callers at once, over two keys of a company, while Gemini and the database fail. */
class LedgerUnderLoadIT {

    private static final int CALLERS = 200;

    @TempDir
    static Path folder;

    private static final GeminiStub gemini = new GeminiStub();
    private static PostgresServer postgres;
    private static GatewayProcess process;
    private static Gateway gateway;
    private static Books books;

    @BeforeAll
    static void open() {
        postgres = new PostgresServer(folder);
        books = new Books(postgres.sql());
        process = GatewayProcess.start(folder, settings());
        gateway = process.gateway();
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("spring.datasource.hikari.connection-timeout", "1000");
        settings.put("tollgate.ledger.query-timeout", "2s");
        settings.put("tollgate.ledger.probe-every", "1s");
        settings.put("tollgate.ledger.replay-cron", "0/1 * * * * ?");
        settings.put("tollgate.gemini.base-url", gemini.url());
        settings.put("tollgate.gemini.forward-headers", "X-Request-Id");
        settings.put("tollgate.retry.initial-delay", "20ms");
        return settings;
    }

    @AfterAll
    static void close() {
        process.close();
        postgres.close();
        gemini.close();
    }

    @Test
    void everyCallIsBookedOnceToTheToken() {
        books.company("QUIET", "key-quiet-1", "key-quiet-2");
        FlakyGemini flaky = script(new FlakyGemini());

        List<Outcome> outcomes = new Callers(gateway, "QUIET", CALLERS).outcomes();

        report("no trouble", outcomes, flaky);
        allServed(outcomes, flaky);
        assertThat(gemini.hits()).as("one attempt each, and one more for each 503").isEqualTo(CALLERS + CALLERS / 10);
        assertThat(gemini.calls()).extracting(GeminiStub.Call::key).contains("key-quiet-1", "key-quiet-2");
        System.out.println("  in the spool: " + spooled() + " of " + CALLERS);
        await().until(() -> spooled() == 0);
        books.agreeWith("QUIET", flaky.reported());
        assertThat(driftOf("QUIET")).as("/status/reconcile").isEqualTo(Map.of("drift", 0L, "logged", total(flaky)));

        Books.Entry lost = books.entries("QUIET").get(0);
        books.delete(lost.requestId());
        assertThat(driftOf("QUIET")).as("with a row deleted by hand")
                .isEqualTo(Map.of("drift", lost.tokens(), "logged", total(flaky) - lost.tokens()));
    }

    @Test
    void aDatabaseThatStopsInTheMiddleCostsNoCallerAndNoToken() {
        throughTrouble("STOPPED", postgres::stop, postgres::start);
    }

    /** A caller may wait for a connection once, and for a silent server when it reads the rows and when it books. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGSTOP")
    void aDatabaseThatHangsInTheMiddleHoldsNoCallerForLongerThanItsTimeouts() {
        Duration connection = Duration.ofSeconds(1);
        Duration query = Duration.ofSeconds(2 + 1);

        books.company("BEFORE", "key-before");
        gemini.reset();
        Duration untroubled = Callers.longest(new Callers(gateway, "BEFORE", CALLERS).outcomes());

        List<Outcome> outcomes = throughTrouble("HUNG", postgres::hang, postgres::goOn);

        assertThat(Callers.longest(outcomes)).isLessThan(connection.plus(query).multipliedBy(2).plusSeconds(2).plus(untroubled));
    }

    /** Half the callers are with Gemini when the trouble begins, half come while it lasts; all are answered meanwhile. */
    private static List<Outcome> throughTrouble(String company, Runnable begin, Runnable end) {
        books.company(company, company + "-key-1", company + "-key-2");
        CountDownLatch gate = new CountDownLatch(1);
        FlakyGemini flaky = script(new FlakyGemini(CALLERS / 4, gate));
        Callers before = new Callers(gateway, company, CALLERS / 2);
        await().until(() -> flaky.callers() == CALLERS / 2 && before.answered() > 0);

        begin.run();
        Callers meanwhile = new Callers(gateway, company, CALLERS / 2);
        gate.countDown();
        List<Outcome> outcomes = new ArrayList<>(before.outcomes());
        outcomes.addAll(meanwhile.outcomes());
        var status = gateway.get("/token/status?companyID=" + company);
        long spooled = spooled();
        end.run();

        report(company + " database", outcomes, flaky);
        System.out.println("  in the spool: " + spooled + " of " + CALLERS);
        allServed(outcomes, flaky);
        assertThat(status.status()).as("from the last known rows").isEqualTo(200);
        assertThat(spooled).isPositive();
        await().until(() -> spooled() == 0);
        books.agreeWith(company, flaky.reported());
        assertThat(driftOf(company)).as("/status/reconcile").isEqualTo(Map.of("drift", 0L, "logged", total(flaky)));
        return outcomes;
    }

    /** What {@code /status/reconcile} says of a company, over all its tokens. */
    private static Map<String, Long> driftOf(String company) {
        Map<String, Long> sums = new HashMap<>();
        for (JsonNode token : gateway.get("/status/reconcile").json().path("tokens")) {
            if (token.path("companyID").asText().equals(company)) {
                sums.merge("drift", Math.abs(token.path("drift").asLong()), Long::sum);
                sums.merge("logged", token.path("logged").asLong(), Long::sum);
            }
        }
        return sums;
    }

    private static long total(FlakyGemini flaky) {
        return flaky.reported().values().stream().mapToLong(Long::longValue).sum();
    }

    private static long spooled() {
        return gateway.get("/status").json().at("/gemini/spooled").asLong();
    }

    private static FlakyGemini script(FlakyGemini flaky) {
        gemini.reset();
        gemini.script(flaky);
        return flaky;
    }

    private static void allServed(List<Outcome> outcomes, FlakyGemini flaky) {
        assertThat(Callers.statuses(outcomes)).isEqualTo(Map.of(200, (long) CALLERS));
        assertThat(flaky.reported()).hasSize(CALLERS);
    }

    private static void report(String what, List<Outcome> outcomes, FlakyGemini flaky) {
        System.out.printf("%s: %d callers, the slowest took %d ms; Gemini was called %d times and reported %d tokens%n",
                what, outcomes.size(), Callers.longest(outcomes).toMillis(), gemini.hits(),
                total(flaky));
    }
}
