package dev.tollgate.verdict;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.OnCorruptState;
import dev.tollgate.quota.QuotaSettings;

/**
 * Prints what a lookup, a save and a grant cost in this process: a main class, not a test.
 * Run it with the test class path: {@code java -cp … dev.tollgate.verdict.VerdictBench [directory]}.
 */
public final class VerdictBench {

    private static final int ENTRIES = 200_000;

    private VerdictBench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(arguments.length > 0 ? arguments[0] : "target"), "bench");
        CacheSettings settings = new CacheSettings(directory.resolve("xai_cache.json"), 1_000_000, Optional.empty());
        fill(settings);
        try (VerdictCache cache = VerdictCache.open(settings, Clock.systemUTC());
                DailyQuota quota = DailyQuota.open(new QuotaSettings(directory.resolve("state.json"), Integer.MAX_VALUE,
                        ZoneOffset.UTC, OnCorruptState.SPENT), Clock.systemUTC())) {
            for (int round = 1; round <= 3; round++) {
                System.out.println("round " + round);
                run("lookup hit, 1 thread", 1, 2_000_000, n -> require(cache.lookup(key(n % ENTRIES)).isHit()));
                run("lookup hit, 2 threads", 2, 1_000_000, n -> require(cache.lookup(key(n % ENTRIES)).isHit()));
                run("lookup miss, 2 threads", 2, 1_000_000, n -> require(!cache.lookup(key(ENTRIES + n)).isHit()));
                int base = round * 100_000_000;
                run("save, 1 thread", 1, 200, n -> cache.save(key(base + n), true));
                run("save, 64 threads", 64, 100, n -> cache.save(key(base + 10_000 + n), true));
                run("quota take, 1 thread", 1, 200, n -> require(quota.take().isGranted()));
                run("quota take, 64 threads", 64, 100, n -> require(quota.take().isGranted()));
            }
        }
    }

    private static void run(String what, int threads, int each, IntConsumer work) throws InterruptedException {
        long[] nanos = new long[threads * Math.min(each, 100_000)];
        AtomicLong slot = new AtomicLong();
        CountDownLatch done = new CountDownLatch(threads);
        long start = System.nanoTime();
        for (int thread = 0; thread < threads; thread++) {
            int first = thread * each;
            new Thread(() -> {
                try {
                    for (int n = first; n < first + each; n++) {
                        long before = System.nanoTime();
                        work.accept(n);
                        long took = System.nanoTime() - before;
                        if (n - first < 100_000) {
                            nanos[(int) slot.getAndIncrement()] = took;
                        }
                    }
                } finally {
                    done.countDown();
                }
            }).start();
        }
        done.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.sort(nanos);
        System.out.printf("  %-24s %,12.0f a second   p50 %,10.1f us   p99 %,10.1f us   max %,10.1f us%n", what,
                threads * (double) each / seconds, nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 99 / 100] / 1e3,
                nanos[nanos.length - 1] / 1e3);
    }

    private static void fill(CacheSettings settings) throws IOException {
        try (var out = Files.newBufferedWriter(settings.dictionary())) {
            out.write("{");
            for (int n = 0; n < ENTRIES; n++) {
                out.write((n == 0 ? "\"" : ",\n\"") + key(n) + "\": " + (n % 2 == 0));
            }
            out.write("}");
        }
    }

    private static VerdictKey key(int n) {
        return VerdictKey.of("Principles of Economics, edition " + n, "Books > Textbooks", "Textbook (Summer)",
                BigDecimal.valueOf(1_000 + n % 20_000, 2));
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new AssertionError("the bench measures something else than it says");
        }
    }
}
