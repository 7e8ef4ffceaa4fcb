package dev.tollgate.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Files as people export them, in {@code lists/}, and what a person reads in them, in {@code lists/expected.txt}. */
class AsinSheetTest {

    private static final Path LISTS = Path.of("src/test/resources/lists");

    @TempDir
    Path folder;

    static Stream<Arguments> lists() throws IOException {
        return Files.readAllLines(LISTS.resolve("expected.txt")).stream().map(line -> line.split(" \\| ?", -1))
                .map(parts -> Arguments.of(parts[0], List.of(parts[1].split(" ")), Integer.parseInt(parts[2].strip()),
                        Integer.parseInt(parts[3].strip()), parts[4]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lists")
    void whatAPersonReadsIsOrderedAndTheRestIsTold(String name, List<String> asins, int skipped, int repeated, String told)
            throws IOException {
        Path file = LISTS.resolve(name);
        if (asins.equals(List.of(""))) {
            assertThatThrownBy(() -> AsinSheet.read(file, 100)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(told);
            return;
        }
        AsinSheet read = AsinSheet.read(file, 100);

        assertThat(read.asins()).as(read.summary(name)).containsExactlyElementsOf(asins);
        assertThat(read.skipped()).as(read.summary(name)).isEqualTo(skipped);
        assertThat(read.repeated()).as(read.summary(name)).isEqualTo(repeated);
        assertThat(read.summary(name)).startsWith(asins.size() + " ASINs of " + name + " are ordered.").contains(told);
        assertThat(read.examples()).hasSizeLessThanOrEqualTo(AsinSheet.MOST_EXAMPLES);
    }

    @Test
    void thereAreEnoughLists() throws IOException {
        assertThat(lists().count()).isGreaterThanOrEqualTo(40);
    }

    @ParameterizedTest
    @CsvSource({"B000000001, B000000001", "b00abcdefg, B00ABCDEFG", "BT00CTP8D6, BT00CTP8D6", "0-306-40615-2, 0306406152",
        "080442957x, 080442957X", "9780306406157, 0306406152", "978-0-306-40615-7, 0306406152"})
    void aCellNamesAnAsin(String cell, String asin) {
        assertThat(AsinCell.read(cell, false).asin()).isEqualTo(asin);
    }

    @ParameterizedTest
    @CsvSource({"BASKETBALL", "A000000001", "B00000001", "B0000000012", "0000000000", "1234567890", "306406152", "9791090636064",
        "4012234123456", "555-010-1234", "0-306-406152", "978030640615", "B00-0000-01", "''"})
    void aCellNamesNone(String cell) {
        AsinCell read = AsinCell.read(cell, false);

        assertThat(read.asin()).isNull();
        assertThat(read.reason()).isNotBlank();
    }

    /** Whatever the spreadsheet: the same table in every separator, charset, line end and place of its column. */
    @Test
    void theSameTableIsTheSameListHoweverItIsWritten() throws IOException {
        Random random = new Random(15);
        for (int n = 0; n < 300; n++) {
            List<String> asins = random.ints(1 + random.nextInt(30), 0, 1_000_000_000).mapToObj("B%09d"::formatted).distinct().toList();
            char separator = ",;\t".charAt(random.nextInt(3));
            int column = random.nextInt(4);
            boolean quoted = random.nextBoolean();
            String end = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
            String text = Stream.concat(Stream.of("ASIN"), asins.stream()).map(asin -> IntStream.range(0, 4)
                    .mapToObj(i -> i == column ? asin : asin.equals("ASIN") ? "Name" + i : quoted ? "\"Rice" + separator + " \"\"x\"\"\"" : "12,5".replace(separator, '.'))
                    .collect(Collectors.joining(String.valueOf(separator)))).collect(Collectors.joining(end));
            Path file = folder.resolve(n + ".csv");
            Files.write(file, text.getBytes(List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16, StandardCharsets.UTF_16LE,
                    StandardCharsets.ISO_8859_1).get(random.nextInt(4))));

            assertThat(AsinSheet.read(file, 100).asins()).as(text).containsExactlyElementsOf(asins);
        }
    }

    @Test
    void aListHasNoMoreThanItMay() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "B000000001\nB000000002\nB000000001\nB000000003\n");

        assertThatThrownBy(() -> AsinSheet.read(file, 2)).isInstanceOf(TooManyItemsException.class)
                .hasMessageContaining("more than 2 items", "tollgate.jobs.max-items");
        assertThat(AsinSheet.read(file, 3).asins()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"','", "' '", "'\n'", "'\t'"})
    void aHundredThousandAreReadAlsoInOneLine(String separator) throws IOException {
        Path file = Files.writeString(folder.resolve("long.txt"),
                IntStream.range(0, 100_000).mapToObj("B%09d"::formatted).collect(Collectors.joining(separator)));

        AsinSheet read = AsinSheet.read(file, 100_000);

        assertThat(read.asins()).hasSize(100_000);
        assertThat(read.skipped()).isZero();
    }
}
