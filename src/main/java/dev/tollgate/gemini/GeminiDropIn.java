package dev.tollgate.gemini;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.tollgate.gateway.RawTarget;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.upstream.ReplyStream;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Variable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/** The steps of {@code /gemini} that a route cannot say well. */
@Component("geminiDropIn")
public class GeminiDropIn {

    private static final Logger log = LoggerFactory.getLogger(GeminiDropIn.class);

    private static final String PREFIX = "/gemini";
    private static final String COMPANY = "X-Company-Id";

    /** Parameters by which Google would know the caller; the gateway's own key stands in a header. */
    private static final Set<String> CREDENTIALS = Set.of("key", "access_token", "oauth_token");

    /** Parameters that would leave out of the reply what it cost. */
    private static final Set<String> MASKS = Set.of("fields", "$fields");

    private final GeminiUpstream upstream;
    private final GeminiProperties properties;
    private final ObjectMapper json;
    private final String basePath;

    GeminiDropIn(GeminiUpstream upstream, GeminiProperties properties, ObjectMapper json) {
        this.upstream = upstream;
        this.properties = properties;
        this.json = json;
        this.basePath = properties.baseUrl().getRawPath().replaceFirst("/+$", "");
    }

    /**
     * Checks what the caller wants.
     *
     * @throws Refusal 404, 405 or 400 for what does not pass
     */
    public DropInRequest read(@Header(Exchange.HTTP_METHOD) String method, @Header(Exchange.HTTP_PATH) String rawPath,
            @Header(Exchange.HTTP_QUERY) String query, @Body byte[] body) {
        String path = rawPath.substring(rawPath.indexOf(PREFIX) + PREFIX.length());
        GeminiPaths.Kind kind = GeminiPaths.kind(method, path);
        String[] pairs = query == null ? new String[0] : query.split("&", -1);
        if (kind != GeminiPaths.Kind.FREE && Arrays.stream(pairs).anyMatch(pair -> MASKS.contains(name(pair)))) {
            throw Refusal.of(400, "The parameter fields would hide what the call costs. Leave it out.");
        }
        String left = Arrays.stream(pairs).filter(pair -> !CREDENTIALS.contains(name(pair))).collect(Collectors.joining("&"));
        return new DropInRequest(method, left.isEmpty() ? path : path + "?" + left, body, kind);
    }

    private static String name(String pair) {
        String name = pair.split("=", 2)[0];
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        }
        catch (IllegalArgumentException malformed) {
            return name;
        }
    }

    /**
     * Says who pays: the company of the caller's key, or, with a key for any company, that of {@value #COMPANY}.
     *
     * @return the company's id
     * @throws Refusal 403 when the key is another company's, 400 when no company is named
     */
    public String payer(Exchange exchange) {
        KeyHolder holder = KeyHolder.of(exchange);
        String named = RequestQuery.header(exchange, COMPANY);
        if (!holder.mayName(named)) {
            throw Refusal.of(403, "This key belongs to another company.");
        }
        String company = holder.companyId() != null ? holder.companyId() : named == null ? "" : named.strip();
        if (company.isEmpty()) {
            throw Refusal.of(400, "Whose token pays? Use a key that was made for one company, or name it in the header "
                    + COMPANY + "; where the gateway asks for no keys, company:ACME as API key does the same.");
        }
        exchange.setProperty(Requester.PROPERTY, new Requester(company, "drop-in", holder.name()));
        return company;
    }

    /** Addresses the request that is about to leave: method, path, query and body as they came. */
    public void address(@Variable("call") DropInRequest request, Exchange exchange) {
        exchange.getMessage().setHeader(Exchange.HTTP_METHOD, request.method());
        exchange.getMessage().setHeader(RawTarget.HEADER, basePath + request.target());
        exchange.getMessage().setBody(request.body());
    }

    /**
     * Books what a reply says it cost, before the caller has all of it. One that is made piece by piece passes on as it
     * comes. A paid reply that does not say, or breaks off, costs what was reserved for it at least.
     */
    public void settle(@Variable("call") DropInRequest request, @ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call,
            @Header(Exchange.CONTENT_TYPE) String type, Exchange exchange) throws IOException {
        ReplyUsage usage = new ReplyUsage(type != null && type.startsWith("text/event-stream"), json);
        if (request.kind() == GeminiPaths.Kind.STREAM && exchange.getMessage().getBody() instanceof InputStream stream) {
            exchange.getMessage().setBody(new MeteredReply(stream, usage, used -> book(call, used, used.isNone()),
                    used -> book(call, used, true)));
            return;
        }
        byte[] whole = ReplyStream.whole(exchange.getMessage());
        if (request.isPaid()) {
            usage.read(whole, 0, whole.length);
        }
        TokenUsage used = usage.soFar();
        book(call, used, request.isPaid() && used.isNone());
        exchange.getMessage().setBody(whole);
    }

    /** What is paid goes to the caller, even when it could be booked nowhere; then it stands in the log. */
    private void book(GeminiCall call, TokenUsage used, boolean atLeastTheReservation) {
        try {
            upstream.book(call, atLeastTheReservation ? used.atLeast(properties.estimate()) : used);
        }
        catch (UncheckedIOException onRecordInTheLogOnly) {
            log.warn("The reply to request {} goes on, its usage is in the log only", call.requestId());
        }
    }

    /** Notes an error of Gemini, which passes to the caller as it came. */
    public void refused(@Header(Exchange.HTTP_RESPONSE_CODE) int status, @Header("Retry-After") String retryAfter,
            @ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call, Exchange exchange) throws IOException {
        byte[] body = ReplyStream.whole(exchange.getMessage());
        upstream.failed(upstream.failure(status, retryAfter, body), call, exchange);
        exchange.getMessage().setBody(body);
    }

    /** Hands a failed call on as it failed. */
    public void raise(@ExchangeException Exception thrown) throws Exception {
        throw thrown;
    }
}
