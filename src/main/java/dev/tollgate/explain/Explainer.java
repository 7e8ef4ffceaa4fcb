package dev.tollgate.explain;

import java.util.Set;

/** One policy's part of {@code GET /status/explain}. It looks at the policy's state and changes nothing of it. */
public interface Explainer {

    /** The policy's API, as the parameter {@code api} names it. */
    String api();

    /** The parameters it reads besides {@code api}; any other is refused. */
    Set<String> parameters();

    /**
     * What a call that came now would meet.
     *
     * @throws dev.tollgate.gateway.Refusal 400 that names a parameter that is missing or wrong
     */
    Explanation explain(Question question);
}
