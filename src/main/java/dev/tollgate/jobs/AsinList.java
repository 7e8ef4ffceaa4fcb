package dev.tollgate.jobs;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * The items of an order: ASINs, each once, in the order given. An ASIN is ten characters of 36 and fits a {@code long}, so
 * that an item takes about 16 bytes instead of a hundred; with a lookup from ASIN to place. Cannot be changed once built.
 */
final class AsinList extends AbstractList<String> implements RandomAccess {

    /** Characters of an ASIN; an ISBN of ten digits is one. */
    static final int LENGTH = 10;

    private static final AsinList EMPTY = new Builder(0).build();
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final long[] codes;
    private final int[] places;

    private AsinList(long[] codes, int[] places) {
        this.codes = codes;
        this.places = places;
    }

    static AsinList empty() {
        return EMPTY;
    }

    /** Whether a text has the shape of an ASIN, in capitals. */
    static boolean fits(String text) {
        return code(text) >= 0;
    }

    @Override
    public String get(int index) {
        long code = codes[index];
        char[] text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (code % 36));
            code /= 36;
        }
        return new String(text);
    }

    @Override
    public int size() {
        return codes.length;
    }

    @Override
    public int indexOf(Object item) {
        long code = item instanceof String text ? code(text) : -1;
        if (code < 0 || codes.length == 0) {
            return -1;
        }
        int slot = slot(code, places, codes);
        return places[slot] - 1;
    }

    @Override
    public boolean contains(Object item) {
        return indexOf(item) >= 0;
    }

    /** -1 for what is no ASIN. */
    private static long code(String text) {
        if (text.length() != LENGTH) {
            return -1;
        }
        long code = 0;
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
            if (digit < 0) {
                return -1;
            }
            code = code * 36 + digit;
        }
        return code;
    }

    /** Where a code stands, or the free slot where it would; places hold index + 1, and 0 where nothing stands. */
    private static int slot(long code, int[] places, long[] codes) {
        long mixed = code * 0x9E3779B97F4A7C15L;
        int mask = places.length - 1;
        int slot = (int) (mixed >>> 32) & mask;
        while (places[slot] != 0 && codes[places[slot] - 1] != code) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Gathers items one by one. */
    static final class Builder {

        private final int most;
        private long[] codes = new long[16];
        private int[] places = new int[64];
        private int size;

        /** @param most how many distinct items there may be */
        Builder(int most) {
            this.most = most;
        }

        /**
         * Adds an item, unless it is there already.
         *
         * @param asin in capitals
         * @return false when there are as many as there may be, and this is one more
         * @throws IllegalArgumentException when it has not the shape of an ASIN
         */
        boolean add(String asin) {
            long code = code(asin);
            if (code < 0) {
                throw new IllegalArgumentException("Not an ASIN: " + shortened(asin));
            }
            int slot = slot(code, places, codes);
            if (places[slot] != 0) {
                return true;
            }
            if (size == most) {
                return false;
            }
            if (size == codes.length) {
                codes = Arrays.copyOf(codes, size * 2);
            }
            codes[size++] = code;
            places[slot] = size;
            if (size * 2 > places.length) {
                spread();
            }
            return true;
        }

        int size() {
            return size;
        }

        AsinList build() {
            return new AsinList(Arrays.copyOf(codes, size), places);
        }

        private void spread() {
            places = new int[places.length * 2];
            for (int i = 0; i < size; i++) {
                places[slot(codes[i], places, codes)] = i + 1;
            }
        }
    }

    /** A caller's text as far as an answer repeats it. */
    static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
