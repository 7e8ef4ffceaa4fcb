package dev.tollgate.gemini;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Fault;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.ledger.TokenDirectory;
import dev.tollgate.ledger.TokenRow;

/**
 * Stands around the steps that read a company's rows, and makes the body a list of {@link TokenRow}s: those that were read within
 * {@code tollgate.ledger.rows-fresh-for}, for which the steps do not run; or what the steps have read; or, while the database is
 * away, the last known ones, within {@code tollgate.ledger.last-known-for}.
 */
@Component("tokenRows")
public class TokenRows implements Policy {

    private static final String COMPANY = "companyID";
    /** Exchange property, set by a route: the rows are wanted as the database has them now. */
    private static final String ANEW = "tokenRowsAnew";

    private final DatabaseHealth database;
    private final TokenDirectory directory;

    TokenRows(DatabaseHealth database, TokenDirectory directory) {
        this.database = database;
        this.directory = directory;
    }

    @Override
    public void beforeWrap(Route route, NamedNode node) {
        // nothing to prepare
    }

    @Override
    public Processor wrap(Route route, Processor query) {
        return new DelegateAsyncProcessor(query) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                String company = exchange.getMessage().getHeader(COMPANY, String.class).strip();
                exchange.getMessage().setHeader(COMPANY, company);
                Optional<List<TokenRow>> fresh = exchange.getProperty(ANEW) == null ? directory.fresh(company) : Optional.empty();
                if (fresh.isPresent()) {
                    exchange.getMessage().setBody(fresh.get());
                } else if (database.mayTry()) {
                    long age = directory.age();
                    return super.process(exchange, doneSync -> {
                        read(company, age, exchange);
                        callback.done(doneSync);
                    });
                } else {
                    lastKnown(company, exchange);
                }
                callback.done(true);
                return true;
            }
        };
    }

    /** @throws NotTried when the database is known to be away, so that nobody waits for it */
    public void knock() throws NotTried {
        if (!database.mayTry()) {
            throw new NotTried();
        }
    }

    private void read(String company, long age, Exchange exchange) {
        Exception failure = exchange.getException();
        if (failure == null) {
            database.succeeded();
            try {
                @SuppressWarnings("unchecked") // as camel-jdbc gives them
                List<TokenRow> rows = directory.read(exchange.getMessage().getBody(List.class));
                directory.remember(company, rows, age);
                exchange.getMessage().setBody(rows);
                return;
            } catch (RuntimeException odd) {
                failure = odd;
            }
        }
        if (Fault.of(failure).isOfTheDatabase()) { // one company's odd row says nothing about the others
            database.failed(failure);
        }
        exchange.setException(null);
        exchange.getExchangeExtension().setRedeliveryExhausted(false);
        lastKnown(company, exchange);
    }

    /** Fails the exchange with 503 when the company's rows are not known. */
    private void lastKnown(String company, Exchange exchange) {
        directory.lastKnown(company).ifPresentOrElse(exchange.getMessage()::setBody,
                () -> exchange.setException(Refusal.until(503, UploadGuard.FAILED, Duration.ofSeconds(10))));
    }

    /** Nobody asked the database, so this says nothing about it. */
    static final class NotTried extends Exception {

        private static final long serialVersionUID = 1;

        NotTried() {
            super("The database is away", null, false, false);
        }
    }
}
