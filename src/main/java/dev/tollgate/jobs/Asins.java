package dev.tollgate.jobs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Lists of ASINs as people and programs write them. Pure functions. */
public final class Asins {

    private Asins() {
    }

    /**
     * Each once, in the order given, in capitals, without blank ones.
     *
     * @throws IllegalArgumentException naming what has not the shape of an ASIN
     */
    public static AsinList once(Collection<String> asins) {
        if (asins instanceof AsinList known) {
            return known;
        }
        AsinList.Builder distinct = new AsinList.Builder(Integer.MAX_VALUE);
        for (String asin : asins) {
            String name = written(asin);
            if (!name.isEmpty()) {
                distinct.add(name);
            }
        }
        return distinct.build();
    }

    /** An ASIN as it is kept. */
    static String written(String asin) {
        return asin.strip().toUpperCase(Locale.ROOT);
    }

    /**
     * The ASINs in a file: in a {@code .txt} apart by line breaks, blanks, commas or semicolons; in a {@code .csv} those of
     * the column that its first line calls {@code asin}, else of the first one. What is no ASIN is skipped. The file is never
     * in memory as a whole, unless it is one line.
     *
     * @param most how many there may be
     * @throws TooManyItemsException when there are more
     */
    static AsinList read(String name, Reader text, int most) throws IOException {
        AsinList.Builder asins = new AsinList.Builder(most);
        BufferedReader lines = new BufferedReader(text);
        boolean csv = name.toLowerCase(Locale.ROOT).endsWith(".csv");
        int column = -1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String plain = line.replace("\uFEFF", "");
            if (csv) {
                List<String> cells = cells(plain);
                column = column < 0 ? Math.max(0, headed(cells)) : column;
                add(column < cells.size() ? cells.get(column) : "", asins, most);
            } else {
                for (String word : plain.split("[\\s,;]+")) {
                    add(word, asins, most);
                }
            }
        }
        return asins.build();
    }

    private static void add(String word, AsinList.Builder asins, int most) {
        String asin = written(word);
        if (AsinList.fits(asin) && !asins.add(asin)) {
            throw new TooManyItemsException(most);
        }
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("[,;\t]")).map(cell -> cell.strip().replaceAll("^\"|\"$", "")).toList();
    }

    private static int headed(List<String> cells) {
        return cells.stream().map(cell -> cell.toLowerCase(Locale.ROOT)).toList().indexOf("asin");
    }
}
