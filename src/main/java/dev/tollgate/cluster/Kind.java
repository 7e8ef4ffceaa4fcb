package dev.tollgate.cluster;

import java.util.List;
import java.util.stream.Stream;

/** What a gateway counts, and whether the nodes count it together. */
public enum Kind {
    /** Calls a day to xAI. */
    XAI_QUOTA("xai.quota", true, "each node has tollgate.xai.daily-limit calls a day for itself, so N nodes make N times as many"),
    /** Answers of /judge. */
    VERDICTS("xai.verdicts", true, "a question that several nodes are asked is paid once at each, and their verdicts may differ"),
    /** Revoked gateway keys. */
    KEYS("keys", true, "a key that one node revokes opens the others for up to tollgate.keys.cache-for"),
    /** Keepa's tokens. */
    KEEPA("keepa.bucket", true, "each node keeps a balance and a line of its own; Keepa refuses with 429 what the nodes spend beyond its"
            + " one balance, and such calls wait again"),
    /** Rates of SP-API. */
    SP_API_RATES("sp-api.rates", true, "each node sends at the whole rate of an operation, so N nodes meet Amazon's 429"),
    /** Access tokens of sellers. */
    SP_API_TOKENS("sp-api.tokens", true, "each node asks for access tokens of its own: N requests a life; a consent must come back to"
            + " the node where it began"),
    /** Reservations of Gemini's budgets. */
    GEMINI_RESERVATIONS("gemini.reservations", true, "usage is booked together, but a node does not see the calls in flight of others:"
            + " a limit may be passed by what N-1 nodes have in flight"),
    /** Calls a day of own APIs. */
    KIT_QUOTAS("kit.quotas", true, "each node has the calls of daily-quota-action for itself"),
    /** Token buckets of own APIs. */
    KIT_BUCKETS("kit.buckets", true, "each node has the rate of token-bucket-action for itself"),
    /** Other limits of own APIs. */
    KIT("kit", false, "caches and concurrency of own APIs are each node's: N nodes ask and let in N times as much"),
    /** Background work. */
    JOBS("jobs", true, "a job runs on the node that took it; scheduled ones begin on every node that has the schedule");

    private final String word;
    private final boolean shared;
    private final String otherwise;

    Kind(String word, boolean shared, String otherwise) {
        this.word = word;
        this.shared = shared;
        this.otherwise = otherwise;
    }

    /** As in {@code /status}. */
    public String word() {
        return word;
    }

    /** Whether the nodes count it together. */
    public boolean isShared() {
        return shared;
    }

    /** What it means that it is each node's own; of no interest where it is shared. */
    public String otherwise() {
        return otherwise;
    }

    /** A sentence for each kind that is still each node's own. */
    static List<String> own() {
        return Stream.of(values()).filter(kind -> !kind.shared).map(kind -> kind.word + ": " + kind.otherwise + ".").toList();
    }
}
