package dev.tollgate.e2e;

import java.nio.file.Files;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import dev.tollgate.TollgateApplication;
import dev.tollgate.budget.Plan;
import dev.tollgate.sandbox.KeepaSimulator;

/**
 * 2,000 calls of mixed cost from 64 callers over HTTP, against a simulator that charges up to twice the estimate. Prints
 * how close the time comes to the lower bound, which is (total cost - start balance - allowed deficit) / refill rate.
 *
 * <pre>mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=dev.tollgate.e2e.KeepaBenchmark</pre>
 */
public final class KeepaBenchmark {

    private static final int CALLS = 2000;
    private static final int CALLERS = 64;
    private static final int RATE = 24_000;
    private static final long START = 1000;
    private static final Plan PLAN = Plan.ofRate(RATE, 0, 250);

    private KeepaBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        KeepaSimulator keepa = new KeepaSimulator(PLAN, START, Clock.systemUTC(), KeepaPolicyTest.upToTwice());
        try (KeepaStub stub = new KeepaStub()) {
            stub.reset(keepa);
            try (ConfigurableApplicationContext gateway = SpringApplication.run(TollgateApplication.class, "--server.port=0",
                    "--tollgate.data-dir=" + Files.createTempDirectory("tollgate-benchmark"),
                    "--tollgate.keepa.base-url=" + stub.url(), "--tollgate.keepa.api-key=benchmark-key",
                    "--tollgate.keepa.refill-rate=" + RATE, "--tollgate.keepa.tick=250ms",
                    "--tollgate.keepa.calls-per-second=5000")) {
                run(keepa, Integer.parseInt(gateway.getEnvironment().getRequiredProperty("local.server.port")));
            }
        }
        System.exit(0);
    }

    private static void run(KeepaSimulator keepa, int port) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        AtomicLong slowest = new AtomicLong();
        long startBalance = keepa.token().tokensLeft();
        long before = keepa.refilled();
        long begun = System.nanoTime();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        for (int i = 0; i < CALLERS; i++) {
            callers.submit(() -> {
                for (int call; (call = next.getAndIncrement()) < CALLS;) {
                    long arrived = System.nanoTime();
                    served.addAndGet(Wire.get(port, KeepaPolicyTest.mixed(call), "Accept-Encoding: gzip").status() == 200 ? 1 : 0);
                    slowest.accumulateAndGet(System.nanoTime() - arrived, Math::max);
                }
            });
        }
        callers.shutdown();
        callers.awaitTermination(10, TimeUnit.MINUTES);
        double took = (System.nanoTime() - begun) / 1e9;
        double bound = (keepa.charged() - startBalance) / (RATE / 60.0);
        double refilled = (keepa.refilled() - before) / (double) Plan.TOKEN;
        System.out.printf("%d calls from %d callers, %d served: %d tokens in %.2f s, %.4f of the lower bound %.2f s;"
                + " used %.2f %% of start and refill; %d refused upstream; slowest call %.1f s%n", CALLS, CALLERS, served.get(), keepa.charged(),
                took, took / bound, bound, 100 * keepa.charged() / (startBalance + refilled), keepa.refused(), slowest.get() / 1e9);
    }
}
