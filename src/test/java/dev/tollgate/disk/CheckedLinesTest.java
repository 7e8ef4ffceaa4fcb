package dev.tollgate.disk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.LogLines;
import dev.tollgate.disk.CheckedLine.State;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CheckedLinesTest {

    private static final List<String> OBJECTS = List.of("{\"asin\":\"B1\",\"price\":1}", "{\"asin\":\"B2\",\"note\":\"Öl, 5 €\"}",
            "{\"asin\":\"B3\",\"end\":\"1a2b3c4d\"}", "{\"asin\":\"B4\",\"nested\":{\"crc\":\"00000000\"}}");

    @TempDir
    Path folder;
    private Path file;

    @BeforeEach
    void chooseFile() {
        file = folder.resolve("lines.ndjson");
    }

    @Test
    void aLineStaysJsonAndComesBackAsItWas() throws IOException {
        write(sealed());
        assertThat(Files.readAllLines(file).get(0)).matches("\\{\"asin\":\"B1\",\"price\":1,\"crc32c\":\"[0-9a-f]{8}\"}");
        assertThat(readable()).isEqualTo(OBJECTS);
        assertThat(damaged()).isEmpty();
    }

    @Test
    void linesOfEarlierReleasesAreReadAsTheyAre() throws IOException {
        byte[] old = (String.join("\n", OBJECTS) + "\n").getBytes(UTF_8);
        write(joined(old, sealed()));
        assertThat(readable()).containsExactlyElementsOf(twice(OBJECTS));
        assertThat(lines()).extracting(line -> line.line().state()).startsWith(State.UNSEALED).endsWith(State.SEALED);
    }

    @Test
    void anyBitThatFlipsIsNoticedAndCostsItsOwnLineAtMost() throws IOException {
        byte[] whole = sealed();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            write(flipped);
            int line = lineOf(whole, bit / 8);
            List<String> expected = new ArrayList<>(OBJECTS);
            if (whole[bit / 8] != '\n') {
                expected.remove(line);
            }
            boolean lastLineFeed = bit / 8 == whole.length - 1;
            assertThat(readable()).as("bit %d", bit).isEqualTo(expected);
            assertThat(damaged()).as("bit %d", bit).contains(line + 1L);
            assertThat(lines().get(lines().size() - 1).ended()).isEqualTo(!lastLineFeed);
        }
    }

    @Test
    void aCutFileKeepsItsWholeLinesAndEndsInADamagedOne() throws IOException {
        byte[] whole = sealed();
        for (int length = 0; length < whole.length; length++) {
            write(java.util.Arrays.copyOf(whole, length));
            boolean betweenLines = length == 0 || whole[length - 1] == '\n';
            boolean onlyItsFeed = whole[length] == '\n';
            assertThat(readable()).isEqualTo(OBJECTS.subList(0, lineOf(whole, length) + (onlyItsFeed ? 1 : 0)));
            assertThat(damaged()).hasSize(betweenLines || onlyItsFeed ? 0 : 1);
            assertThat(lines()).filteredOn(line -> !line.ended()).hasSize(betweenLines ? 0 : 1);
        }
    }

    @Test
    void aGigabyteOfZerosIsOneDamagedLineOfBoundedSize() throws IOException {
        byte[] zeros = new byte[3 << 20];
        write(joined(sealed(), zeros, "\n".getBytes(UTF_8), sealed()));
        assertThat(readable()).containsExactlyElementsOf(twice(OBJECTS));
        assertThat(damaged()).containsExactly(5L);
        assertThat(lines()).filteredOn(line -> !line.line().isReadable())
                .allMatch(line -> line.line().json().length == CheckedLines.MAX_LINE);
    }

    @Test
    void randomBytesAreNeverALine() throws IOException {
        Random random = new Random(12);
        byte[] noise = new byte[200_000];
        random.nextBytes(noise);
        write(noise);
        assertThat(readable()).isEmpty();
    }

    @Test
    void damageIsSaidWithFileAndLineAndKeptAside() throws IOException {
        write("{\"torn\n".getBytes(UTF_8));
        Damage damage = new Damage(file);
        damaged().forEach(damage::atLine);
        try (LogLines log = new LogLines(Damage.class.getName())) {
            damage.keepAside(Instant.parse("2026-01-02T03:04:05Z"), "The other lines are used.");
            assertThat(log.of("ERROR")).containsExactly("ERROR " + file + " is damaged: line 1. It is kept as "
                    + "lines.ndjson.corrupt-20260102T030405Z. The other lines are used.");
        }
        assertThat(folder.resolve("lines.ndjson.corrupt-20260102T030405Z")).hasSameBinaryContentAs(file);
    }

    @Test
    void onlyAnObjectWithFieldsIsSealed() {
        for (String other : List.of("", "{}", "[1]", "{\"a\":1} ", "null")) {
            assertThatThrownBy(() -> CheckedLine.seal(other.getBytes(UTF_8))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static byte[] sealed() {
        return joined(OBJECTS.stream().map(json -> CheckedLine.seal(json.getBytes(UTF_8))).toArray(byte[][]::new));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static List<String> twice(List<String> list) {
        List<String> both = new ArrayList<>(list);
        both.addAll(list);
        return both;
    }

    private static int lineOf(byte[] bytes, int at) {
        int line = 0;
        for (int i = 0; i < at; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return line;
    }

    private void write(byte[] bytes) throws IOException {
        Files.write(file, bytes);
    }

    private List<String> readable() throws IOException {
        return lines().stream().filter(line -> line.line().isReadable()).map(line -> line.line().text()).toList();
    }

    private List<Long> damaged() throws IOException {
        return lines().stream().filter(line -> !line.line().isReadable()).map(CheckedLines.Line::number).toList();
    }

    private List<CheckedLines.Line> lines() throws IOException {
        List<CheckedLines.Line> lines = new ArrayList<>();
        try (CheckedLines reader = CheckedLines.open(file)) {
            for (CheckedLines.Line line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
