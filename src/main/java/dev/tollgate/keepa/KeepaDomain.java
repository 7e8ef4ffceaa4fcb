package dev.tollgate.keepa;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

/** Keepa's number of a marketplace, also by its locale, as Keepa calls the end of Amazon's name, or by the country. */
final class KeepaDomain {

    private static final Map<String, Integer> NUMBERS = Stream.of("1 com us", "2 co.uk uk gb", "3 de", "4 fr", "5 co.jp jp", "6 ca", "8 it",
            "9 es", "10 in", "11 com.mx mx", "12 com.br br").map(line -> line.split(" ")).flatMap(names -> Stream.of(names)
            .map(name -> Map.entry(name, Integer.valueOf(names[0])))).collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final String ALL = "1 com, 2 co.uk, 3 de, 4 fr, 5 co.jp, 6 ca, 8 it, 9 es, 10 in, 11 com.mx, 12 com.br";

    private KeepaDomain() {
    }

    /**
     * Reads the domain of an order.
     *
     * @param told a number or a text
     * @throws IllegalArgumentException when it is none of Keepa's
     */
    static int read(JsonNode told) {
        String name = told.isTextual() || told.isIntegralNumber() ? told.asText() : "";
        Integer number = NUMBERS.get(name.toLowerCase(Locale.ROOT));
        if (number != null) {
            return number;
        }
        if (told.isIntegralNumber() && !name.equals("7")) {
            throw new IllegalArgumentException("domain must be 1 to 12, not " + name);
        }
        throw new IllegalArgumentException("domain must be Keepa's number of a marketplace or its locale, of " + ALL + ", not "
                + (told.toString().length() > 40 ? told.toString().substring(0, 40) + "…" : told));
    }
}
