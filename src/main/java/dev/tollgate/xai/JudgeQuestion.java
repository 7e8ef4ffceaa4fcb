package dev.tollgate.xai;

import java.util.List;

/** The body of {@code POST /judge}, checked. */
public sealed interface JudgeQuestion {

    /**
     * A well-formed question.
     *
     * @param request what is asked
     * @param key     the composite key of its answer
     */
    record Accepted(JudgeRequest request, String key) implements JudgeQuestion {
    }

    /**
     * A body that asks nothing that could be answered.
     *
     * @param problems at least one sentence, each naming the field and the remedy
     */
    record Rejected(List<String> problems) implements JudgeQuestion {
        /** All problems in one line. */
        public String message() {
            return String.join(" ", problems);
        }
    }
}
