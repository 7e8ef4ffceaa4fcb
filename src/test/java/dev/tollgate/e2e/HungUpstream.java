package dev.tollgate.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.database.TestDatabases;
import dev.tollgate.e2e.Callers.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Hundreds wait for a Gemini that does not answer; everybody else must not notice. */
final class HungUpstream {

    private static final List<String> PAGES = List.of("/token/status?companyID=HUNG", "/actuator/health",
            "/actuator/health/liveness", "/actuator/health/readiness", "/status");
    private static final int MAX_IN_FLIGHT = 400;

    private HungUpstream() {
    }

    /** @param process just started, for the company of {@link #seed} */
    static void slowsNobodyElse(GatewayProcess process, GeminiStub gemini) {
        Gateway gateway = process.gateway();
        assertThat(process.console().lines().filter(line -> !line.contains("was open to others"))) // as the test has made it
                .as("a start on the embedded database warns of nothing").noneMatch(line -> line.contains("WARN") || line.contains("ERROR"));
        warmUp(gateway);

        gemini.reset();
        CountDownLatch gate = gemini.closeGate();
        Callers waiting = new Callers(gateway, "HUNG", 300);
        await().until(() -> gemini.hits() == 300);
        pagesAnswerAtOnce(gateway, "300 waiting");
        assertThat(waiting.answered()).isZero();
        gate.countDown();
        assertThat(Callers.statuses(waiting.outcomes())).isEqualTo(Map.of(200, 300L));

        gemini.reset();
        gate = gemini.closeGate();
        Callers tooMany = new Callers(gateway, "HUNG", 450);
        await().until(() -> gemini.hits() == MAX_IN_FLIGHT && tooMany.answered() == 450 - MAX_IN_FLIGHT);
        pagesAnswerAtOnce(gateway, "400 waiting");
        gate.countDown();
        List<Outcome> outcomes = tooMany.outcomes();
        assertThat(Callers.statuses(outcomes)).isEqualTo(Map.of(200, 400L, 429, 50L));
        assertThat(outcomes.stream().filter(outcome -> !outcome.isServed()).map(Outcome::answer))
                .allMatch(refused -> Long.parseLong(refused.header("Retry-After")) > 0);
        assertThat(gemini.hits()).as("who is refused costs nothing").isEqualTo(MAX_IN_FLIGHT);
    }

    /** Makes the embedded database of a gateway that is yet to start, with a company. */
    static void seed(Path folder) {
        String url = "jdbc:h2:file:" + folder.resolve("data").resolve("tollgate");
        DriverManagerDataSource file = new DriverManagerDataSource(url, "sa", "");
        TestDatabases.migrate(file, "", "");
        new Books(JdbcClient.create(file)).company("HUNG", "key-1", "key-2");
    }

    private static void warmUp(Gateway gateway) {
        new Callers(gateway, "HUNG", 50).outcomes();
        PAGES.forEach(page -> times(() -> gateway.get(page)));
    }

    /** What else the machine does may spoil a measurement, but not every one for minutes; callers who stand in the way would. */
    private static void pagesAnswerAtOnce(Gateway gateway, String when) {
        for (String page : PAGES) {
            await().pollDelay(Duration.ZERO).untilAsserted(() -> {
                long[] millis = times(() -> assertThat(gateway.get(page).status()).isEqualTo(200));
                long median = millis[millis.length / 2];
                long p95 = millis[millis.length * 95 / 100];
                System.out.printf("  %s, %s: median %d ms, 95 %% within %d ms, longest %d ms%n", when, page, median, p95,
                        millis[millis.length - 1]);
                assertThat(median).as(page).isLessThan(100);
                assertThat(p95).as(page).isLessThan(100);
            });
        }
    }

    /** Milliseconds of fifty calls, sorted. */
    private static long[] times(Runnable call) {
        return LongStream.range(0, 50).map(number -> {
            long begun = System.nanoTime();
            call.run();
            return (System.nanoTime() - begun) / 1_000_000;
        }).sorted().toArray();
    }
}
