/**
 * Gemini: invoices through {@code /extract}, paid by per-company keys. The policy itself is in {@code routes/gemini/};
 * here stands what a route cannot say well: reading uploads and replies, telling failures apart, choosing a key.
 */
package dev.tollgate.gemini;
