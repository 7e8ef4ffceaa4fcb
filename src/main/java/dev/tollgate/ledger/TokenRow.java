package dev.tollgate.ledger;

import java.util.Map;
import java.util.TreeMap;

import dev.tollgate.database.Providers;

/**
 * A TokenMaster row with its summary. Token counts; {@code remaining} may be negative after an overrun.
 *
 * @param apiKey as stored, maybe encrypted; never part of {@link #toString()}
 */
public record TokenRow(
        long tokenId,
        String companyId,
        String companyName,
        String apiKey,
        String provider,
        long totalTokenLimit,
        String status,
        long used,
        long remaining,
        long threshold) {

    /** Column names in any case; without a summary nothing is used. */
    static TokenRow of(Map<String, Object> columns) {
        Map<String, Object> row = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        row.putAll(columns);
        long limit = number(row, "TotalTokenLimit", LedgerSql.DEFAULT_LIMIT);
        long used = number(row, "TotalUsedTokens", 0L);
        return new TokenRow(number(row, "TokenID", null), text(row, "CompanyID"), text(row, "CompanyName"),
                text(row, "ApiKey"), text(row, "Provider"), limit, text(row, "Status"), used,
                number(row, "TotalRemainingTokens", limit - used), number(row, "Threshold", Standing.DEFAULT_THRESHOLD));
    }

    TokenRow atMost(long limit) {
        return totalTokenLimit <= limit ? this
                : new TokenRow(tokenId, companyId, companyName, apiKey, provider, limit, status, used, limit - used, threshold);
    }

    /** Whether it may pay for calls to Gemini. */
    public boolean isGemini() {
        return Providers.isGemini(provider);
    }

    boolean serves() {
        return hasStatus("Active") || hasStatus("BelowThreshold");
    }

    boolean hasStatus(String name) {
        return status != null && status.strip().equalsIgnoreCase(name);
    }

    private static String text(Map<String, Object> row, String column) {
        Object value = row.get(column);
        return value == null ? null : value.toString();
    }

    private static long number(Map<String, Object> row, String column, Long otherwise) {
        Object value = row.get(column);
        if (value instanceof Number number) {
            return number.longValue();
        }
        if (value != null) {
            return Long.parseLong(value.toString().strip());
        }
        if (otherwise == null) {
            throw new IllegalArgumentException("The row has no " + column);
        }
        return otherwise;
    }

    @Override
    public String toString() {
        return "TokenRow[tokenId=%d, companyId=%s, provider=%s, status=%s, used=%d of %d]"
                .formatted(tokenId, companyId, provider, status, used, totalTokenLimit);
    }
}
