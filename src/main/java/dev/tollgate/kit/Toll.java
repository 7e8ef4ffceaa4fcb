package dev.tollgate.kit;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One use of a kamelet of the kit: its properties, and what its route says step by step. Made anew whenever the routes
 * are; what must outlive them is kept elsewhere, under {@link #name}.
 */
public abstract class Toll {

    private static final AtomicLong EDITIONS = new AtomicLong();

    private final long edition = EDITIONS.incrementAndGet();
    /** Bound: parameters that stand in a route file. */
    private final Map<String, Object> given = new TreeMap<>();
    private String name;

    /** The properties as the kamelet passes them; to be filled in before {@link #init}. */
    public Map<String, Object> getGiven() {
        return given;
    }

    /** @throws IllegalArgumentException when a property is wrong, naming it and the remedy; the routes are not taken then */
    public void init() {
        Given properties = new Given(given);
        name = properties.text("name").isEmpty() ? "" : properties.name();
        read(properties);
    }

    abstract void read(Given properties);

    /** Under which name the state is kept. */
    String name() {
        return name;
    }

    /** Grows with every use that is made, so that newer settings win over older ones. */
    long edition() {
        return edition;
    }

    /** The exchange property of this use; there may be several of a kind on the way of one call. */
    String property() {
        return "toll-" + edition;
    }
}
