package dev.tollgate.check;

import java.util.Comparator;

/**
 * Something wrong in a file.
 *
 * @param file the file as it was named to the check
 * @param line where to look, counted from 1
 * @param text a sentence that names what is wrong, and the remedy
 */
public record Finding(String file, int line, String text) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file)
            .thenComparingInt(Finding::line).thenComparing(Finding::text);

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    /** As compilers write it, so that editors make it a link. */
    @Override
    public String toString() {
        return file + ":" + line + ": " + text;
    }
}
