package dev.tollgate.verdict;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.LogLines;
import dev.tollgate.ManualClock;
import dev.tollgate.disk.Crowd;
import dev.tollgate.disk.FileInUseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VerdictCacheTest {

    private static final VerdictKey BIOLOGY = new VerdictKey("Biology 101 | Textbook | Fall | 89.99");
    private static final VerdictKey POETRY = new VerdictKey("Zürich, 诗 | Poetry | All | 5.00");

    @TempDir
    Path directory;
    Path journal;
    ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");

    @BeforeEach
    void nameTheJournal() {
        journal = directory.resolve("data/xai_cache.journal");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSavedAnswerIsAHitFalseOnesToo(boolean value) throws Exception {
        try (VerdictCache cache = open()) {
            assertThat(cache.lookup(BIOLOGY)).isEqualTo(new Lookup.Miss());
            assertThat(cache.save(BIOLOGY, value)).isEqualTo(new Saving.Saved());
            clock.advance(Duration.ofDays(400));
            assertThat(cache.lookup(BIOLOGY)).isEqualTo(new Lookup.Hit(value, Duration.ofDays(400)));
            assertThat(cache.view()).isEqualTo(new CacheView(1, 1, 1));
        }
    }

    @Test
    void anAnswerIsInTheJournalBeforeTheCallerHasIt() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, true);
            assertThat(journal).content().matches("[0-9a-f]{8} 1795341600 true Biology 101 \\| Textbook \\| Fall \\| 89\\.99\n");
        }
    }

    @Test
    void aRestartKnowsEveryAnswerWithItsAge() throws Exception {
        VerdictKey awkward = new VerdictKey("line\nbreak \\n back\\slash\r\t | c | s | 1.00");
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, false);
            cache.save(POETRY, true);
            cache.save(awkward, true);
        }
        clock.advance(Duration.ofHours(1));
        try (VerdictCache cache = open()) {
            assertThat(cache.lookup(BIOLOGY)).isEqualTo(new Lookup.Hit(false, Duration.ofHours(1)));
            assertThat(cache.lookup(POETRY)).isEqualTo(new Lookup.Hit(true, Duration.ofHours(1)));
            assertThat(cache.lookup(awkward)).isEqualTo(new Lookup.Hit(true, Duration.ofHours(1)));
        }
    }

    @Test
    void afterItsTimeToLiveAnAnswerIsStaleNotGone() throws Exception {
        try (VerdictCache cache = open(10, Optional.of(Duration.ofDays(30)))) {
            cache.save(BIOLOGY, true);
            clock.advance(Duration.ofDays(30).minusSeconds(1));
            assertThat(cache.lookup(BIOLOGY).isHit()).isTrue();
            clock.advance(Duration.ofSeconds(1));
            assertThat(cache.lookup(BIOLOGY)).isEqualTo(new Lookup.Stale(true, Duration.ofDays(30)));
            cache.save(BIOLOGY, false);
            assertThat(cache.lookup(BIOLOGY)).isEqualTo(new Lookup.Hit(false, Duration.ZERO));
        }
    }

    @Test
    void aClockThatSteppedBackMakesNoNegativeAge() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, true);
            clock.set("2026-11-22T09:00:00Z");
            assertThat(cache.lookup(BIOLOGY)).isEqualTo(new Lookup.Hit(true, Duration.ZERO));
        }
    }

    @Test
    void aJournalCutAtAnyByteOfItsLastRecordStillHasEveryEarlierOne() throws Exception {
        List<VerdictKey> keys = IntStream.range(0, 5).mapToObj(n -> new VerdictKey("title ü " + n + " | c | s | 1.00")).toList();
        try (VerdictCache cache = open()) {
            keys.forEach(key -> cache.save(key, true));
            cache.save(POETRY, true);
        }
        byte[] whole = Files.readAllBytes(journal);
        int lastRecord = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf('\n', whole.length - 2) + 1;
        for (int length = lastRecord; length < whole.length; length++) {
            Files.write(journal, Arrays.copyOf(whole, length));
            Files.delete(journal.resolveSibling("xai_cache.journal.mark"));
            try (VerdictCache cache = open()) {
                assertThat(keys).as("cut at %d", length).allMatch(key -> cache.lookup(key).isHit());
                assertThat(cache.lookup(POETRY).isHit()).isEqualTo(length == whole.length - 1);
                cache.save(POETRY, false);
            }
            try (VerdictCache cache = open()) {
                assertThat(keys).as("cut at %d, then written on", length).allMatch(key -> cache.lookup(key).isHit());
                assertThat(cache.lookup(POETRY)).isEqualTo(new Lookup.Hit(false, Duration.ZERO));
            }
        }
        assertThat(names()).as("a torn line is no corruption").noneMatch(name -> name.contains("corrupt"));
    }

    @Test
    void aJournalCutAnywhereNeverKeepsTheCacheFromStarting() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, true);
            cache.save(POETRY, true);
        }
        byte[] whole = Files.readAllBytes(journal);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(journal, Arrays.copyOf(whole, length));
            try (VerdictCache cache = open()) {
                int end = Math.min(length + 1, whole.length);
                long lines = new String(whole, 0, end, StandardCharsets.ISO_8859_1).chars().filter(c -> c == '\n').count();
                assertThat(cache.view().entries()).isEqualTo(lines);
            }
        }
    }

    @Test
    void aLostLineEndCostsNeitherOfTheTwoLines() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, true);
            cache.save(POETRY, false);
        }
        byte[] whole = Files.readAllBytes(journal);
        int first = new String(whole, StandardCharsets.ISO_8859_1).indexOf('\n');
        for (int at : new int[] {first, whole.length - 1}) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) (1 << bit);
                Files.write(journal, damaged);
                try (LogLines log = new LogLines("dev.tollgate.disk"); VerdictCache cache = open()) {
                    assertThat(cache.lookup(BIOLOGY)).as("bit %d of %d", bit, at).isEqualTo(new Lookup.Hit(true, Duration.ZERO));
                    assertThat(cache.lookup(POETRY)).isEqualTo(new Lookup.Hit(false, Duration.ZERO));
                    assertThat(log.containing("ERROR", "is damaged")).hasSize(1);
                }
            }
        }
    }

    @Test
    void anyFlippedByteIsNoticedKeptAsideAndCostsNoOtherLine() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, true);
            cache.save(POETRY, false);
        }
        byte[] whole = Files.readAllBytes(journal);
        int firstLine = new String(whole, StandardCharsets.ISO_8859_1).indexOf('\n');
        for (int at = 0; at < firstLine; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(journal, damaged);
            try (VerdictCache cache = open()) {
                assertThat(cache.lookup(BIOLOGY)).as("byte %d", at).isEqualTo(new Lookup.Miss());
                assertThat(cache.lookup(POETRY)).isEqualTo(new Lookup.Hit(false, Duration.ZERO));
            }
            assertThat(names()).filteredOn(name -> name.contains(".corrupt-")).singleElement()
                    .satisfies(name -> assertThat(journal.resolveSibling(name)).hasBinaryContent(damaged));
            try (var kept = Files.newDirectoryStream(journal.getParent(), "*.corrupt-*")) {
                for (Path copy : kept) {
                    Files.delete(copy);
                }
            }
            try (VerdictCache again = open()) {
                assertThat(again.view().entries()).isEqualTo(1);
            }
            assertThat(names()).as("mended").noneMatch(name -> name.contains(".corrupt-"));
        }
    }

    @Test
    void anAnswerWrittenBeforeTheJournalWasDeletedOrReplacedIsKept() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, true);
            Files.delete(journal);
            cache.save(POETRY, false);
            Files.move(journal, journal.resolveSibling("moved"));
            Files.writeString(journal, "a backup\n");
            cache.save(new VerdictKey("third | c | s | 1.00"), true);
        }
        try (VerdictCache cache = open()) {
            assertThat(cache.view().entries()).isEqualTo(3);
        }
        assertThat(names()).filteredOn(name -> name.contains(".corrupt-")).singleElement()
                .satisfies(name -> assertThat(journal.resolveSibling(name)).hasContent("a backup\n"));
    }

    @Test
    void supersededLinesAreCompactedAwayByThemselves() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(POETRY, false);
            Crowd.of(64, n -> () -> {
                for (int i = 0; i < 200; i++) {
                    clock.advance(Duration.ofSeconds(1));
                    cache.save(BIOLOGY, i % 2 == 0);
                }
                return n;
            });
            cache.save(BIOLOGY, true);
        }
        try (var lines = Files.lines(journal)) {
            assertThat(lines.count()).isLessThan(12_000);
        }
        try (VerdictCache cache = open()) {
            assertThat(cache.lookup(BIOLOGY)).isEqualTo(new Lookup.Hit(true, Duration.ZERO));
            assertThat(cache.lookup(POETRY)).isInstanceOf(Lookup.Hit.class);
        }
        assertThat(names()).containsExactlyInAnyOrder("xai_cache.journal", "xai_cache.journal.lock", "xai_cache.journal.mark");
    }

    @Test
    void whatFindsNoRoomInMemoryStaysOnDisk() throws Exception {
        try (VerdictCache cache = open(10, Optional.empty())) {
            IntStream.range(0, 100).forEach(n -> cache.save(new VerdictKey("title " + n), true));
            assertThat(cache.view().entries()).isLessThanOrEqualTo(10);
        }
        try (VerdictCache roomier = open(1000, Optional.empty())) {
            assertThat(roomier.view().entries()).isEqualTo(100);
        }
    }

    @Test
    void aHitNeedsNoDisk() throws Exception {
        try (VerdictCache cache = open()) {
            cache.save(BIOLOGY, true);
            Files.delete(journal);
            assertThat(cache.lookup(BIOLOGY).isHit()).isTrue();
        }
    }

    @Test
    void anAnswerThatFindsTheJournalClosedIsSaidToBeUnsaved() throws Exception {
        VerdictCache cache = open();
        cache.close();
        assertThat(cache.save(BIOLOGY, true)).isInstanceOf(Saving.MemoryOnly.class);
    }

    @Test
    void aSecondOwnerIsRefusedByName() throws Exception {
        try (VerdictCache cache = open()) {
            assertThatThrownBy(this::open).isInstanceOf(FileInUseException.class).hasMessageContaining(journal.toString());
            assertThat(cache.view().entries()).isZero();
        }
        open().close();
    }

    private List<String> names() throws IOException {
        try (var paths = Files.list(journal.getParent())) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    private VerdictCache open() throws IOException {
        return open(1_000_000, Optional.empty());
    }

    private VerdictCache open(long maxEntries, Optional<Duration> timeToLive) throws IOException {
        return VerdictCache.open(
                new CacheSettings(directory.resolve("data/xai_cache.json"), maxEntries, timeToLive), clock);
    }
}
