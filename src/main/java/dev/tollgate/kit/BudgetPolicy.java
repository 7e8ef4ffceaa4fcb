package dev.tollgate.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.budget.Price;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.CallerGoneException;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.TimeOrderedId;
import dev.tollgate.kit.CallCost.End;
import dev.tollgate.ledger.Reservation;
import dev.tollgate.ledger.TokenRow;
import dev.tollgate.ledger.Usage;
import dev.tollgate.upstream.ReplyStream;

/**
 * {@code budget-action}: reserves what a call will probably use on an account of the ledger, lets the steps inside make it, and
 * books what the reply says, once, before the caller has it. A reply that passes to its caller in pieces is booked, and its
 * reservation free again, when the last of them has passed.
 */
public final class BudgetPolicy extends KitPolicy {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetPolicy.class);

    private static final Duration WHILE_THE_DISK_IS_FULL = Duration.ofSeconds(30);
    /** Of a row's limit: more than that is not booked for one reply whose figure cannot be true. */
    private static final int PART = 10;

    private String provider;
    private String accountText;
    private Expression estimate;
    private PriceSource prices;
    private PayerSource payers;
    private CostReader costs;
    private ToldCost.Places places;

    public BudgetPolicy(Kit kit) {
        super(kit);
    }

    @Override
    void read(KameletParameters given) {
        provider = given.text("provider");
        given.require(!provider.isEmpty() && provider.length() <= 100, "provider", "the Provider of rows in TokenMaster, such as weather", "");
        accountText = given.text("account");
        places = new ToldCost.Places(ReplyValue.read(given, "charged"), ReplyValue.read(given, "input"), ReplyValue.read(given, "output"));
    }

    @Override
    void read(KameletParameters given, CamelContext context) {
        estimate = simple(context, given.text("estimate"));
        prices = given.bean("prices", PriceSource.class, context);
        costs = given.bean("usage", CostReader.class, context);
        payers = given.isBean("account") ? given.bean("account", PayerSource.class, context)
                : new ProviderRows(kit.budgets(), name(), provider, accountText, simple(context, accountText));
    }

    /** Reads {@code caller}, the company or account. */
    @Override
    Optional<Explanation> explain(Question question, String step) {
        return payers instanceof ProviderRows rows ? rows.explain(question.text("caller"), step, kit.clock()) : Optional.empty();
    }

    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        try {
            return CompletableFuture.completedFuture(begin(exchange));
        } catch (Refusal no) {
            kit.budgets().tally(name()).denied().increment();
            throw no;
        }
    }

    /** Reserves on the first row that has room, and begins with the call. */
    private Charge begin(Exchange exchange) {
        Payer payer = payers.payer(exchange);
        if (!payer.isUnderWay()) {
            kit.nodes().pass();
        }
        long expected = prices != null ? prices.quote(exchange).price().expected() : wholeNumber(estimate, exchange, "estimate");
        if (expected > 0 && !payer.isUnderWay() && !kit.budgets().ledger().canBook()) {
            throw unbookable();
        }
        boolean held = false;
        for (TokenRow row : payer.rows()) {
            if (payer.canPay(row)) {
                Reservation reserved = kit.budgets().reservations().reserve(row.tokenId(), row.used(), row.totalTokenLimit(), expected);
                if (reserved.admitted()) {
                    return charge(payer, row, reserved, expected, exchange);
                }
                held |= !kit.budgets().reservations().isSpent(row.tokenId(), row.used(), row.totalTokenLimit());
            }
        }
        if (payer.rows().isEmpty() && payer.paysWithoutRow()) {
            if (expected > 0 && !kit.budgets().reservations().mayTry(null)) {
                throw unbookable();
            }
            return new Charge(payer, null, null, expected, exchange);
        }
        throw payer.refusal(held);
    }

    private Charge charge(Payer payer, TokenRow row, Reservation reserved, long expected, Exchange exchange) {
        try {
            return new Charge(payer, row, reserved, expected, exchange);
        } catch (RuntimeException notBegun) {
            kit.budgets().reservations().settle(reserved);
            throw notBegun;
        }
    }

    private static Refusal unbookable() {
        return Refusal.until(503, "What this call costs can be written nowhere at the moment.", WHILE_THE_DISK_IS_FULL);
    }

    /** One call that an account pays for. */
    private final class Charge implements Passage {

        private final String callId;
        private final String requestId;
        private final Payer payer;
        private final TokenRow row;
        private final Reservation reserved;
        private final long expected;
        private final CallCost cost;
        private boolean passes;

        /** @param row null, as its reservation, where something pays that has no row */
        Charge(Payer payer, TokenRow row, Reservation reserved, long expected, Exchange exchange) {
            this.payer = payer;
            this.row = row;
            this.reserved = reserved;
            this.callId = reserved == null ? TimeOrderedId.next() : reserved.id();
            this.expected = expected;
            this.requestId = exchange.getProperty(RequestIds.HEADER, String.class);
            payer.pays(row, exchange);
            this.cost = costs == null ? new ToldCost(places, expected, exchange) : costs.begin(exchange);
            if (expected > 0) {
                kit.budgets().inFlight().begin(callId, requestId, tokenId(), expected);
            }
        }

        private Long tokenId() {
            return row == null ? null : row.tokenId();
        }

        @Override
        public Optional<CompletionStage<Passage>> ended(Exchange exchange) throws Exception {
            End end = exchange.getException() == null ? End.WHOLE
                    : exchange.getException() instanceof CallerGoneException ? End.CALLER_LEFT : End.NO_REPLY;
            CallCost.Passage passage = end == End.WHOLE ? cost.passage(exchange) : CallCost.Passage.UNREAD;
            Exchange request = exchange.getProperty(Received.EXCHANGE, Exchange.class); // none in a job, which hands nothing on
            if (passage == CallCost.Passage.PIECES && request != null && exchange.getMessage().getBody() instanceof InputStream reply) {
                passOn(reply, exchange, request);
                return Optional.empty();
            }
            if (passage != CallCost.Passage.UNREAD && !readWhole(exchange)) {
                end = End.BROKEN_OFF;
            }
            cost.ended(end, exchange, this::book);
            return Optional.empty();
        }

        private boolean readWhole(Exchange exchange) {
            Message reply = exchange.getMessage();
            try {
                reply.setBody(ReplyStream.whole(reply, in -> new MeteredReply(in, cost, false, end -> { })));
                return true;
            } catch (IOException brokenOff) {
                exchange.setException(brokenOff);
                return false;
            }
        }

        private void passOn(InputStream reply, Exchange exchange, Exchange request) {
            passes = true;
            MeteredReply metered = new MeteredReply(reply, cost, cost.isReadToItsEnd(), this::passed);
            exchange.getMessage().setBody(cost.shown(metered));
            if (exchange.getUnitOfWork() != request.getUnitOfWork()) {
                exchange.getUnitOfWork().handoverSynchronization(request); // the connection outlives this kamelet
            }
            request.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    IOHelper.close(metered); // nobody may have begun to read it
                }
            });
        }

        private void passed(End end) {
            try {
                cost.passed(end, this::book);
            } catch (RuntimeException failed) {
                LOG.error("The reply to request {} has passed, and what it cost could not be found out", requestId, failed);
            } finally {
                free();
            }
        }

        /** What is paid goes to the caller, even when it can be booked nowhere; then it stands in the log. */
        private void book(Cost told) {
            Cost used = bounded(told);
            if (used.total() == 0) {
                return;
            }
            kit.budgets().tally(name()).calls().increment();
            kit.budgets().tally(name()).tokens().add(used.total());
            try {
                kit.budgets().ledger().book(new Usage(callId, requestId, tokenId(), payer.companyId(), payer.branch(),
                        payer.requestedBy(), used.input(), used.output(), used.textPrompt(), used.imagePrompt(),
                        used.textCandidates(), used.total(), kit.clock().instant(), null, used.details(), used.estimated()));
            } catch (UncheckedIOException onRecordInTheLogOnly) {
                LOG.warn("The reply to request {} goes on, its usage is in the log only", requestId);
            }
        }

        /** A figure that cannot be true shuts no company out. */
        private Cost bounded(Cost told) {
            long most = row == null ? Long.MAX_VALUE : Math.max(expected, row.totalTokenLimit() / PART);
            if (told.total() < Price.MAX || most >= told.total()) {
                return told;
            }
            LOG.warn("A reply to request {} told {} a number of tokens that cannot be true: {} are booked for token {}. Look at the"
                    + " bill; PATCH /admin/tokens mends a limit.", requestId, payer.companyId(), most, tokenId());
            return new Cost(Math.min(most, told.input()), Math.min(most, told.output()), told.textPrompt(), told.imagePrompt(),
                    told.textCandidates(), most, told.details(), told.estimated());
        }

        @Override
        public void release(Exchange exchange) {
            if (!passes) {
                free();
            }
        }

        private void free() {
            kit.budgets().inFlight().end(callId);
            if (reserved != null) {
                kit.budgets().reservations().settle(reserved);
            }
        }
    }
}
