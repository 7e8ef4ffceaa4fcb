package dev.tollgate.kit;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.budget.Price;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.ledger.Reservation;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.TokenVerdict;
import dev.tollgate.ledger.Usage;

/**
 * {@code budget-action}: reserves what a call will probably use on an account of the ledger, lets the steps inside make it, and
 * books what the reply says, once, before the caller has it. What may have been served without an answer is booked as it was
 * estimated; what certainly was not, or was answered with an error, costs nothing.
 */
public final class BudgetPolicy extends KitPolicy {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetPolicy.class);

    private static final String COMPANY = "X-Company-Id";
    private static final Duration WHILE_THE_DISK_IS_FULL = Duration.ofSeconds(30);
    private static final Duration WHILE_THE_DATABASE_IS_AWAY = Duration.ofSeconds(10);
    private static final Duration WHILE_CALLS_END = Duration.ofSeconds(5);
    /** Of a row's limit: more than that is not booked for one reply whose figure cannot be true. */
    private static final int PART = 10;

    private final Kit kit;
    private String provider;
    private String accountText;
    private Expression account;
    private Expression estimate;
    private PriceSource prices;
    private ReplyValue charged;
    private ReplyValue input;
    private ReplyValue output;

    public BudgetPolicy(Kit kit) {
        super(kit);
        this.kit = kit;
    }

    @Override
    void read(KameletParameters given) {
        provider = given.text("provider");
        given.require(!provider.isEmpty() && provider.length() <= 100, "provider", "the Provider of rows in TokenMaster, such as weather", "");
        accountText = given.text("account");
        charged = ReplyValue.read(given, "charged");
        input = ReplyValue.read(given, "input");
        output = ReplyValue.read(given, "output");
    }

    @Override
    void read(KameletParameters given, CamelContext context) {
        account = simple(context, accountText);
        estimate = simple(context, given.text("estimate"));
        prices = given.bean("prices", PriceSource.class, context);
    }

    /** Reads {@code caller}, the company or account. */
    @Override
    Optional<Explanation> explain(Question question, String step) {
        String company = isFixed() ? accountText : question.text("caller").orElse("");
        return company.isEmpty() ? Optional.empty() : refusal(company, rows(company)).map(no -> Explanation.denied(step, no, kit.clock().instant()));
    }

    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        try {
            return CompletableFuture.completedFuture(begin(exchange, payer(exchange)));
        }
        catch (Refusal no) {
            kit.budgets().tally(name()).denied().increment();
            throw no;
        }
    }

    private Charge begin(Exchange exchange, String company) {
        if (!kit.budgets().ledger().canBook()) {
            throw Refusal.until(503, "What this call costs can be written nowhere at the moment.", WHILE_THE_DISK_IS_FULL);
        }
        long expected = expected(exchange);
        List<TokenRow> rows = rows(company);
        for (TokenRow row : TokenVerdict.serving(rows)) {
            Reservation reserved = kit.budgets().reservations().reserve(row.tokenId(), row.used(), row.totalTokenLimit(), expected);
            if (reserved.admitted()) {
                Charge charge = new Charge(row, reserved, expected, exchange);
                kit.budgets().inFlight().begin(charge.callId, charge.requestId, row.tokenId(), expected);
                return charge;
            }
        }
        throw refusal(company, rows).orElseGet(() -> held(company)); // a call that ended meanwhile made room again
    }

    private long expected(Exchange exchange) {
        return prices != null ? prices.quote(exchange).price().expected() : wholeNumber(estimate, exchange, "estimate");
    }

    private boolean isFixed() {
        return !accountText.isEmpty() && !accountText.contains("${");
    }

    /**
     * Who pays: the account that stands in the route file, else the company of the caller's key, or, with a key for any company,
     * the one that the call names.
     */
    private String payer(Exchange exchange) {
        String named = accountText.isEmpty() ? RequestQuery.header(exchange, COMPANY) : text(account, exchange);
        if (isFixed()) {
            return named;
        }
        KeyHolder holder = KeyHolder.of(exchange);
        if (!holder.mayName(named)) {
            throw Refusal.of(403, "This key belongs to another company.");
        }
        String company = holder.companyId() != null ? holder.companyId() : named == null ? "" : named.strip();
        if (company.isEmpty()) {
            throw Refusal.of(400, "Who pays for this call? Use a key that was made for one company"
                    + (accountText.isEmpty() ? ", or name it in the header " + COMPANY : "") + ".");
        }
        return company;
    }

    private List<TokenRow> rows(String company) {
        return kit.budgets().accounts().rows(company, provider).orElseThrow(() -> Refusal.until(503,
                "Whether " + company + " may pay is not known while the database is away.", WHILE_THE_DATABASE_IS_AWAY));
    }

    /** Why none of the rows pays for a call now; empty where one does. */
    private Optional<Refusal> refusal(String company, List<TokenRow> rows) {
        TokenVerdict verdict = TokenVerdict.of(rows);
        if (verdict != TokenVerdict.ACTIVE) {
            return Optional.of(Refusal.of(verdict.httpStatus(), switch (verdict) {
                case NONE -> "%s has no account with %s.".formatted(company, provider);
                case EXPIRED -> "The account of %s with %s has expired.".formatted(company, provider);
                default -> spent(company);
            }));
        }
        List<TokenRow> serving = TokenVerdict.serving(rows);
        if (serving.stream().anyMatch(row -> kit.budgets().reservations().hasRoom(row.tokenId(), row.used(), row.totalTokenLimit()))) {
            return Optional.empty();
        }
        boolean held = serving.stream().anyMatch(row -> !kit.budgets().reservations().isSpent(row.tokenId(), row.used(), row.totalTokenLimit()));
        return Optional.of(held ? held(company) : Refusal.of(TokenVerdict.UNAVAILABLE.httpStatus(), spent(company)));
    }

    private String spent(String company) {
        return "The account of %s with %s is spent or disabled.".formatted(company, provider);
    }

    private Refusal held(String company) {
        return Refusal.until(429, "Calls under way hold what is left of the account of %s with %s. Try again when they are done."
                .formatted(company, provider), WHILE_CALLS_END);
    }

    /** One call that an account pays for. */
    private final class Charge implements Passage {

        private final String callId = UUID.randomUUID().toString();
        private final String requestId;
        private final String requestedBy;
        private final TokenRow row;
        private final Reservation reserved;
        private final long expected;
        private final int departures;

        Charge(TokenRow row, Reservation reserved, long expected, Exchange exchange) {
            this.row = row;
            this.reserved = reserved;
            this.expected = expected;
            this.requestId = exchange.getProperty(RequestIds.HEADER, String.class);
            this.requestedBy = KeyHolder.of(exchange).name();
            this.departures = Departures.count(exchange);
        }

        @Override
        public Optional<CompletionStage<Passage>> ended(Exchange exchange) {
            if (exchange.getException() == null) {
                settle(exchange);
            }
            else if (!Departures.noneSince(departures, exchange)) {
                book(0, 0, expected, true); // it may have been served
            }
            return Optional.empty();
        }

        private void settle(Exchange reply) {
            Supplier<JsonNode> body = ReplyValue.body(reply);
            OptionalLong in = told(input, reply, body);
            OptionalLong out = told(output, reply, body);
            OptionalLong all = told(charged, reply, body);
            boolean served = Reply.status(reply) / 100 == 2;
            if (all.isPresent()) {
                book(in.orElse(0), out.orElse(0), all.getAsLong(), false);
            }
            else if (in.isPresent() || out.isPresent()) {
                book(in.orElse(0), out.orElse(0), Math.min(Price.MAX, in.orElse(0) + out.orElse(0)), false);
            }
            else if (served) {
                book(0, 0, expected, charged.anywhere() || input.anywhere() || output.anywhere());
            }
        }

        private OptionalLong told(ReplyValue place, Exchange reply, Supplier<JsonNode> body) {
            return place.in(reply, body).map(LimitText::charged).filter(OptionalLong::isPresent)
                    .map(number -> OptionalLong.of(bounded(Math.max(0, number.getAsLong())))).orElse(OptionalLong.empty());
        }

        /** A figure that cannot be true shuts no company out. */
        private long bounded(long told) {
            long most = Math.max(expected, row.totalTokenLimit() / PART);
            if (told < Price.MAX || most >= told) {
                return told;
            }
            LOG.warn("A reply to request {} told {} a number of tokens that cannot be true: {} are booked for token {}. Look at the"
                    + " bill; PATCH /admin/tokens mends a limit.", requestId, row.companyId(), most, row.tokenId());
            return most;
        }

        private void book(long in, long out, long total, boolean estimated) {
            if (total == 0) {
                return;
            }
            kit.budgets().tally(name()).calls().increment();
            kit.budgets().tally(name()).tokens().add(total);
            try {
                kit.budgets().ledger().book(new Usage(callId, requestId, row.tokenId(), row.companyId(), name(), requestedBy, in, out,
                        0, 0, 0, total, kit.clock().instant(), null, null, estimated));
            }
            catch (UncheckedIOException onRecordInTheLogOnly) {
                LOG.warn("The reply to request {} goes on, its usage is in the log only", requestId);
            }
        }

        @Override
        public void release(Exchange exchange) {
            kit.budgets().inFlight().end(callId);
            kit.budgets().reservations().settle(reserved);
        }
    }
}
