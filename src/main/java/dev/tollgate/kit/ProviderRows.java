package dev.tollgate.kit;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.apache.camel.Exchange;
import org.apache.camel.Expression;

import dev.tollgate.explain.Explanation;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.ledger.Reservations;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.TokenVerdict;

/**
 * The rows of one provider in TokenMaster as accounts: of the name that stands in the route file, else of the company of the
 * caller's key or, with a key for any company, of the one that the call names.
 */
record ProviderRows(Budgets budgets, String budget, String provider, String account, Expression named) implements PayerSource {

    private static final String COMPANY = "X-Company-Id";
    private static final Duration WHILE_THE_DATABASE_IS_AWAY = Duration.ofSeconds(10);
    private static final Duration WHILE_CALLS_END = Duration.ofSeconds(5);

    @Override
    public Payer payer(Exchange exchange) {
        String company = company(exchange);
        List<TokenRow> rows = rows(company);
        return new Company(company, KeyHolder.of(exchange).name(), rows, RetryPolicy.isRepeated(exchange));
    }

    /** What a call of a caller would meet. */
    Optional<Explanation> explain(Optional<String> caller, String step, Clock clock) {
        String company = isFixed() ? account : caller.orElse("");
        return company.isEmpty() ? Optional.empty()
                : why(company, rows(company)).map(no -> Explanation.denied(step, no, clock.instant()));
    }

    private boolean isFixed() {
        return !account.isEmpty() && !account.contains("${");
    }

    private String company(Exchange exchange) {
        String told = account.isEmpty() ? RequestQuery.header(exchange, COMPANY) : KitPolicy.text(named, exchange);
        if (isFixed()) {
            return told;
        }
        KeyHolder holder = KeyHolder.of(exchange);
        if (!holder.mayName(told)) {
            throw Refusal.of(403, "This key belongs to another company.");
        }
        String company = holder.companyId() != null ? holder.companyId() : told == null ? "" : told.strip();
        if (company.isEmpty()) {
            throw Refusal.of(400, "Who pays for this call? Use a key that was made for one company"
                    + (account.isEmpty() ? ", or name it in the header " + COMPANY : "") + ".");
        }
        return company;
    }

    private List<TokenRow> rows(String company) {
        return budgets.accounts().rows(company, provider).orElseThrow(() -> Refusal.until(503,
                "Whether " + company + " may pay is not known while the database is away.", WHILE_THE_DATABASE_IS_AWAY));
    }

    /** Why none of the rows pays for a call now; empty where one does. */
    private Optional<Refusal> why(String company, List<TokenRow> rows) {
        TokenVerdict verdict = TokenVerdict.of(rows);
        if (verdict != TokenVerdict.ACTIVE) {
            return Optional.of(Refusal.of(verdict.httpStatus(), switch (verdict) {
                case NONE -> "%s has no account with %s.".formatted(company, provider);
                case EXPIRED -> "The account of %s with %s has expired.".formatted(company, provider);
                default -> spent(company);
            }));
        }
        Reservations reservations = budgets.reservations();
        List<TokenRow> serving = TokenVerdict.serving(rows);
        if (serving.stream().anyMatch(row -> reservations.hasRoom(row.tokenId(), row.used(), row.totalTokenLimit()))) {
            return Optional.empty();
        }
        boolean held = serving.stream().anyMatch(row -> !reservations.isSpent(row.tokenId(), row.used(), row.totalTokenLimit()));
        return Optional.of(held ? held(company) : Refusal.of(TokenVerdict.UNAVAILABLE.httpStatus(), spent(company)));
    }

    private String spent(String company) {
        return "The account of %s with %s is spent or disabled.".formatted(company, provider);
    }

    private Refusal held(String company) {
        return Refusal.until(429, "Calls under way hold what is left of the account of %s with %s. Try again when they are done."
                .formatted(company, provider), WHILE_CALLS_END);
    }

    /** A company, or an account of a name of its own. */
    private final class Company implements Payer {

        private final String id;
        private final String requestedBy;
        private final List<TokenRow> all;
        private final boolean underWay;

        Company(String id, String requestedBy, List<TokenRow> all, boolean underWay) {
            this.id = id;
            this.requestedBy = requestedBy;
            this.all = all;
            this.underWay = underWay;
        }

        @Override
        public String companyId() {
            return id;
        }

        @Override
        public String branch() {
            return budget;
        }

        @Override
        public String requestedBy() {
            return requestedBy;
        }

        @Override
        public List<TokenRow> rows() {
            return TokenVerdict.serving(all);
        }

        @Override
        public boolean isUnderWay() {
            return underWay;
        }

        @Override
        public Refusal refusal(boolean held) {
            return why(id, all).orElseGet(() -> held(id)); // a call that ended meanwhile made room again
        }
    }
}
