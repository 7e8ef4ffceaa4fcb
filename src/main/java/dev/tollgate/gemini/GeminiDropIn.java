package dev.tollgate.gemini;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.door.StreamPulse;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.QueryString;
import dev.tollgate.gateway.RawTarget;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.gemini.GeminiPaths.Kind;
import dev.tollgate.gemini.ReplyReading.End;
import dev.tollgate.upstream.ReplyFields;
import dev.tollgate.upstream.ReplyStream;
import dev.tollgate.upstream.UsageOption;
import dev.tollgate.upstream.WithoutUsageChunk;

/** The steps of {@code /gemini} that a route cannot say well. */
@Component("geminiDropIn")
public class GeminiDropIn {

    private static final Logger log = LoggerFactory.getLogger(GeminiDropIn.class);

    private static final String PREFIX = "/gemini";
    private static final String COMPANY = "X-Company-Id";
    private static final String UPLOAD_URL = "X-Goog-Upload-URL";

    /** Parameters by which Google would know the caller; the gateway's own key stands in a header. */
    private static final Set<String> CREDENTIALS = Set.of("key", "access_token", "oauth_token");

    /** Parameters that would leave out of the reply what it cost. */
    private static final Set<String> MASKS = Set.of("fields", "$fields");

    private static final int CHARACTERS_A_TOKEN = 4;

    private final GeminiUpstream upstream;
    /** Google's old client for JavaScript, {@code @google/generative-ai}, takes nothing between events but events. */
    private static final String WITHOUT_COMMENTS = "genai-js/";

    private final boolean streamUsage;
    private final Duration commentAfter;
    private final String basePath;

    GeminiDropIn(GeminiUpstream upstream, GeminiProperties properties) {
        this.upstream = upstream;
        this.streamUsage = properties.streamUsage();
        this.commentAfter = properties.commentAfter();
        this.basePath = properties.baseUrl().getRawPath().replaceFirst("/+$", "");
    }

    /**
     * Checks what the caller wants.
     *
     * @throws Refusal 404, 405 or 400 for what does not pass
     */
    public DropInRequest read(@Header(Exchange.HTTP_METHOD) String method, @Header(Exchange.HTTP_PATH) String rawPath,
            @Header(Exchange.HTTP_QUERY) String query, @Body byte[] body, Exchange exchange) {
        String path = behindPrefix(rawPath);
        Kind kind = GeminiPaths.kind(method, path);
        QueryString asked = QueryString.of(query);
        if (kind != Kind.FREE && asked.parameters().stream().anyMatch(parameter -> MASKS.contains(parameter.name()))) {
            throw Refusal.of(400, "The parameter fields would hide what the call costs. Leave it out.");
        }
        String left = asked.rewritten(parameter -> CREDENTIALS.contains(parameter.name()) ? null : parameter.raw());
        boolean otherForm = asked.parameters().stream().anyMatch(GeminiDropIn::asksForAnotherForm);
        byte[] asking = streamUsage && body != null && kind == Kind.AS_ASKED && GeminiPaths.isOpenAi(path)
                ? UsageOption.of(body).asking() : null;
        Kind made = asked(kind, body);
        if (made == Kind.STREAM && readsComments(path, asked, exchange)) {
            StreamPulse.of(exchange).start(commentAfter);
        }
        return new DropInRequest(method, left.isEmpty() ? path : path + "?" + left, asking != null ? asking : body,
                made, otherForm, asking != null,
                origin(exchange));
    }

    /** Google's client for Java puts its base path before that of an upload's address once more. */
    private static String behindPrefix(String rawPath) {
        String path = rawPath.substring(rawPath.indexOf(PREFIX) + PREFIX.length());
        return path.startsWith(PREFIX + "/upload/") ? path.substring(PREFIX.length()) : path;
    }

    /** Whether the answer is a stream of events, and its caller knows that those can have comments between them. */
    private static boolean readsComments(String path, QueryString query, Exchange exchange) {
        boolean events = !path.contains(":") && !path.contains("%3") || query.parameters().stream()
                .anyMatch(parameter -> parameter.name().equals("alt") && parameter.value().equalsIgnoreCase("sse"));
        String client = RequestQuery.header(exchange, "X-Goog-Api-Client");
        return events && (client == null || !client.startsWith(WITHOUT_COMMENTS));
    }

    private static String origin(Exchange exchange) {
        String host = RequestQuery.header(exchange, "Host");
        return host == null ? PREFIX : (Received.isSecure(exchange) ? "https://" : "http://") + host + PREFIX;
    }

    /**
     * What the body makes of the kind: where it asks for a stream it is one.
     *
     * @throws Refusal 400 for what is done in the background, whose cost is told to whoever looks later
     */
    private Kind asked(Kind kind, byte[] body) {
        if (kind != Kind.AS_ASKED) {
            return kind;
        }
        boolean[] asks = new boolean[2];
        ReplyFields fields = new ReplyFields(Set.of("/stream", "/background"),
                (path, value) -> asks[path.equals("/stream") ? 0 : 1] = value.asBoolean());
        fields.read(body == null ? new byte[0] : body, 0, body == null ? 0 : body.length);
        if (asks[1]) {
            throw Refusal.of(400, "What is done in the background says what it cost only to whoever looks later, so it cannot be"
                    + " booked. Leave background out.");
        }
        return asks[0] ? Kind.STREAM : Kind.GENERATE;
    }

    /** JSON in a call of JavaScript, or no JSON at all. */
    private static boolean asksForAnotherForm(QueryString.Parameter parameter) {
        String name = parameter.name();
        String value = parameter.value().toLowerCase(Locale.ROOT);
        return name.endsWith("callback") || name.endsWith("alt") && !value.startsWith("json") && !value.startsWith("sse");
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
        if (GeminiPaths.isOpenAi(request.target())) { // which refuses a call with two credentials
            exchange.getMessage().setHeader("Authorization", "Bearer " + exchange.getMessage().removeHeader(KeyRing.KEY_HEADER));
        }
        exchange.getMessage().setBody(request.body());
    }

    /**
     * Books what a reply says it cost, before the caller has all of it. One that is made piece by piece passes on as it comes.
     *
     * @throws IOException when an answer that is held whole breaks off; what it had said by then is booked
     */
    public void settle(@Variable("call") DropInRequest request, @ExchangeProperty(GeminiCall.PROPERTY) GeminiCall call,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status, Exchange exchange) throws IOException {
        hereToo(request, exchange);
        ReplyReading reading = new ReplyReading();
        if (request.isStream() && exchange.getMessage().getBody() instanceof InputStream stream) {
            MeteredReply passing = new MeteredReply(stream, reading, end -> settle(request, call, reading, status, end),
                    GeminiPaths.isOpenAi(request.target()));
            exchange.getMessage().setBody(request.asksUsage() ? new WithoutUsageChunk(passing) : passing);
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    IOHelper.close(passing); // nobody may have begun to read it
                }
            });
            return;
        }
        byte[] whole = request.isPaid() ? upstream.whole(call, reading, exchange.getMessage()) : ReplyStream.whole(exchange.getMessage());
        if (request.isPaid()) {
            settle(request, call, reading, status, End.WHOLE);
        }
        else {
            upstream.served(call);
        }
        exchange.getMessage().setBody(whole);
    }

    /** An upload goes on where Google says, by way of this gateway. */
    private void hereToo(DropInRequest request, Exchange exchange) {
        String there = exchange.getMessage().getHeader(UPLOAD_URL, String.class);
        if (there != null) {
            String path = URI.create(there).getRawPath();
            String query = URI.create(there).getRawQuery();
            exchange.getMessage().setHeader(UPLOAD_URL, request.origin() + path.substring(path.startsWith(basePath) ? basePath.length() : 0)
                    + (query == null ? "" : "?" + query));
        }
    }

    /** What is paid goes to the caller, even when it could be booked nowhere; then it stands in the log. */
    private void settle(DropInRequest request, GeminiCall call, ReplyReading reading, int status, End end) {
        try {
            upstream.settle(call, reading, status, end, guess(request));
        }
        catch (UncheckedIOException onRecordInTheLogOnly) {
            log.warn("The reply to request {} goes on, its usage is in the log only", call.requestId());
        }
    }

    /** What an answer costs that need not say it: for the texts of an embedding about a token for four characters. */
    private long guess(DropInRequest request) {
        if (request.kind() == Kind.EMBED) {
            return Math.max(1, request.body() == null ? 0 : request.body().length / CHARACTERS_A_TOKEN);
        }
        return request.isOtherForm() ? upstream.estimate() : 0;
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
