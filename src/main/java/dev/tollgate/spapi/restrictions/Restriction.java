package dev.tollgate.spapi.restrictions;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Whether a seller may list one product in one marketplace.
 *
 * @param marketplaceId the marketplace
 * @param result        the verdict
 * @param reasons       why not; empty when allowed, and for an error without any
 * @param error         what failed, for people; null unless the result is an error
 */
public record Restriction(String marketplaceId, Result result, List<Reason> reasons, @Nullable String error) {

    /** The verdicts, by the names that callers see; in this order one hides the next. */
    public enum Result {
        NOT_FOUND("not-found"),
        NOT_ELIGIBLE("not-eligible"),
        /** Amazon restricts, for a reason unknown here, or gave no usable answer: never to be read as allowed. */
        ERROR("error"),
        APPROVAL_REQUIRED("approval-required"),
        ALLOWED("allowed");

        private final String text;

        Result(String text) {
            this.text = text;
        }

        @JsonValue
        public String text() {
            return text;
        }
    }

    /**
     * @param conditionType which condition of the product it is about; empty: any
     * @param code          Amazon's code, for example {@code APPROVAL_REQUIRED}
     * @param message       for people
     * @param links         where to ask for approval
     */
    public record Reason(String conditionType, @JsonProperty("reasonCode") String code, String message, List<Link> links) {
    }

    /** A page of Amazon's, as Amazon gave it. */
    public record Link(String resource, String verb, String title, String type) {
    }

    static Restriction error(String marketplaceId, String error) {
        return new Restriction(marketplaceId, Result.ERROR, List.of(), error);
    }
}
