package dev.tollgate.gemini;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.TokenVerdict;

import org.apache.camel.Body;
import org.apache.camel.Header;

import org.springframework.stereotype.Component;

/** Answers of {@code /token/status} and {@code /token/summary}. */
@Component("tokenStatus")
public class TokenStatus {

    private final KeyRing keys;

    TokenStatus(KeyRing keys) {
        this.keys = keys;
    }

    /** @throws Refusal 400 when no company is named */
    public void requireCompany(@Header("companyID") String company) {
        if (company == null || company.isBlank()) {
            throw Refusal.of(400, "Please provide companyID, as in ?companyID=ACME.");
        }
    }

    /** What a call of the company would meet now. */
    public Map<String, Object> status(@Body List<TokenRow> rows) {
        TokenVerdict verdict = TokenVerdict.of(rows);
        boolean served = verdict == TokenVerdict.ACTIVE || keys.servedByFallback(verdict);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("has_error", !served);
        answer.put("status", served ? "Active" : statusOf(verdict, rows));
        answer.put("message", served ? TokenVerdict.ACTIVE.message() : verdict.message());
        return answer;
    }

    private static String statusOf(TokenVerdict verdict, List<TokenRow> rows) {
        return switch (verdict) {
            case NONE -> "NotFound";
            case EXPIRED -> "Expired";
            default -> rows.get(0).status();
        };
    }

    /** Limits and use of the company, all its rows together and each. */
    public Map<String, Object> summary(@Header("companyID") String company, @Body List<TokenRow> rows) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("companyID", company);
        answer.put("total_limit", rows.stream().mapToLong(TokenRow::totalTokenLimit).sum());
        answer.put("used_tokens", rows.stream().mapToLong(TokenRow::used).sum());
        answer.put("remaining_tokens", rows.stream().mapToLong(TokenRow::remaining).sum());
        answer.put("threshold", rows.stream().mapToLong(TokenRow::threshold).sum());
        answer.put("tokens", rows.stream().map(TokenStatus::token).toList());
        return answer;
    }

    private static Map<String, Object> token(TokenRow row) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("tokenID", row.tokenId());
        token.put("status", row.status());
        token.put("total_limit", row.totalTokenLimit());
        token.put("used_tokens", row.used());
        token.put("remaining_tokens", row.remaining());
        token.put("threshold", row.threshold());
        return token;
    }
}
