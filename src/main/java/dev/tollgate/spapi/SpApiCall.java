package dev.tollgate.spapi;

import java.net.URI;
import java.util.HashMap;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import dev.tollgate.gateway.RawTarget;
import dev.tollgate.spapi.sellers.Region;
import dev.tollgate.spapi.sellers.TokenSource;

/**
 * One call of the Selling Partner API on its way through the policy.
 *
 * @param endpoint  the upstream of the seller's region
 * @param elsewhere whether that is another one than the gateway's base URL, which the route calls by itself
 * @param operation as Amazon names it, or a shape of its own
 * @param priority  interactive for somebody who waits for the answer, else background
 */
public record SpApiCall(String seller, TokenSource tokens, Region region, URI endpoint, boolean elsewhere, String operation,
        SpApiRequest request, String priority) {

    /** Exchange property of the call. */
    public static final String PROPERTY = "spApiCall";

    /** Exchange properties for the route: which of Amazon's limits it counts for, and its priority. */
    private static final String BUCKET = "spApiBucket";
    private static final String PRIORITY = "spApiPriority";

    /** A call of somebody who waits for the answer. */
    SpApiCall(String seller, TokenSource tokens, Region region, URI endpoint, boolean elsewhere, String operation, SpApiRequest request) {
        this(seller, tokens, region, endpoint, elsewhere, operation, request, "interactive");
    }

    /** The same for nobody who waits: it leaves when nobody else wants the turn. */
    public SpApiCall inBackground() {
        return new SpApiCall(seller, tokens, region, endpoint, elsewhere, operation, request, "background");
    }

    /** The call of an exchange. */
    static SpApiCall of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, SpApiCall.class);
    }

    /** Makes the message the request as it came, with nothing else of the caller in it. */
    public void ask(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
        exchange.setProperty(BUCKET, bucket());
        exchange.setProperty(PRIORITY, priority);
        Message message = exchange.getMessage();
        message.setHeaders(new HashMap<>(request.headers())); // a timer's message would fill in its own again if they were removed
        message.setHeader(Exchange.HTTP_METHOD, request.method());
        message.setHeader(RawTarget.HEADER, target());
        if (elsewhere) {
            message.setHeader(Exchange.HTTP_URI, endpoint.toString());
        }
        message.setBody(request.body());
    }

    /** Path and query at the upstream, as the caller wrote them. */
    private String target() {
        String base = endpoint.getRawPath() == null ? "" : endpoint.getRawPath().replaceFirst("/+$", "");
        return base + request.path() + (request.query() == null ? "" : "?" + request.query());
    }

    /** Which of Amazon's limits the call counts for. */
    public String bucket() {
        return bucketOf(seller, region, operation);
    }

    /** Amazon has a limit for each operation and each seller in each region. */
    static String bucketOf(String seller, Region region, String operation) {
        return seller + "@" + region + " " + operation;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return operation + " of seller " + seller;
    }
}
