package dev.tollgate.ledger;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.disk.CheckedLines;
import dev.tollgate.ledger.Specimen.Found;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.OnCorruptState;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.store.FileStateStore;
import dev.tollgate.store.JsonCodec;
import dev.tollgate.store.Step;
import dev.tollgate.verdict.CacheSettings;
import dev.tollgate.verdict.VerdictCache;
import dev.tollgate.verdict.VerdictKey;

import static dev.tollgate.ledger.Bench.usage;
import static org.assertj.core.api.Assertions.assertThat;

/** Every file below data-dir that holds what was paid for, damaged in every way that disks and people know. */
class DamagedFilesTest {

    private static final int SEEDS = 50;
    private static final int RECORDS = 5;
    private static final int LIMIT = 10;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> NAMES = IntStream.range(0, RECORDS).mapToObj(n -> "record-" + n + "-").toList();

    /** What happens to a file. */
    private enum Damage {
        FLIP, CUT, ZEROS, DOUBLED, SWAPPED;

        byte[] of(byte[] whole, Random random) {
            int at = random.nextInt(whole.length);
            int length = 1 + random.nextInt(Math.min(512, whole.length - at));
            return switch (this) {
                case FLIP -> {
                    byte[] flipped = whole.clone();
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                    yield flipped;
                }
                case CUT -> Arrays.copyOf(whole, at);
                case ZEROS -> {
                    byte[] zeros = whole.clone();
                    Arrays.fill(zeros, at, at + length, (byte) 0);
                    yield zeros;
                }
                case DOUBLED -> {
                    byte[] doubled = Arrays.copyOf(whole, whole.length + length);
                    System.arraycopy(whole, at, doubled, at + length, whole.length - at);
                    yield doubled;
                }
                case SWAPPED -> swapped(whole, random);
            };
        }

        private static byte[] swapped(byte[] whole, Random random) {
            List<String> lines = new ArrayList<>(Arrays.asList(new String(whole, StandardCharsets.ISO_8859_1).split("(?<=\n)")));
            Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
            return String.join("", lines).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private record Row(String file, Damage damage, int damages, int noticed, long lost, long paidTwice) {
        @Override
        public String toString() {
            return "%-36s %-8s %8d %8d %24d %11d".formatted(file, damage, damages, noticed, lost, paidTwice);
        }
    }

    /** In memory where the machine offers it: thousands of syncs that are not what is tested here. */
    static final class QuickFolder implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory) ? Files.createTempDirectory(memory, "junit") : Files.createTempDirectory("junit");
        }
    }

    @TempDir(factory = QuickFolder.class)
    Path folder;
    private final ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");

    @Test
    void damageIsNeverSilentAndCostsNothingBeyondItself() throws Exception {
        List<Row> rows = new ArrayList<>();
        try (HikariDataSource dataSource = new HikariDataSource()) {
            dataSource.setJdbcUrl("jdbc:h2:mem:damagedfiles;DB_CLOSE_DELAY=-1");
            TestTables.create(dataSource).token("NT047", 1_000_000_000);
            Path intact = Files.createDirectory(folder.resolve("intact"));
            writeAll(intact);
            for (Specimen specimen : specimens(intact, dataSource)) {
                for (Damage damage : Damage.values()) {
                    rows.add(row(specimen, damage, intact));
                }
            }
        }
        System.out.printf("%-36s %-8s %8s %8s %24s %11s%n", "file", "damage", "damages", "noticed", "lost beyond the damage", "paid twice");
        rows.forEach(System.out::println);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.noticed).isEqualTo(row.damages);
            assertThat(row.lost).isZero();
            assertThat(row.paidTwice).isZero();
        });
    }

    private Row row(Specimen specimen, Damage damage, Path intact) throws Exception {
        int damages = 0;
        int noticed = 0;
        long lost = 0;
        long paidTwice = 0;
        byte[] whole = Files.readAllBytes(intact.resolve(specimen.file()));
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] damaged = damage.of(whole, new Random(seed));
            if (Arrays.equals(whole, damaged)) {
                continue;
            }
            Path data = folder.resolve("data");
            FileSystemUtils.deleteRecursively(data);
            copy(specimen, intact, data);
            Files.write(data.resolve(specimen.file()), damaged);
            try (LogLines log = new LogLines("dev.tollgate")) {
                Found found = specimen.open().in(data);
                damages++;
                boolean said = log.of("ERROR").stream().anyMatch(line -> line.contains(specimen.said()));
                noticed += said ? 1 : 0;
                long missing = specimen.lostBeyondTheDamage(damaged, found);
                lost += missing;
                paidTwice += found.paidTwice();
                if (!said || missing > 0 || found.paidTwice() > 0) {
                    System.out.printf("%s, %s, seed %d: found %s, said %s%n", specimen.file(), damage, seed, found, log.all());
                }
            }
        }
        return new Row(specimen.file(), damage, damages, noticed, lost, paidTwice);
    }

    /** What belongs to the file: it and its mark, and the other segments of a spool. */
    private static void copy(Specimen specimen, Path intact, Path data) throws IOException {
        Path target = data.resolve(specimen.file()).getParent();
        Files.createDirectories(target);
        String kind = specimen.said().substring(0, 5);
        try (var files = Files.list(intact.resolve(specimen.file()).getParent())) {
            for (Path file : files.filter(file -> file.getFileName().toString().startsWith(kind)).toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    private List<Specimen> specimens(Path intact, HikariDataSource database) throws IOException {
        List<Specimen> specimens = new ArrayList<>();
        for (String file : List.of("spool/usage.ndjson", "spool/usage-000000000001.ndjson")) {
            specimens.add(lines(intact, file, data -> replayed(data, database, file.contains("-") ? "sealed-" : "")));
            specimens.add(new Specimen(file + ".mark", file.substring(6), unchanged(intact, file),
                    data -> replayed(data, database, file.contains("-") ? "sealed-" : "")));
        }
        specimens.add(lines(intact, "spool/attempts.ndjson", this::attempts));
        specimens.add(lines(intact, "spool/rejected.ndjson", this::rejected));
        specimens.add(lines(intact, "spool/inflight.log", this::cutOff));
        specimens.add(new Specimen("xai_token_state.json", "xai_token_state.json", Map.of(), this::grantedTooMuch));
        specimens.add(lines(intact, "xai_cache.journal", this::verdicts));
        specimens.add(new Specimen("xai_cache.journal.mark", "xai_cache.journal", unchanged(intact, "xai_cache.journal"), this::verdicts));
        specimens.add(new Specimen("budget/keepa.json", "keepa.json", Map.of(), this::balance));
        return specimens;
    }

    private static Specimen lines(Path intact, String file, Specimen.Opening opening) throws IOException {
        return new Specimen(file, Path.of(file).getFileName().toString(),
                Specimen.linesOf(Files.readAllBytes(intact.resolve(file)), NAMES), opening);
    }

    /** For a mark: the lines of the file it belongs to are all there. An empty text stands in every file. */
    private static Map<String, String> unchanged(Path intact, String file) throws IOException {
        var lines = Specimen.linesOf(Files.readAllBytes(intact.resolve(file)), NAMES);
        lines.replaceAll((name, line) -> "");
        return lines;
    }

    private void writeAll(Path data) throws IOException {
        Path spool = Files.createDirectories(data.resolve("spool"));
        try (Spool<Usage> usages = new Spool<>(spool, "usage", Usage.class, 1 << 20, true);
                Spool<Attempt> attempts = new Spool<>(spool, "attempts", Attempt.class, 1 << 20, false);
                InFlight inFlight = new InFlight(spool, clock)) {
            for (String name : NAMES) {
                usages.append(usage("sealed-" + name, 1L, 10));
            }
            usages.seal();
            Rejected rejected = new Rejected(spool, clock, 1 << 20);
            for (String name : NAMES) {
                usages.append(usage(name, 1L, 10));
                attempts.append(new Attempt(name, 1L, "NT047", 1, "503", true, START));
                rejected.keep(usage(name, 1L, 10), name, "no such token");
                inFlight.begin(name, "r" + name, 1L, 10);
            }
            inFlight.begin("ended", "ended", 1L, 10);
            inFlight.end("ended");
        }
        try (DailyQuota quota = quota(data)) {
            IntStream.range(0, 6).forEach(n -> quota.take());
        }
        try (VerdictCache cache = verdictCache(data)) {
            NAMES.forEach(name -> cache.save(key(name), name.contains("3")));
        }
        try (FileStateStore<BucketState> store = balances(data)) {
            store.update("keepa", state -> new Step<>(state, "written"));
        }
    }

    /** What reaches the database from one of the two files, and how many tokens were counted twice. */
    private Found replayed(Path data, HikariDataSource database, String prefix) throws IOException {
        TestTables tables = new TestTables(database);
        tables.run("DELETE FROM LedgerTestLogs");
        tables.run("DELETE FROM LedgerTestSummary");
        try (Bench bench = new Bench(database, data)) {
            bench.replayWhenDue();
            assertThat(bench.ledger.spooled()).isZero();
            assertThat(bench.reservations.spooled(1)).isZero();
        }
        List<String> calls = tables.calls();
        long twice = calls.size() - new HashSet<>(calls).size() + Math.abs(tables.used(1) - 10L * calls.size());
        return new Found(calls.stream().filter(call -> call.startsWith(prefix + "record-"))
                .map(call -> call.substring(prefix.length())).toList(), twice);
    }

    private Found attempts(Path data) throws IOException {
        List<String> found = new ArrayList<>();
        try (Spool<Attempt> spool = new Spool<>(data.resolve("spool"), "attempts", Attempt.class, 1 << 20, false);
                SpoolLines<Attempt> lines = new SpoolLines<>(spool.activePath(), Attempt.class)) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                found.add(line.record() == null ? line.raw().text() : line.record().requestId());
            }
        }
        return new Found(found, 0);
    }

    private Found rejected(Path data) throws IOException {
        new Rejected(data.resolve("spool"), clock, 1 << 20).keep(usage("new", 1L, 10), "new", "no such token");
        List<String> found = new ArrayList<>();
        try (CheckedLines lines = CheckedLines.open(data.resolve("spool/rejected.ndjson"))) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                String text = line.line().text();
                NAMES.stream().filter(text::contains).forEach(found::add);
            }
        }
        return new Found(found, 0);
    }

    private Found cutOff(Path data) throws IOException {
        try (LogLines log = new LogLines("dev.tollgate.ledger")) {
            new InFlight(data.resolve("spool"), clock).close();
            return new Found(NAMES.stream().filter(name -> !log.containing("WARN", "Request r" + name + " was cut off").isEmpty()).toList(), 0);
        }
    }

    /** Six of ten calls were made; whatever the file says now, four more may leave at most. */
    private Found grantedTooMuch(Path data) throws IOException {
        int granted = 0;
        try (DailyQuota quota = quota(data)) {
            while (quota.take().isGranted()) {
                granted++;
            }
        }
        return new Found(List.of(), Math.max(0, granted + 6 - LIMIT));
    }

    private Found verdicts(Path data) throws IOException {
        try (VerdictCache cache = verdictCache(data)) {
            return new Found(NAMES.stream().filter(name -> cache.lookup(key(name)).isHit()).toList(), 0);
        }
    }

    private Found balance(Path data) {
        try (FileStateStore<BucketState> store = balances(data)) {
            assertThat(store.get("keepa")).isNotNull();
        }
        return new Found(List.of(), 0);
    }

    private DailyQuota quota(Path data) throws IOException {
        return DailyQuota.open(new QuotaSettings(data.resolve("xai_token_state.json"), LIMIT, ZoneOffset.UTC, OnCorruptState.SPENT), clock);
    }

    private VerdictCache verdictCache(Path data) throws IOException {
        return VerdictCache.open(new CacheSettings(data.resolve("xai_cache.json"), 1_000, Optional.empty()), clock);
    }

    private static VerdictKey key(String name) {
        return VerdictKey.of(name, "Textbook", "Fall", new BigDecimal("89.99"));
    }

    private static FileStateStore<BucketState> balances(Path data) {
        return new FileStateStore<>(data.resolve("budget"), new JsonCodec<>(BucketState.class),
                key -> BucketState.unheard(Plan.ofRate(5, 0, 60_000), 300, START));
    }
}
