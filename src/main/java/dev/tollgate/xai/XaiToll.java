package dev.tollgate.xai;

import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.Permit;
import dev.tollgate.quota.QuotaDecision;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * What each call pays: one of the day's calls, on disk before the request leaves. As a processor it gives the count of the
 * last call back, for failures whose request certainly never left or was refused without a bill, and has the next attempt
 * wait for as long as xAI asks for.
 */
@Component("xaiToll")
public class XaiToll implements Processor {

    private static final String PERMIT = "xaiPermit";

    private final DailyQuota quota;

    XaiToll(DailyQuota quota) {
        this.quota = quota;
    }

    /**
     * Counts one call.
     *
     * @throws QuotaSpent when the day has no room for it
     */
    public void pay(Exchange exchange) {
        QuotaDecision decision = quota.take();
        if (decision instanceof QuotaDecision.Denied denied) {
            throw new QuotaSpent(denied);
        }
        exchange.setProperty(PERMIT, ((QuotaDecision.Granted) decision).permit());
    }

    /**
     * The last step before a call leaves: where several gateways count together, one that was held for too long since it was
     * counted is counted anew.
     *
     * @throws QuotaSpent when the day has no room for it
     */
    public void leave(Exchange exchange) {
        Permit permit = exchange.getProperty(PERMIT, Permit.class);
        if (permit != null && !quota.isGood(permit)) {
            pay(exchange);
        }
    }

    /** Gives the count back if a reply of this status is not billed. */
    public void settle(@Header(Exchange.HTTP_RESPONSE_CODE) int status, Exchange exchange) {
        if (XaiFailure.isUnbilled(status)) {
            giveBack(exchange);
        }
    }

    @Override
    public void process(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        boolean refused = failure instanceof XaiFailure answer && XaiFailure.isUnbilled(answer.getStatus());
        if (refused || Departure.of(failure) == Departure.NEVER_LEFT) {
            giveBack(exchange);
        }
        if (failure instanceof XaiFailure answer) {
            answer.retryAfter().ifPresent(wait -> exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, wait.toMillis()));
        }
    }

    private void giveBack(Exchange exchange) {
        Permit permit = exchange.getProperty(PERMIT, Permit.class);
        if (permit != null) {
            quota.giveBack(permit);
        }
    }
}
