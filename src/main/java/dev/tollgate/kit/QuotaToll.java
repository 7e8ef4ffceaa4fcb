package dev.tollgate.kit;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.Permit;
import dev.tollgate.quota.QuotaDecision;

import org.apache.camel.Exchange;

/** The words of {@code toll-quota}: take, and give back what never left. */
public final class QuotaToll extends Toll {

    private final Quotas quotas;
    private final Clock clock;
    private int limit;
    private ZoneId zone;

    public QuotaToll(Quotas quotas, Clock clock) {
        this.quotas = quotas;
        this.clock = clock;
    }

    @Override
    void read(Given given) {
        limit = (int) given.whole("calls", 0, Integer.MAX_VALUE);
        zone = given.zone("zone");
    }

    /** Counts one call, on the disk before it leaves. @throws Refusal 429 until midnight, when the day is spent */
    public void take(Exchange exchange) {
        QuotaDecision word = quota().take();
        if (word instanceof QuotaDecision.Denied denied) {
            throw Refusal.until(429, "The quota " + name() + " is spent: " + denied.reason() + ".",
                    Duration.between(clock.instant(), denied.resetsAt()));
        }
        exchange.setProperty(property(), ((QuotaDecision.Granted) word).permit());
    }

    /** There was no connection: the call does not count, and the failure goes on. */
    public void neverSent(Exchange exchange) throws Exception {
        quota().giveBack(exchange.getProperty(property(), Permit.class));
        throw exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }

    private DailyQuota quota() {
        return quotas.quota(name(), edition(), limit, zone);
    }
}
