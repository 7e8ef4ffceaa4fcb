package dev.tollgate.kit;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * How many calls may leave in a second: what a route file says, or this node's part of it where several share the bucket, so that
 * all of them together send no more; at least one.
 *
 * <p>Stands around the throttler, too, which is passed by where there is no ceiling: it keeps an object for each call that may leave in
 * a second, and makes them anew, while all callers wait, when nobody called for ten.
 */
public final class Ceiling implements Expression, Policy {

    /** Calls a second that stand for no ceiling: the most that a route file may say, and what it says where it says nothing. */
    static final long NONE = 1_000_000;

    private final Buckets buckets;
    private long perSecond = NONE;

    public Ceiling(Kit kit) {
        this.buckets = kit.buckets();
    }

    public long getPerSecond() {
        return perSecond;
    }

    /** @param perSecond of all nodes together, from 1 to {@link #NONE} */
    public void setPerSecond(long perSecond) {
        this.perSecond = perSecond;
    }

    @Override
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        return exchange.getContext().getTypeConverter().convertTo(type, Math.max(1, perSecond / buckets.sharers()));
    }

    @Override
    public void beforeWrap(Route route, NamedNode node) {
        // nothing to prepare
    }

    @Override
    public Processor wrap(Route route, Processor throttle) {
        return perSecond < NONE ? throttle : new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                callback.done(true);
                return true;
            }
        };
    }
}
