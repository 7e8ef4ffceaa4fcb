package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The packaged gateway in front of an upstream that sends a byte now and then: no time-out of a socket ever ends that. */
class DrippingUpstreamIT {

    private static final int CALLERS = 200;
    private static final int LIMIT_SECONDS = 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = { 17, 25 })
    void twoHundredCallersOfADrippingUpstreamAreLetGoAndTheGatewayStaysHealthy(int jdk) throws IOException {
        Optional<Path> home = InstalledJdks.home(jdk);
        assumeTrue(home.isPresent(), "no JDK " + jdk + " found");
        HungUpstream.seed(folder);
        try (RawUpstream gemini = new RawUpstream();
                GatewayProcess process = GatewayProcess.start(home.get(), GatewayProcess.QUICK, folder, Map.of(
                        "tollgate.gemini.base-url", gemini.url(), "tollgate.gemini.response-timeout", LIMIT_SECONDS + "s",
                        "tollgate.retry.max-retries", "0"))) {
            gemini.reset((line, target) -> BrokenReply.DRIPPING_BODY.send(line, "{}"));
            Gateway gateway = process.gateway();
            long begun = System.nanoTime();

            Callers waiting = new Callers(gateway, "HUNG", CALLERS);
            await().until(() -> gemini.hits() == CALLERS);
            List<Long> millis = new ArrayList<>();
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                long asked = System.nanoTime();
                assertThat(gateway.get("/actuator/health/readiness").status()).isEqualTo(200);
                millis.add((System.nanoTime() - asked) / 1_000_000);
                return waiting.answered() == CALLERS;
            });

            Collections.sort(millis);
            long most = millis.get(millis.size() * 95 / 100);
            System.out.printf("  JDK %d: %d callers let go after %d s, health 95 %% within %d ms, longest %d ms%n", jdk, CALLERS,
                    (System.nanoTime() - begun) / 1_000_000_000, most, millis.get(millis.size() - 1));
            assertThat(most).as("health, in milliseconds").isLessThan(1000);
            assertThat(Callers.statuses(waiting.outcomes())).isEqualTo(Map.of(502, (long) CALLERS));
            assertThat(gemini.hits()).isEqualTo(CALLERS);
            await("no connection is left").untilAsserted(() -> assertThat(gemini.open()).isZero());
        }
    }
}
