package dev.tollgate.database;

import java.util.Locale;

/** Whose key a row of TokenMaster holds. */
public final class Providers {

    private Providers() {
    }

    /**
     * Whether a row may pay for calls to Gemini. The program that the gateway replaces never looked at Provider, so a row without
     * one is Gemini's, and so is whatever names Gemini or Google, in any case and with any blanks; every other name is another
     * provider's, whose key must not be sent to Google.
     */
    public static boolean isGemini(String provider) {
        String name = provider == null ? "" : provider.strip().toLowerCase(Locale.ROOT);
        return name.isEmpty() || name.contains("gemini") || name.contains("google");
    }
}
