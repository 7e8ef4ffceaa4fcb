package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The packaged gateway on the oldest JDK, where a caller holds a thread and the bound is Tomcat's 1,024 of them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class Jdk17IT {

    private static final int MOST_WAITING_FOR_KEEPA = 400;
    private static final int EXCESS = 20;

    @TempDir
    static Path folder;

    private static final GeminiStub gemini = new GeminiStub();
    private static final KeepaStub keepa = new KeepaStub();
    private static final CountDownLatch never = new CountDownLatch(1);
    private static GatewayProcess process;

    @BeforeAll
    static void start() {
        Optional<Path> jdk17 = InstalledJdks.home(17);
        assumeTrue(jdk17.isPresent(), "no JDK 17 found: JAVA17_HOME names none, nor is one beside the JDK of this test");
        HungUpstream.seed(folder);
        keepa.reset(call -> {
            never.await();
            return null;
        });
        Map<String, String> settings = new HashMap<>(KeepaWaitersIT.settings(keepa));
        settings.put("tollgate.gemini.base-url", gemini.url());
        process = GatewayProcess.start(jdk17.get(), GatewayProcess.QUICK, folder, settings);
    }

    @AfterAll
    static void close() throws IOException {
        never.countDown();
        if (process != null) {
            process.close();
        }
        gemini.close();
        keepa.close();
    }

    @Test
    @Order(1)
    void aHungUpstreamSlowsNobodyElse() {
        HungUpstream.slowsNobodyElse(process, gemini);
    }

    @Test
    @Order(2)
    void fourHundredWaitForKeepaAndTheExcessIsDeniedAtOnce() throws Exception {
        List<Wire> callers = new ArrayList<>();
        try {
            KeepaWaitersIT.queue(MOST_WAITING_FOR_KEEPA, callers, process);

            for (int i = 0; i < EXCESS; i++) {
                Wire.Reply denied = Wire.get(process.port(), "/keepa/product?asin=EXCESS" + i);
                assertThat(denied.status()).isEqualTo(429);
                assertThat(Long.parseLong(denied.header("Retry-After"))).isPositive();
            }
            assertThat(KeepaWaitersIT.waiting(process)).isEqualTo(MOST_WAITING_FOR_KEEPA);
            assertThat(keepa.calls()).as("nobody but the first is on the way").hasSize(1);
        }
        finally {
            for (Wire caller : callers) {
                caller.close();
            }
        }
    }
}
