package dev.tollgate.jobs;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;

/**
 * The ASINs of a file as people export it from a spreadsheet or write it by hand: RFC 4180 with commas, semicolons or tabs, a
 * table with a header or a list, in UTF-8, UTF-16 or Windows' own characters. Counts what is taken and tells what is not.
 *
 * <p>The file is read as a stream; a few rows that are skipped are remembered, and of the others their number.
 *
 * @param asins    each once, in the order of the sheet
 * @param repeated cells that repeat one that stands before
 * @param skipped  rows, in a list words, that name no ASIN
 * @param examples the first of those, each with its row as a spreadsheet counts it and the reason
 */
public record AsinSheet(AsinList asins, int repeated, int skipped, List<String> examples) {

    /** Skipped rows that are named. */
    static final int MOST_EXAMPLES = 5;

    /** Characters that decide what separates cells and which column counts. */
    private static final int HEAD = 1 << 16;

    /** Bytes that decide what a file is. */
    private static final int START = 4096;

    /** What Excel takes and writes as the first line. */
    private static final Pattern SEPARATOR = Pattern.compile("\"?sep=(.)\"?[ \\t,;]*", Pattern.CASE_INSENSITIVE);

    private static final Charset WINDOWS = Charset.forName("windows-1252");

    /**
     * Reads a file.
     *
     * @param most how many ASINs there may be
     * @throws IllegalArgumentException with a sentence for whoever made the file, when it is no list of ASINs
     * @throws TooManyItemsException    when there are more ASINs
     */
    static AsinSheet read(Path file, int most) throws IOException {
        Charset charset = charset(file);
        Character separator;
        SheetLayout layout;
        try (BufferedReader text = open(file, charset)) {
            separator = separator(text);
            layout = SheetLayout.of(head(text), separator);
        }
        try (BufferedReader text = open(file, charset)) {
            if (separator != null) {
                text.readLine();
            }
            return read(text, layout, most);
        } catch (CsvParseException e) {
            throw new IllegalArgumentException("The file is not CSV: " + cause(e), e);
        }
    }

    /** What became of the rows, in a few sentences. */
    public String summary(String name) {
        StringBuilder text = new StringBuilder("%d ASINs of %s are ordered.".formatted(asins.size(), name));
        if (repeated > 0) {
            text.append(" %d repeat one that stands before.".formatted(repeated));
        }
        return text.append(skippedRows()).toString();
    }

    private String skippedRows() {
        return skipped == 0 ? "" : " %d %s skipped: %s%s.".formatted(skipped, skipped == 1 ? "is" : "are", String.join("; ", examples),
                skipped > examples.size() ? "; and %d more".formatted(skipped - examples.size()) : "");
    }

    private static AsinSheet read(Reader text, SheetLayout layout, int most) throws IOException {
        Rows rows = new Rows(layout, most);
        LastCharacter end = new LastCharacter(text);
        List<String> last = List.of();
        try (CsvReader<CsvRecord> sheet = SheetLayout.reader(end, layout.separator())) {
            for (CsvRecord row : sheet) {
                last = row.getFields();
                rows.take(last);
            }
        }
        if (!last.isEmpty() && last.get(last.size() - 1).strip().lines().count() > 1 && end.last != '"') {
            throw new IllegalArgumentException(("The quote that opens in row %d is never closed, so that what follows is one cell."
                    + " Close it, or write it twice where it belongs to the text.").formatted(rows.row));
        }
        AsinSheet read = rows.end();
        if (read.asins.isEmpty()) {
            throw new IllegalArgumentException("There is no ASIN in the file." + read.skippedRows());
        }
        return read;
    }

    private static String cause(CsvParseException e) {
        String inner = e.getCause() == null || e.getCause().getMessage() == null ? "" : " (" + e.getCause().getMessage() + ")";
        return e.getMessage() + inner;
    }

    private static BufferedReader open(Path file, Charset charset) throws IOException {
        BufferedReader text = new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset), HEAD);
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
        return text;
    }

    private static Character separator(BufferedReader text) throws IOException {
        text.mark(HEAD);
        char[] start = new char[20];
        int read = Math.max(0, text.read(start));
        text.reset();
        Matcher says = SEPARATOR.matcher(new String(start, 0, read).lines().findFirst().orElse(""));
        if (!says.matches()) {
            return null;
        }
        text.readLine();
        return says.group(1).charAt(0);
    }

    /** Whole lines, unless the file is one. */
    private static String head(Reader text) throws IOException {
        CharBuffer head = CharBuffer.allocate(HEAD);
        while (head.hasRemaining() && text.read(head) >= 0) {
            // until it is full, or there is no more
        }
        boolean whole = head.hasRemaining();
        String read = head.flip().toString();
        int end = Math.max(read.lastIndexOf('\n'), read.lastIndexOf('\r'));
        return whole || end < 0 ? read : read.substring(0, end);
    }

    private static Charset charset(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(START);
        }
        String signature = new String(start, 0, Math.min(8, start.length), StandardCharsets.ISO_8859_1);
        if (signature.startsWith("PK\3\4") || signature.startsWith("\u00d0\u00cf\u0011\u00e0")) {
            throw new IllegalArgumentException("The file is a workbook. Save the sheet as CSV (UTF-8), and drop that.");
        }
        if (signature.startsWith("\u00ff\u00fe")) {
            return StandardCharsets.UTF_16LE;
        }
        if (signature.startsWith("\u00fe\u00ff")) {
            return StandardCharsets.UTF_16BE;
        }
        int[] zeros = new int[2];
        for (int i = 0; i < start.length; i++) {
            zeros[i % 2] += start[i] == 0 ? 1 : 0;
        }
        if (zeros[0] + zeros[1] == 0) {
            return isUtf8(file) ? StandardCharsets.UTF_8 : WINDOWS;
        }
        // Without a mark: every second byte of what is mostly English is 0.
        if (Math.max(zeros[0], zeros[1]) * 3 > start.length && Math.min(zeros[0], zeros[1]) == 0) {
            return zeros[0] == 0 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
        }
        throw new IllegalArgumentException("The file is no text. Save the sheet as CSV (UTF-8), and drop that.");
    }

    private static boolean isUtf8(Path file) throws IOException {
        CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
        try (Reader text = new InputStreamReader(Files.newInputStream(file), strict)) {
            CharBuffer buffer = CharBuffer.allocate(HEAD);
            while (text.read(buffer.clear()) >= 0) {
                // every byte is looked at
            }
            return true;
        } catch (CharacterCodingException other) {
            return false;
        }
    }

    /** Remembers the last character that is not blank. */
    private static final class LastCharacter extends FilterReader {

        private char last;

        LastCharacter(Reader text) {
            super(text);
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            for (int i = offset + read - 1; i >= offset; i--) {
                if (!Character.isWhitespace(buffer[i])) {
                    last = buffer[i];
                    break;
                }
            }
            return read;
        }
    }

    /** Takes a sheet row by row. */
    private static final class Rows {

        private final SheetLayout layout;
        private final int most;
        private final AsinList.Builder asins;
        /** Bound: {@link #MOST_EXAMPLES}. */
        private final List<String> examples = new ArrayList<>();
        private int row;
        private int repeated;
        private int skipped;

        Rows(SheetLayout layout, int most) {
            this.layout = layout;
            this.most = most;
            this.asins = new AsinList.Builder(most);
        }

        void take(List<String> cells) {
            row++;
            if (row <= layout.firstRow() || cells.stream().allMatch(AsinCell::isBlank)) {
                return;
            }
            List<String> named = layout.cells(cells);
            if (layout.columns().isEmpty()) {
                named.forEach(word -> add(AsinCell.read(word, named.size() == 1)));
            } else {
                addFirst(named);
            }
        }

        /** Of several columns the first that names an ASIN counts; a cell may name several. */
        private void addFirst(List<String> cells) {
            for (String cell : cells) {
                List<AsinCell> several = SheetLayout.words(cell).map(word -> AsinCell.read(word, true)).toList();
                if (AsinCell.read(cell, true).isAsin() || !several.stream().allMatch(AsinCell::isAsin)) {
                    several = List.of(AsinCell.read(cell, true));
                }
                if (!several.isEmpty() && several.stream().allMatch(AsinCell::isAsin)) {
                    several.forEach(this::add);
                    return;
                }
            }
            add(cells.isEmpty() ? new AsinCell(null, "the cell is empty") : AsinCell.read(cells.get(0), true));
        }

        private void add(AsinCell cell) {
            if (!cell.isAsin()) {
                skipped++;
                if (examples.size() < MOST_EXAMPLES) {
                    examples.add("row %d, where %s".formatted(row, cell.reason()));
                }
                return;
            }
            int before = asins.size();
            if (!asins.add(cell.asin())) {
                throw new TooManyItemsException(most);
            }
            repeated += asins.size() == before ? 1 : 0;
        }

        AsinSheet end() {
            return new AsinSheet(asins.build(), repeated, skipped, List.copyOf(examples));
        }
    }
}
