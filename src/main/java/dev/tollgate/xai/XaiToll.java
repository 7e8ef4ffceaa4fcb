package dev.tollgate.xai;

import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.Permit;
import dev.tollgate.quota.QuotaDecision;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * What each call pays: one of the day's calls, on disk before the request leaves. As a processor it gives the count of the
 * last call back, for failures whose request certainly never left.
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

    @Override
    public void process(Exchange exchange) {
        Permit permit = exchange.getProperty(PERMIT, Permit.class);
        if (permit != null && Departure.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)) == Departure.NEVER_LEFT) {
            quota.giveBack(permit);
        }
    }
}
