package dev.tollgate.explain;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.Refusal;

/**
 * What would happen to a call.
 *
 * @param outcome what
 * @param status HTTP status that the caller would get; of a call that passes that of the upstream, 200 as a rule
 * @param message the exact message that the caller would read; null where there would be none
 * @param step id of the route's step that decides
 * @param passesAt when the call would pass as things stand; null when time alone does not help
 * @param details numbers behind the decision, by name; none of them secret
 */
public record Explanation(Outcome outcome, int status, @Nullable String message, String step, @Nullable Instant passesAt,
        Map<String, Object> details) {

    /** What would become of the call. */
    public enum Outcome {
        /** It would leave at once. */
        PASSES("passes"),
        /** It would be held back and then leave. */
        WAITS("waits"),
        /** It would be refused. */
        DENIED("denied"),
        /** It would be answered with the policy's safe answer. */
        FALLS_BACK("falls-back");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /** As the answer says it. */
        public String text() {
            return text;
        }
    }

    public static Explanation passes(String step, Instant now) {
        return new Explanation(Outcome.PASSES, 200, null, step, now, Map.of());
    }

    public static Explanation waits(String step, Instant until) {
        return new Explanation(Outcome.WAITS, 200, null, step, until, Map.of());
    }

    /** Denied with the very refusal that the step would throw; it passes when the refusal says to come back. */
    public static Explanation denied(String step, Refusal no, Instant now) {
        Instant at = no.getRetryAfterSeconds() == null ? null : now.plusSeconds(no.getRetryAfterSeconds());
        return new Explanation(Outcome.DENIED, no.getStatus(), no.getMessage(), step, at, Map.of());
    }

    /** The same with one more number behind it. */
    public Explanation with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(name, value);
        return new Explanation(outcome, status, message, step, passesAt, more);
    }
}
