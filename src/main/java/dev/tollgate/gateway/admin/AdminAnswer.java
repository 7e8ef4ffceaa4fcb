package dev.tollgate.gateway.admin;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.database.Fault;
import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.OwnFailure;
import dev.tollgate.gateway.Refusal;

/** How {@code /admin} answers what went wrong: in the envelope of the gateway's own paths. */
@Component("adminAnswer")
record AdminAnswer(DatabaseHealth database) {

    private static final Logger log = LoggerFactory.getLogger(AdminAnswer.class);

    /** Status, Retry-After and envelope of a failure. */
    public Map<String, Object> error(@ExchangeException Exception thrown, Exchange exchange) {
        return Dialect.ENVELOPE.answer(refusal(thrown, exchange), exchange);
    }

    private Refusal refusal(Exception thrown, Exchange exchange) {
        if (thrown instanceof Refusal refusal) {
            return refusal;
        }
        Optional<Refusal> own = OwnFailure.refusal(thrown);
        if (own.isPresent()) {
            log.info("An admin request found the database or the disk away: {}", Fault.text(thrown));
            if (Fault.of(thrown).isOfTheDatabase()) {
                database.failed(thrown);
            }
            return own.get();
        }
        if (Fault.of(thrown) == Fault.REFUSED) {
            log.warn("An admin request holds what the database never takes", thrown);
            return Refusal.of(400, "Nothing was changed: the database takes no such value" + Fault.column(thrown)
                    .map(column -> " in column " + column).orElse("") + ". Send another one, or widen the column.");
        }
        if (thrown instanceof DataAccessException || thrown instanceof TransactionException
                || thrown instanceof SQLException) {
            log.warn("An admin request failed at the database", thrown);
            return Refusal.until(503, "GET".equals(exchange.getMessage().getHeader(Exchange.HTTP_METHOD))
                    ? "The database did not answer this question. The log says why."
                    : "Nothing was changed: the database did not take it. Try again.", Duration.ofSeconds(5));
        }
        log.error("An admin request failed in a way that no rule knows", thrown);
        return Refusal.of(500, "Internal error");
    }
}
