package dev.tollgate.kit;

import org.apache.camel.Exchange;
import org.apache.camel.Expression;

/**
 * How many calls may leave in a second: what a route file says, or this node's part of it where several share the bucket, so that
 * all of them together send no more; at least one.
 */
public final class Ceiling implements Expression {

    private final Buckets buckets;
    private long perSecond = 1;

    public Ceiling(Kit kit) {
        this.buckets = kit.buckets();
    }

    public long getPerSecond() {
        return perSecond;
    }

    /** @param perSecond of all nodes together, 1 or more */
    public void setPerSecond(long perSecond) {
        this.perSecond = perSecond;
    }

    @Override
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        return exchange.getContext().getTypeConverter().convertTo(type, Math.max(1, perSecond / buckets.sharers()));
    }
}
