package dev.tollgate.gemini;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Fault;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.ledger.TokenDirectory;
import dev.tollgate.ledger.TokenRow;

/**
 * A company's rows: read within {@code tollgate.ledger.rows-fresh-for} or, while the database is away, as they were last read,
 * within {@code tollgate.ledger.last-known-for}.
 */
@Component("tokenRows")
public class TokenRows {

    /** The directory's age as a reading began; absent where nothing has to be read. */
    public static final String READING = "TollgateTokenRowsReading";
    private static final String ANEW = "TollgateTokenRowsAnew";

    private final DatabaseHealth database;
    private final TokenDirectory directory;

    TokenRows(DatabaseHealth database, TokenDirectory directory) {
        this.database = database;
        this.directory = directory;
    }

    /** This request wants them as the database has them now. */
    public void anew(Exchange exchange) {
        exchange.setProperty(ANEW, true);
    }

    /** Makes the body what was read a moment ago; where nothing was, says in {@link #READING} that it has to be read. */
    public void recent(@Header("companyID") String company, Exchange exchange) {
        Optional<List<TokenRow>> fresh = exchange.getProperty(ANEW) == null ? directory.fresh(company) : Optional.empty();
        if (fresh.isPresent()) {
            exchange.removeProperty(READING);
            exchange.getMessage().setBody(fresh.get());
        }
        else {
            exchange.setProperty(READING, directory.age());
        }
    }

    /** @throws NotTried when the database is known to be away, so that nobody waits for it */
    public void knock() throws NotTried {
        if (!database.mayTry()) {
            throw new NotTried();
        }
    }

    /** What a query has read, as records. */
    public List<TokenRow> fresh(@Header("companyID") String company, @ExchangeProperty(READING) Long age,
            @Body List<Map<String, Object>> read) {
        database.succeeded();
        List<TokenRow> rows = directory.read(read);
        directory.remember(company, rows, age == null ? TokenDirectory.NEVER_FRESH : age); // a route of one's own may not say
        return rows;
    }

    /** @throws Refusal 503 when the company's rows are not known */
    public List<TokenRow> lastKnown(@Header("companyID") String company, @ExchangeException Exception failure) {
        if (Fault.of(failure).isOfTheDatabase()) { // one company's odd row says nothing about the others
            database.failed(failure);
        }
        return directory.lastKnown(company)
                .orElseThrow(() -> Refusal.until(503, UploadGuard.FAILED, Duration.ofSeconds(10)));
    }

    /** Nobody asked the database, so this says nothing about it. */
    static final class NotTried extends Exception {

        private static final long serialVersionUID = 1;

        NotTried() {
            super("The database is away", null, false, false);
        }
    }
}
