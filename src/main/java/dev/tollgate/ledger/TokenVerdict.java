package dev.tollgate.ledger;

import java.util.List;

/** What a company's rows say about its next call, with the message that existing clients know. */
public enum TokenVerdict {
    /** At least one row serves. */
    ACTIVE(200, "Token is active."),
    /** None serves, and one has expired. */
    EXPIRED(403, "Your AI token has expired. Please renew your subscription."),
    /** None serves, none has expired: Exceeded, Disabled, or a status that nobody knows. */
    UNAVAILABLE(403, "Your AI token is no longer available or has been disabled. Please contact support."),
    /** There is no row. */
    NONE(404, "No active token found for your company. Please contact support."),
    /** There are rows, of other providers alone: the company is known, so nothing else pays for it. */
    OTHERS_ONLY(404, "No active token found for your company. Please contact support.");

    private final int httpStatus;
    private final String message;

    TokenVerdict(int httpStatus, String message) {
        this.httpStatus = httpStatus;
        this.message = message;
    }

    /** Of rows of any provider, in which Gemini's count. */
    public static TokenVerdict ofGemini(List<TokenRow> rows) {
        TokenVerdict verdict = of(rows.stream().filter(TokenRow::isGemini).toList());
        return verdict == NONE && !rows.isEmpty() ? OTHERS_ONLY : verdict;
    }

    /**
     * Of rows of one provider. One row that serves is enough, whatever the others say; an expired row outweighs an exceeded or
     * disabled one.
     */
    public static TokenVerdict of(List<TokenRow> rows) {
        if (rows.isEmpty()) {
            return NONE;
        }
        if (rows.stream().anyMatch(TokenRow::serves)) {
            return ACTIVE;
        }
        return rows.stream().anyMatch(row -> row.hasStatus("Expired")) ? EXPIRED : UNAVAILABLE;
    }

    /** The rows to choose from for a call to Gemini; empty unless {@link #ofGemini} is {@link #ACTIVE}. */
    public static List<TokenRow> servingGemini(List<TokenRow> rows) {
        return serving(rows).stream().filter(TokenRow::isGemini).toList();
    }

    /** The rows to choose from for a call; empty unless {@link #of} is {@link #ACTIVE}. */
    public static List<TokenRow> serving(List<TokenRow> rows) {
        return rows.stream().filter(TokenRow::serves).toList();
    }

    public int httpStatus() {
        return httpStatus;
    }

    public String message() {
        return message;
    }

    public boolean hasError() {
        return this != ACTIVE;
    }
}
