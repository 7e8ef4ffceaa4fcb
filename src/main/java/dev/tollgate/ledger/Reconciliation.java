package dev.tollgate.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.ListPage;

/**
 * The books side by side, for each token: the sum of its usage rows, its summary, what of that was carried over from rows that
 * are gone, what calls in flight hold and what waits in the spool. A booking writes row and summary in one transaction, so between them there is no difference, ever; what is
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
     * The body of {@code GET /status/reconcile}; the holder of a company's key sees that company only. The drift is that of all
     * tokens, the list is a page of them.
     *
     * @param read a row a token, with columns TokenID, CompanyID, Provider, LogRows, EstimatedRows, LoggedTokens, SummedTokens and
     *             CarriedOver in any case
     */
    public Map<String, Object> report(@Body List<Map<String, Object>> read, Exchange exchange) {
        List<Map<String, Object>> all = read.stream().map(this::token).toList();
        lastDrift = total(all);
        String company = KeyHolder.of(exchange).companyId();
        List<Map<String, Object>> shown = all.stream()
                .filter(token -> company == null || isOf(company, token.get("companyID"))).toList();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("at", clock.instant().toString());
        report.put("drift", total(shown));
        ListPage page = ListPage.of(exchange);
        report.put("tokens", page.cut(shown.stream().filter(token -> (long) token.get("tokenID") > page.after() && holds(token, page.search()))
                .limit(page.limit() + 1L).toList(), token -> (long) token.get("tokenID"), "/status/reconcile", exchange));
        return report;
    }

    private static boolean holds(Map<String, Object> token, String search) {
        return search.isEmpty() || (token.get("companyID") + " " + token.get("provider")).toLowerCase(Locale.ROOT).contains(search)
                || search.equals("drift") && (long) token.get("drift") != 0;
    }

    private static boolean isOf(String company, Object companyId) {
        return companyId != null && company.strip().equalsIgnoreCase(companyId.toString().strip());
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
        return inLong(tokens.stream().map(token -> BigInteger.valueOf((long) token.get("drift")).abs())
                .reduce(BigInteger.ZERO, BigInteger::add));
    }

    private Map<String, Object> token(Map<String, Object> columns) {
        Map<String, Object> row = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        row.putAll(columns);
        long id = number(row, "TokenID");
        long logged = number(row, "LoggedTokens");
        long summed = number(row, "SummedTokens");
        long carried = number(row, "CarriedOver");
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("tokenID", id);
        token.put("companyID", row.get("CompanyID"));
        token.put("provider", row.get("Provider"));
        token.put("calls", number(row, "LogRows"));
        token.put("estimated", number(row, "EstimatedRows"));
        token.put("logged", logged);
        token.put("summary", summed);
        token.put("carriedOver", carried);
        token.put("reserved", reservations.reserved(id));
        token.put("spooled", reservations.spooled(id));
        token.put("drift", minus(summed, logged, carried));
        return token;
    }

    private static long minus(long summed, long logged, long carried) {
        return inLong(BigInteger.valueOf(summed).subtract(BigInteger.valueOf(logged)).subtract(BigInteger.valueOf(carried)));
    }

    /** What no long holds stays at the greatest. */
    private static long inLong(BigInteger sum) {
        return sum.min(BigInteger.valueOf(Long.MAX_VALUE)).max(BigInteger.valueOf(Long.MIN_VALUE)).longValue();
    }

    private static long number(Map<String, Object> row, String column) {
        Object value = row.get(column);
        if (value instanceof BigDecimal sum) {
            return inLong(sum.toBigInteger());
        }
        return value instanceof Number number ? number.longValue() : 0;
    }
}
