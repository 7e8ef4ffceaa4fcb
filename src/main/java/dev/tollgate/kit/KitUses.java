package dev.tollgate.kit;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.CamelContext;

/** The policies of one set of routes, by {@link KitPolicy#rule}. It lives and ends with the set. */
final class KitUses {

    /** Bound: kamelets that stand in route files. */
    private final Map<String, KitPolicy> policies = new ConcurrentHashMap<>();

    static synchronized KitUses of(CamelContext context) {
        KitUses known = context.getCamelContextExtension().getContextPlugin(KitUses.class);
        if (known == null) {
            known = new KitUses();
            context.getCamelContextExtension().addContextPlugin(KitUses.class, known);
        }
        return known;
    }

    /** Of several uses of one name, which must give the same numbers, any one serves. */
    void add(KitPolicy policy) {
        policies.put(policy.rule(), policy);
    }

    /** The policy behind a kamelet's step: its kind, as in {@code token-bucket}, and the name it was given. */
    Optional<KitPolicy> find(String kind, String name) {
        return Optional.ofNullable(policies.get(kind + ":" + name));
    }
}
