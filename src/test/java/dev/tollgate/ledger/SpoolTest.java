package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.LogLines;

import static dev.tollgate.ledger.Bench.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SpoolTest {

    @TempDir
    Path folder;

    @Test
    void keepsRecordsInOrderOverSealingAndReopening() throws IOException {
        try (Spool<Usage> spool = open(1 << 20)) {
            spool.append(usage("c1", 1L, 5));
            spool.append(usage("c2", null, 6));
            spool.seal();
            spool.append(usage("c3", 1L, 7));
        }
        try (Spool<Usage> spool = open(1 << 20)) {
            spool.seal();
            spool.append(usage("c4", 1L, 8));
            assertThat(spool.sealed()).hasSize(2);
            assertThat(records(spool)).containsExactly(
                    usage("c1", 1L, 5), usage("c2", null, 6), usage("c3", 1L, 7), usage("c4", 1L, 8));
        }
    }

    @Test
    void countsBytesOfAllItsFilesAndTakesNoMoreThanItsBound() throws IOException {
        try (Spool<Usage> spool = open(2_000)) {
            spool.append(usage("c1", 1L, 1));
            spool.seal();
            assertThat(spool.hasRoom()).isTrue();
            assertThatThrownBy(() -> {
                for (int i = 0; i < 100; i++) {
                    spool.append(usage("more-" + i, 1L, 1));
                }
            }).isInstanceOf(SpoolFullException.class);
            assertThat(spool.hasRoom()).isFalse();
            assertThat(spool.bytes()).isLessThanOrEqualTo(2_000).isEqualTo(sizeOnDisk());
        }
        try (Spool<Usage> spool = open(2_000)) {
            assertThat(spool.hasRoom()).isFalse();
            spool.delete(spool.sealed().get(0));
            assertThat(spool.bytes()).isEqualTo(sizeOnDisk());
            spool.seal().ifPresent(segment -> assertThat(segment.getFileName()).hasToString("usage-000000000002.ndjson"));
        }
    }

    /** Together they do not fit, so that each is offered on its own. */
    @Test
    void ofManyWhoComeAtOnceAsManyAreTakenAsThereIsRoomFor() throws Exception {
        int line = Json.line(usage("c10", 1L, 1)).length;
        ExecutorService crowd = Executors.newFixedThreadPool(50);
        try (Spool<Usage> spool = open(20L * line)) {
            List<Callable<Boolean>> appends = IntStream.range(10, 60).mapToObj(i -> (Callable<Boolean>) () -> {
                try {
                    spool.append(usage("c" + i, 1L, 1));
                    return true;
                } catch (SpoolFullException full) {
                    return false;
                }
            }).toList();
            int taken = 0;
            for (Future<Boolean> append : crowd.invokeAll(appends)) {
                taken += append.get() ? 1 : 0;
            }
            assertThat(taken).isEqualTo(20);
            assertThat(records(spool)).hasSize(20).doesNotHaveDuplicates();
        } finally {
            crowd.shutdownNow();
        }
    }

    /** Files that earlier releases left are checked, too. */
    @Test
    void theMarkSaysLengthAndChecksumAsEver() throws IOException {
        try (Spool<Usage> spool = open(1 << 20)) {
            spool.append(usage("c1", 1L, 1));
        }
        byte[] whole = Files.readAllBytes(folder.resolve("usage.ndjson"));
        String content = "%016x %08x".formatted(whole.length, checksum(whole));
        assertThat(folder.resolve("usage.ndjson.mark")).hasContent(content + " %08x\n".formatted(checksum(content.getBytes(StandardCharsets.US_ASCII))));
    }

    private static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    @Test
    void hasNoRoomWhenItsFileCannotBeWritten() throws IOException {
        try (Spool<Usage> spool = open(1 << 20)) {
            spool.append(usage("c1", 1L, 1));
            Path blocker = folder.resolve("usage-000000000001.ndjson");
            Files.createDirectories(blocker.resolve("in-the-way"));
            assertThatThrownBy(spool::seal).isInstanceOf(IOException.class);
            Files.delete(spool.activePath());
            Files.createDirectory(spool.activePath());
            assertThat(spool.hasRoom()).isFalse();
            assertThatThrownBy(() -> spool.append(usage("c2", 1L, 1))).isInstanceOf(IOException.class);
            Files.delete(spool.activePath());
            assertThat(spool.hasRoom()).isTrue();
            spool.append(usage("c3", 1L, 1));
        }
    }

    @Test
    void appendsFromManyThreadsWhileSegmentsAreSealed() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(50);
        try (Spool<Usage> spool = open(64 << 20)) {
            List<Future<?>> appends = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                Usage usage = usage("c" + i, 1L, i);
                appends.add(pool.submit(() -> {
                    spool.append(usage);
                    return null;
                }));
                if (i % 100 == 50) {
                    spool.seal();
                }
            }
            for (Future<?> append : appends) {
                append.get();
            }
            assertThat(records(spool)).extracting(Usage::callId)
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 1_000).mapToObj(i -> "c" + i).toList());
            assertThat(spool.bytes()).isEqualTo(sizeOnDisk());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void anInterruptedThreadStillSavesItsRecord() throws IOException {
        try (Spool<Usage> spool = open(1 << 20)) {
            Thread.currentThread().interrupt();
            spool.append(usage("c1", 1L, 1));
            assertThat(Thread.interrupted()).isTrue();
            spool.append(usage("c2", 1L, 1));
            assertThat(records(spool)).hasSize(2);
        }
    }

    @Test
    void cutsALineThatACrashToreAndKeepsAWholeOneThatLacksItsLineFeedOnly() throws IOException {
        Path file = folder.resolve("usage.ndjson");
        try (Spool<Usage> spool = open(1 << 20)) {
            spool.append(usage("c1", 1L, 1));
            spool.append(usage("c2", 1L, 1));
        }
        byte[] whole = Files.readAllBytes(file);
        int second = whole.length / 2;
        for (int length = second; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, second));
            open(1 << 20).close();
            Files.write(file, Arrays.copyOf(whole, length));
            try (LogLines log = new LogLines("dev.tollgate.disk"); Spool<Usage> spool = open(1 << 20)) {
                boolean complete = length >= whole.length - 1;
                assertThat(records(spool)).as("cut at %d", length).hasSize(complete ? 2 : 1);
                assertThat(log.containing("WARN", "torn line")).hasSize(complete || length == second ? 0 : 1);
                spool.append(usage("c3", 1L, 1));
                assertThat(records(spool)).last().isEqualTo(usage("c3", 1L, 1));
            }
        }
    }

    @Test
    void whatIsMissingOfWrittenLinesIsSaidWhereverTheFileWasCut() throws IOException {
        Path file = folder.resolve("usage.ndjson");
        try (Spool<Usage> spool = open(1 << 20)) {
            spool.append(usage("c1", 1L, 1));
            spool.append(usage("c2", 1L, 1));
        }
        byte[] whole = Files.readAllBytes(file);
        byte[] mark = Files.readAllBytes(folder.resolve("usage.ndjson.mark"));
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            Files.write(folder.resolve("usage.ndjson.mark"), mark);
            try (LogLines log = new LogLines("dev.tollgate.disk"); Spool<Usage> spool = open(1 << 20)) {
                int lines = (length + 1) / (whole.length / 2);
                assertThat(records(spool)).as("cut at %d", length).hasSize(lines);
                assertThat(log.containing("ERROR", (whole.length - length) + " bytes are missing")).hasSize(1);
                spool.append(usage("c3", 1L, 1));
                assertThat(records(spool)).hasSize(lines + 1);
            }
        }
    }

    @Test
    void whatWasWrittenBeforeItsFileWasDeletedIsNotLost() throws IOException {
        try (LogLines log = new LogLines("dev.tollgate.ledger"); Spool<Usage> spool = open(1 << 20)) {
            spool.append(usage("c1", 1L, 1));
            Files.delete(spool.activePath());
            spool.append(usage("c2", 1L, 1));
            Files.move(spool.activePath(), folder.resolve("moved"));
            Files.writeString(spool.activePath(), "");
        }
        try (Spool<Usage> spool = open(1 << 20)) {
            assertThat(records(spool)).extracting(Usage::callId).containsExactly("c1", "c2");
        }
    }

    private Spool<Usage> open(long maxBytes) throws IOException {
        return new Spool<>(folder, "usage", Usage.class, maxBytes, true);
    }

    private long sizeOnDisk() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".ndjson")).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static List<Usage> records(Spool<Usage> spool) throws IOException {
        List<Usage> records = new ArrayList<>();
        for (Path file : spool.files()) {
            try (SpoolLines<Usage> lines = new SpoolLines<>(file, Usage.class)) {
                for (var line = lines.next(); line != null; line = lines.next()) {
                    records.add(line.record());
                }
            }
        }
        return records;
    }
}
