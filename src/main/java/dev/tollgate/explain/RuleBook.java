package dev.tollgate.explain;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Where the rules stand: the route files that serve now. */
public interface RuleBook {

    /**
     * A step of a route.
     *
     * @param file route file, below the folder of the routes
     * @param route id of its route
     * @param step id of the step
     * @param description what the step says of itself; null where it says nothing
     */
    record Rule(@Nullable String file, @Nullable String route, String step, @Nullable String description) {
    }

    /** The step of that id; empty when an edited route no longer has it. */
    Optional<Rule> find(String stepId);
}
