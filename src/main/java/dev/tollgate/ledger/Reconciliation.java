package dev.tollgate.ledger;

import dev.tollgate.gateway.KeyHolder;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * The books side by side, for each token: the sum of its usage rows, its summary, what calls in flight hold and what waits
 * in the spool. A booking writes row and summary in one transaction, so between them there is no difference, ever; what is
 * reserved or spooled is in neither.
 */
@Component("reconciliation")
public class Reconciliation {

    private final Reservations reservations;
    private final Clock clock;
    private volatile double lastDrift = Double.NaN;

    Reconciliation(Reservations reservations, Clock clock) {
        this.reservations = reservations;
        this.clock = clock;
    }

    /**
     * The body of {@code GET /status/reconcile}; the holder of a company's key sees that company only.
     *
     * @param read a row a token, with columns TokenID, CompanyID, Provider, LogRows, EstimatedRows, LoggedTokens and SummedTokens
     *             in any case
     */
    public Map<String, Object> report(@Body List<Map<String, Object>> read, Exchange exchange) {
        List<Map<String, Object>> all = read.stream().map(this::token).toList();
        lastDrift = total(all);
        String company = KeyHolder.of(exchange).companyId();
        List<Map<String, Object>> shown = all.stream()
                .filter(token -> company == null || company.equals(token.get("companyID"))).toList();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("at", clock.instant().toString());
        report.put("drift", total(shown));
        report.put("tokens", shown);
        return report;
    }

    /** Keeps the drift of what was read for the metrics. */
    public void look(@Body List<Map<String, Object>> read) {
        lastDrift = total(read.stream().map(this::token).toList());
    }

    /** Tokens that books and summaries were apart when somebody last looked; not a number before. */
    double lastDrift() {
        return lastDrift;
    }

    /** Differences of two tokens do not cancel each other. */
    private static long total(List<Map<String, Object>> tokens) {
        return tokens.stream().mapToLong(token -> Math.abs((long) token.get("drift"))).sum();
    }

    private Map<String, Object> token(Map<String, Object> columns) {
        Map<String, Object> row = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        row.putAll(columns);
        long id = number(row, "TokenID");
        long logged = number(row, "LoggedTokens");
        long summed = number(row, "SummedTokens");
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("tokenID", id);
        token.put("companyID", row.get("CompanyID"));
        token.put("provider", row.get("Provider"));
        token.put("calls", number(row, "LogRows"));
        token.put("estimated", number(row, "EstimatedRows"));
        token.put("logged", logged);
        token.put("summary", summed);
        token.put("reserved", reservations.reserved(id));
        token.put("spooled", reservations.spooled(id));
        token.put("drift", summed - logged);
        return token;
    }

    private static long number(Map<String, Object> row, String column) {
        return row.get(column) instanceof Number number ? number.longValue() : 0;
    }
}
