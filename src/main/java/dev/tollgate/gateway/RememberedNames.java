package dev.tollgate.gateway;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What a rule says of the names of headers, remembered: the same few come with every call, and rules are mostly expressions. A caller
 * may send any names, so that only so many are remembered; of others the rule is asked each time.
 */
public final class RememberedNames implements Predicate<String> {

    private static final int MOST = 1_000;
    private static final int LONGEST = 100;

    private final Predicate<String> rule;
    /** Bound: {@link #MOST} names of at most {@link #LONGEST} characters. */
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    /** @param rule says the same of a name each time */
    public RememberedNames(Predicate<String> rule) {
        this.rule = rule;
    }

    @Override
    public boolean test(String name) {
        Boolean said = known.get(name);
        if (said == null) {
            said = rule.test(name);
            if (known.size() < MOST && name.length() <= LONGEST) {
                known.put(name, said);
            }
        }
        return said;
    }
}
