package dev.tollgate.logging;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Stands in a log event for an exception whose text, or that of one of its causes, held a secret: the same names, stack
 * frames and causes, with the secret cut. An exception without secrets passes as it is.
 */
final class CutThrowable extends Throwable {

    private CutThrowable(String text, Throwable cause) {
        super(text, cause, true, true);
    }

    static Throwable cut(Throwable thrown) {
        return thrown == null || isClean(thrown, identitySet()) ? thrown : copy(thrown, identitySet());
    }

    private static boolean isClean(Throwable thrown, Set<Throwable> seen) {
        if (thrown == null || !seen.add(thrown)) {
            return true;
        }
        String text = thrown.toString();
        boolean clean = Redactor.redact(text).equals(text) && isClean(thrown.getCause(), seen);
        for (Throwable suppressed : thrown.getSuppressed()) {
            clean = clean && isClean(suppressed, seen);
        }
        return clean;
    }

    private static Throwable copy(Throwable thrown, Set<Throwable> seen) {
        if (thrown == null || !seen.add(thrown)) {
            return null;
        }
        CutThrowable copy = new CutThrowable(Redactor.redact(thrown.toString()), copy(thrown.getCause(), seen));
        copy.setStackTrace(thrown.getStackTrace());
        for (Throwable suppressed : thrown.getSuppressed()) {
            Throwable other = copy(suppressed, seen);
            if (other != null) {
                copy.addSuppressed(other);
            }
        }
        return copy;
    }

    private static Set<Throwable> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** The original's own words, which begin with its class. */
    @Override
    public String toString() {
        return getMessage();
    }
}
