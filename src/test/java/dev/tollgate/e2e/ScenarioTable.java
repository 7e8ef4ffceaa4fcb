package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/** Rows of one table over all scenarios of several nodes: to the console, and to the file that {@code -Dtollgate.cluster.table} names. */
final class ScenarioTable {

    private ScenarioTable() {
    }

    /**
     * @param exceeded by how much a limit was passed, in what it counts
     * @param lost     callers who got no answer, or one that they should not, but for those of a node that was killed
     * @param twice    what was paid more than once, but for what was under way at a node that was killed
     * @param longest  that a caller waited
     * @param more     figures of that scenario alone
     */
    static void row(String scenario, int seed, long exceeded, long lost, long twice, Duration longest, String more) {
        line("| %s | %d | %d | %d | %d | %.1f s | %s |", scenario, seed, exceeded, lost, twice, longest.toMillis() / 1000.0, more);
    }

    /** A line of its own. */
    static void line(String format, Object... figures) {
        String row = String.format(Locale.ROOT, format + "%n", figures);
        System.out.print(row);
        String file = System.getProperty("tollgate.cluster.table", "");
        if (!file.isEmpty()) {
            try {
                Files.writeString(Path.of(file), row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
