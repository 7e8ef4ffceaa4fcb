package dev.tollgate.spapi;

import dev.tollgate.oauth.AccessToken;
import dev.tollgate.spapi.sellers.Region;
import dev.tollgate.spapi.sellers.TokenSource;
import java.net.URI;

/**
 * One call of the Selling Partner API on its way through the policy. It belongs to one exchange and is never shared between
 * threads that run at the same time.
 */
public final class SpApiCall {

    /** Exchange property of the call. */
    public static final String PROPERTY = "spApiCall";

    private final String seller;
    private final TokenSource tokens;
    private final Region region;
    private final URI endpoint;
    private final String operation;
    private final SpApiRequest request;
    private final long deadline;
    private AccessToken token;
    private long delayMillis;
    private boolean hasTurn;
    private boolean replaced;
    private int broken;
    private boolean again = true;

    /** @param deadline by {@link System#nanoTime}: the call leaves before it, or not at all */
    SpApiCall(String seller, TokenSource tokens, Region region, URI endpoint, String operation, SpApiRequest request, long deadline) {
        this.seller = seller;
        this.tokens = tokens;
        this.region = region;
        this.endpoint = endpoint;
        this.operation = operation;
        this.request = request;
        this.deadline = deadline;
    }

    /** Whose limits of Amazon's the call counts for. */
    String account() {
        return account(seller, region);
    }

    /** A seller's account in a region: Amazon counts each for itself. */
    static String account(String seller, Region region) {
        return seller + "@" + region;
    }

    public String seller() {
        return seller;
    }

    Region region() {
        return region;
    }

    TokenSource tokens() {
        return tokens;
    }

    /** The upstream of the seller's region, for the route. */
    public URI getEndpoint() {
        return endpoint;
    }

    /** Path and query at the upstream, as the caller wrote them. */
    String target() {
        String base = endpoint.getRawPath() == null ? "" : endpoint.getRawPath().replaceFirst("/+$", "");
        return base + request.path() + (request.query() == null ? "" : "?" + request.query());
    }

    String operation() {
        return operation;
    }

    SpApiRequest request() {
        return request;
    }

    /** Nanoseconds that the call may still wait, zero at least. */
    long patience() {
        return Math.max(0, deadline - System.nanoTime());
    }

    /** How long this attempt waits now, for its turn or to depart, for the route. */
    public long getDelayMillis() {
        return delayMillis;
    }

    /** Whether another attempt is to be made, for the route. */
    public boolean isAgain() {
        return again;
    }

    /** The access token of this attempt, for the route; it goes into one header and nowhere else. */
    public String getAccessToken() {
        return token.value();
    }

    AccessToken token() {
        return token;
    }

    boolean wasReplaced() {
        return replaced;
    }

    void begin(long delay) {
        again = false;
        delayMillis = delay;
    }

    void hold(long delay) {
        delayMillis = delay;
    }

    /** A turn was taken for the first attempt before the call began. */
    void keepTurn() {
        hasTurn = true;
    }

    /** Whether there is such a turn; there is none any more. */
    boolean usesKeptTurn() {
        boolean had = hasTurn;
        hasTurn = false;
        return had;
    }

    void use(AccessToken fresh) {
        token = fresh;
    }

    void repeat() {
        again = true;
    }

    /** Repeats with another token, once. */
    void repeatReplaced() {
        again = true;
        replaced = true;
    }

    /** Counts an attempt whose answer never came; how many there were. */
    int countBroken() {
        return ++broken;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return operation + " of seller " + seller;
    }
}
