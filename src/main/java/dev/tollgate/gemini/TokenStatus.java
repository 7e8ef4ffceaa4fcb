package dev.tollgate.gemini;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import org.apache.camel.Body;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.TokenVerdict;

/** Answers of {@code /token/status} and {@code /token/summary}. */
@Component("tokenStatus")
record TokenStatus(KeyRing keys) {

    /** @throws Refusal 400 when no company is named */
    public void requireCompany(@Header("companyID") String company) {
        if (company == null || company.isBlank()) {
            throw Refusal.of(400, "Please provide companyID, as in ?companyID=ACME.");
        }
    }

    /** What a call of the company would meet now. */
    public Map<String, Object> status(@Body List<TokenRow> rows) {
        TokenVerdict verdict = TokenVerdict.ofGemini(rows);
        Optional<Refusal> no = keys.refusal(verdict);
        boolean served = no.isEmpty();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("has_error", !served);
        answer.put("status", served ? "Active" : statusOf(verdict, rows));
        answer.put("message", no.map(Refusal::getMessage).orElse(TokenVerdict.ACTIVE.message()));
        return answer;
    }

    private static String statusOf(TokenVerdict verdict, List<TokenRow> rows) {
        return switch (verdict) {
            case NONE, OTHERS_ONLY -> "NotFound";
            case EXPIRED -> "Expired";
            default -> gemini(rows).get(0).status();
        };
    }

    /** Limits and use of the company, all its rows together and each. */
    public Map<String, Object> summary(@Header("companyID") String company, @Body List<TokenRow> all) {
        List<TokenRow> rows = gemini(all);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("companyID", company);
        answer.put("total_limit", sum(rows, TokenRow::totalTokenLimit));
        answer.put("used_tokens", sum(rows, TokenRow::used));
        answer.put("remaining_tokens", sum(rows, TokenRow::remaining));
        answer.put("threshold", sum(rows, TokenRow::threshold));
        answer.put("tokens", rows.stream().map(TokenStatus::token).toList());
        return answer;
    }

    private static List<TokenRow> gemini(List<TokenRow> rows) {
        return rows.stream().filter(TokenRow::isGemini).toList();
    }

    /** What no number holds stays at the greatest. */
    private static long sum(List<TokenRow> rows, ToLongFunction<TokenRow> count) {
        return rows.stream().mapToLong(count).mapToObj(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add)
                .min(BigInteger.valueOf(Long.MAX_VALUE)).max(BigInteger.valueOf(Long.MIN_VALUE)).longValue();
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
