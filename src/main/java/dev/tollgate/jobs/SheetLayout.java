package dev.tollgate.jobs;

import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;

/**
 * Where a sheet has its ASINs: what separates its cells, how many rows stand above the data, and which columns to look at. A
 * header says it, or else the cells of the sheet's beginning do.
 *
 * @param separator one for the whole file
 * @param firstRow  of the data, from 0; a header and what stands above it are left out
 * @param columns   in the order in which they are looked at, the first that has something counts; empty: every word of every
 *                  row, which is a list and no table
 */
record SheetLayout(char separator, int firstRow, List<Integer> columns) {

    private static final char[] SEPARATORS = {',', ';', '\t'};

    /** Names of columns, by how well an ASIN follows from them. */
    private static final List<String> NAMES = List.of("asin", "asins", "isbn10", "isbn", "isbns", "isbn13", "ean", "eans", "ean13", "gtin",
            "gtin13");

    /** Words of a name, and rows above a header: titles of reports have more. */
    private static final int MOST_WORDS = 4;
    private static final int MOST_ABOVE = 20;

    /** Cells of a row, and characters of it: a list may be one line. */
    private static final int MOST_CELLS = 1 << 20;
    private static final int LONGEST_ROW = 1 << 24;

    /**
     * Finds the layout.
     *
     * @param head      the beginning of the sheet, whole lines
     * @param separator what the file itself says; null when it does not
     */
    static SheetLayout of(String head, Character separator) {
        List<Character> candidates = separator != null ? List.of(separator)
                : IntStream.range(0, SEPARATORS.length).mapToObj(i -> SEPARATORS[i]).toList();
        List<Candidate> found = new ArrayList<>();
        for (char candidate : candidates) {
            List<List<String>> rows = rows(head, candidate);
            SheetLayout layout = headed(rows, candidate);
            layout = layout != null ? layout : unheaded(rows, candidate);
            found.add(new Candidate(layout, layout.found(rows)));
        }
        return found.stream().max(Comparator.comparingInt(Candidate::likelihood).thenComparingInt(Candidate::asins)
                .thenComparingInt(candidate -> -found.indexOf(candidate))).orElseThrow().layout;
    }

    /** What a separator leads to. */
    private record Candidate(SheetLayout layout, int asins) {

        /** A table with a header, one without, and a list. */
        int likelihood() {
            return asins == 0 ? -1 : layout.columns.isEmpty() ? 0 : layout.firstRow == 0 ? 1 : 2;
        }
    }

    /** Reads rows as this separator parts them; a row of another number of cells is one, too. */
    static CsvReader<CsvRecord> reader(Reader text, char separator) {
        return CsvReader.builder().fieldSeparator(separator).skipEmptyLines(false).allowExtraFields(true).allowMissingFields(true)
                .trimWhitespacesAroundQuotes(true)
                .build(CsvRecordHandler.of(cells -> cells.maxFields(MOST_CELLS).maxRecordSize(LONGEST_ROW)), text);
    }

    /** The cells of a row that may name an ASIN: the first that is not blank of each of the columns; in a list all words. */
    List<String> cells(List<String> row) {
        if (columns.isEmpty()) {
            return row.stream().flatMap(SheetLayout::words).toList();
        }
        return columns.stream().filter(column -> column < row.size()).map(row::get).filter(cell -> !AsinCell.isBlank(cell)).toList();
    }

    /** The words of a cell, unless the cell as a whole is one, as an ISBN with blanks is. */
    static Stream<String> words(String cell) {
        return AsinCell.read(cell, false).isAsin() ? Stream.of(cell)
                : Stream.of(cell.split("[\\s,;|]+")).filter(word -> !AsinCell.isBlank(word));
    }

    private static List<List<String>> rows(String head, char separator) {
        List<List<String>> rows = new ArrayList<>();
        try {
            reader(new StringReader(head), separator).forEach(row -> rows.add(row.getFields()));
        } catch (CsvParseException notSo) {
            // What was read until then shows how far this separator leads; the file as a whole is read later.
        }
        return rows;
    }

    /** The header under which most ASINs stand: a title above it may have such a word, too. Null without one. */
    private static SheetLayout headed(List<List<String>> rows, char separator) {
        SheetLayout best = null;
        for (int at = 0; at < Math.min(MOST_ABOVE, rows.size()); at++) {
            List<String> row = rows.get(at);
            if (row.stream().anyMatch(cell -> AsinCell.read(cell, false).isAsin())) {
                break;
            }
            List<Integer> named = IntStream.range(0, row.size()).boxed().filter(i -> rank(row.get(i)) < Integer.MAX_VALUE)
                    .sorted(Comparator.comparing(i -> rank(row.get(i)))).toList();
            SheetLayout layout = new SheetLayout(separator, at + 1, named);
            if (!named.isEmpty() && (best == null || layout.found(rows) > best.found(rows))) {
                best = layout;
            }
        }
        return best;
    }

    /** How good a column of that name is, the lower the better. */
    private static int rank(String name) {
        List<String> words = Stream.of(name.toLowerCase(Locale.ROOT).replaceAll("(isbn|ean|gtin|asin)[\\s_-]*(1[03]?)(?!\\d)", "$1$2")
                .replaceAll("asin1\\b", "asin").split("[^\\p{L}\\p{N}]+")).filter(word -> !word.isEmpty()).toList();
        int best = IntStream.range(0, NAMES.size()).filter(i -> words.contains(NAMES.get(i))).findFirst().orElse(-1);
        return best < 0 || words.size() > MOST_WORDS ? Integer.MAX_VALUE : best * MOST_WORDS + words.size();
    }

    /** A table has one column of ASINs; where there are several, or one column in all, it is a list. */
    private static SheetLayout unheaded(List<List<String>> rows, char separator) {
        int width = rows.stream().mapToInt(List::size).max().orElse(1);
        List<Integer> full = new ArrayList<>();
        int best = -1;
        long most = 0;
        for (int column = 0; column < width; column++) {
            int at = column;
            List<String> cells = rows.stream().filter(row -> at < row.size()).map(row -> row.get(at))
                    .filter(cell -> !AsinCell.isBlank(cell)).toList();
            long asins = cells.stream().filter(cell -> AsinCell.read(cell, true).isAsin()).count();
            if (asins * 2 > cells.size()) {
                full.add(column);
            }
            if (asins > most) {
                best = column;
                most = asins;
            }
        }
        boolean list = width == 1 || best < 0 || full.size() > 1;
        return new SheetLayout(separator, 0, list ? List.of() : List.of(full.isEmpty() ? best : full.get(0)));
    }

    private int found(List<List<String>> rows) {
        return (int) rows.stream().skip(firstRow).flatMap(row -> cells(row).stream()).filter(SheetLayout::namesSome).count();
    }

    private static boolean namesSome(String cell) {
        return AsinCell.read(cell, true).isAsin()
                || words(cell).findAny().isPresent() && words(cell).allMatch(word -> AsinCell.read(word, true).isAsin());
    }
}
