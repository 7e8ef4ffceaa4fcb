package dev.tollgate.xai;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.ledger.Ledger;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** What the routes do before a call leaves for xAI, and with what comes back. */
@Component("xaiUpstream")
public class XaiUpstream {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final Ledger ledger;

    XaiUpstream(Ledger ledger) {
        this.ledger = ledger;
    }

    /** @throws Refusal 503 when what the call costs could be written nowhere: then it must not be made */
    public void ensureBookable() {
        if (!ledger.canBook()) {
            throw Refusal.until(503, "What a call costs can be written nowhere at the moment.", SOON);
        }
    }

    /**
     * The body of the answer in the variable {@code answer}.
     *
     * @throws XaiFailure if its status is not 2xx
     */
    public byte[] check(@Variable("answer") byte[] answer, Exchange exchange) {
        byte[] body = answer == null ? new byte[0] : answer;
        Object status = exchange.getVariable("header:answer." + Exchange.HTTP_RESPONSE_CODE);
        int code = status instanceof Number number ? number.intValue() : 0;
        if (code / 100 != 2) {
            throw new XaiFailure(XaiError.read(code, body));
        }
        return body;
    }
}
