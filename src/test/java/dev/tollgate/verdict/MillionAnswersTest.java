package dev.tollgate.verdict;

import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.disk.ChildJvm;

import static org.assertj.core.api.Assertions.assertThat;

class MillionAnswersTest {

    private static final int MILLION = 1_000_000;

    @TempDir
    Path directory;

    /** Opens the cache in a small heap and says how many answers it has, in what time and heap. */
    static final class Loader {
        public static void main(String[] arguments) throws IOException {
            long start = System.nanoTime();
            try (VerdictCache cache = open(Path.of(arguments[0]))) {
                long millis = (System.nanoTime() - start) / 1_000_000;
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                long heapMb = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
                boolean ends = cache.lookup(key(0)).isHit() && cache.lookup(key(MILLION - 1)).isHit();
                long cpuMillis = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
                System.out.printf("%d answers in %d ms (%d ms CPU with start and GC), %d MB heap, both ends %b%n",
                        cache.view().entries(), millis, cpuMillis, heapMb, ends);
            }
        }
    }

    @Test
    void aMillionAnswersOfTheJournalFitIn400MegabytesOfHeap() throws Exception {
        Path dictionary = directory.resolve("xai_cache.json");
        ByteArrayOutputStream lines = new ByteArrayOutputStream(128 << 20);
        for (int n = 0; n < MILLION; n++) {
            new JournalRecord.Answer(text(n), n % 3 != 0, 1_795_341_600L + n).writeTo(lines);
        }
        try (var out = Files.newOutputStream(directory.resolve("xai_cache.journal"))) {
            lines.writeTo(out);
        }
        assertLoads("journal", dictionary);
    }

    @Test
    void aMillionAnswersOfTheExistingDictionaryAreTakenOverInTheSameHeap() throws Exception {
        Path dictionary = directory.resolve("xai_cache.json");
        try (BufferedWriter out = Files.newBufferedWriter(dictionary)) {
            out.write("{\r\n");
            for (int n = 0; n < MILLION; n++) {
                out.write("    \"" + text(n) + "\": " + (n % 3 != 0 ? "\"True\"" : "false") + (n < MILLION - 1 ? ",\r\n" : "\r\n}"));
            }
        }
        assertLoads("dictionary", dictionary);
    }

    private static void assertLoads(String what, Path dictionary) throws Exception {
        ChildJvm loader = ChildJvm.start(List.of("-Xmx400m"), Loader.class, dictionary.toString());
        List<String> said = loader.lines(Integer.MAX_VALUE);
        assertThat(loader.exitCode()).isZero();
        String figures = said.get(said.size() - 1);
        System.out.println(what + ": " + figures);
        assertThat(figures).startsWith(MILLION + " answers").endsWith("both ends true");
    }

    private static VerdictKey key(int n) {
        return VerdictKey.of(title(n), "Books > Textbooks", "Textbook (Summer)", BigDecimal.valueOf(cents(n), 2));
    }

    /** The same as it stands in a file, composed a million times. */
    private static String text(int n) {
        int cents = cents(n);
        return title(n) + " | Books > Textbooks | Textbook (Summer) | " + cents / 100 + "." + cents / 10 % 10 + cents % 10;
    }

    private static String title(int n) {
        return (n % 10 == 0 ? "Ökonomie für Anfänger, überarbeitete Auflage № " : "Principles of Economics, edition ") + n;
    }

    private static int cents(int n) {
        return 1_000 + n % 20_000;
    }

    private static VerdictCache open(Path dictionary) throws IOException {
        return VerdictCache.open(new CacheSettings(dictionary, MILLION, Optional.empty()), Clock.systemUTC());
    }
}
