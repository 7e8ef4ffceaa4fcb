package dev.tollgate.gemini;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.tollgate.database.Fault;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.ledger.TokenDirectory;
import dev.tollgate.ledger.TokenRow;

import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;

import org.springframework.stereotype.Component;

/**
 * A company's rows, fresh from the database or, while it is away, as they were last read. What was read is never older
 * than {@code tollgate.ledger.last-known-for}.
 */
@Component("tokenRows")
public class TokenRows {

    private final DatabaseHealth database;
    private final TokenDirectory directory;

    TokenRows(DatabaseHealth database, TokenDirectory directory) {
        this.database = database;
        this.directory = directory;
    }

    /** @throws NotTried when the database is known to be away, so that nobody waits for it */
    public void knock() throws NotTried {
        if (!database.mayTry()) {
            throw new NotTried();
        }
    }

    /** What a query has read, as records. */
    public List<TokenRow> fresh(@Header("companyID") String company, @Body List<Map<String, Object>> read) {
        database.succeeded();
        List<TokenRow> rows = directory.read(read);
        directory.remember(company, rows);
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
