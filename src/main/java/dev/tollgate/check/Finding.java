package dev.tollgate.check;

import java.util.Comparator;

/**
 * Something wrong in a file.
 *
 * @param file the file as it was named to the check
 * @param line where to look, counted from 1
 * @param rule what it is about, and so whether the routes are taken all the same; null for what is no file of routes
 * @param text a sentence that names what is wrong, and the remedy
 */
public record Finding(String file, int line, RuleId rule, String text) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file)
            .thenComparingInt(Finding::line).thenComparing(Finding::text);

    /** Whether it keeps the routes from being taken. */
    public boolean isError() {
        return rule == null || rule.severity() == Severity.ERROR;
    }

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    /** As compilers write it, so that editors make it a link. */
    @Override
    public String toString() {
        return file + ":" + line + ": " + (isError() ? text
                : "warning: " + text + " (x-tollgate-allow: [" + rule.label() + "])");
    }
}
