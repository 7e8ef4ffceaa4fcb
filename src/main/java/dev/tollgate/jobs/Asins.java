package dev.tollgate.jobs;

import java.util.Collection;
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
}
