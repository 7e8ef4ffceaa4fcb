package dev.tollgate.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Lists of ASINs as people and programs write them. Pure functions. */
final class Asins {

    private static final Pattern NAME = Pattern.compile("[A-Z0-9]{1,20}");
    private static final Pattern ASIN = Pattern.compile("[A-Z0-9]{10}");

    private Asins() {
    }

    /**
     * The field {@code asins} of an order, as it came.
     *
     * @throws IllegalArgumentException when there is no such list
     */
    static List<String> of(JsonNode order) {
        if (!order.path("asins").isArray()) {
            throw new IllegalArgumentException("asins must be a list of ASINs");
        }
        List<String> asins = new ArrayList<>();
        order.path("asins").forEach(asin -> asins.add(asin.asText()));
        return asins;
    }

    /**
     * Each once, in the order given, in capitals, without blank ones.
     *
     * @throws IllegalArgumentException naming what cannot be an ASIN
     */
    static List<String> once(Collection<String> asins) {
        LinkedHashSet<String> distinct = new LinkedHashSet<>();
        for (String asin : asins) {
            String name = asin.trim().toUpperCase(Locale.ROOT);
            if (!name.isEmpty() && !NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("Not an ASIN: " + asin);
            }
            distinct.add(name);
        }
        distinct.remove("");
        return List.copyOf(distinct);
    }

    /**
     * The ASINs in a file: in a {@code .txt} apart by line breaks, blanks, commas or semicolons; in a {@code .csv} those of
     * the column that its first line calls {@code asin}, else of the first one. What is no ASIN is skipped.
     */
    static Set<String> read(String name, String text) {
        List<String> words = name.toLowerCase(Locale.ROOT).endsWith(".csv") ? column(text.lines().toList())
                : Arrays.asList(text.split("[\\s,;\uFEFF]+"));
        Set<String> asins = new LinkedHashSet<>();
        words.stream().map(word -> word.strip().toUpperCase(Locale.ROOT)).filter(word -> ASIN.matcher(word).matches())
                .forEach(asins::add);
        return asins;
    }

    private static List<String> column(List<String> lines) {
        List<String> words = new ArrayList<>();
        int column = 0;
        for (String line : lines) {
            List<String> cells = Arrays.stream(line.replace("\uFEFF", "").split("[,;\t]"))
                    .map(cell -> cell.strip().replaceAll("^\"|\"$", "")).toList();
            if (words.isEmpty() && cells.stream().anyMatch("asin"::equalsIgnoreCase)) {
                column = cells.stream().map(String::toLowerCase).toList().indexOf("asin");
            }
            words.add(column < cells.size() ? cells.get(column) : "");
        }
        return words;
    }
}
