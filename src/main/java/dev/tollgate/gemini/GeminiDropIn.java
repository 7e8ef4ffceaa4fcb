package dev.tollgate.gemini;

import java.util.Locale;
import java.util.Set;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.door.StreamPulse;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.QueryString;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;
import dev.tollgate.gemini.GeminiPaths.Kind;
import dev.tollgate.upstream.ReplyFields;
import dev.tollgate.upstream.UsageOption;

/** First step of {@code /gemini}: reads what the caller wants, and who pays for it. */
@Component("geminiDropIn")
public class GeminiDropIn {

    private static final String PREFIX = "/gemini";
    private static final String COMPANY = "X-Company-Id";

    /** Parameters by which Google would know the caller; the gateway's own key stands in a header. */
    private static final Set<String> CREDENTIALS = Set.of("key", "access_token", "oauth_token");

    /** Parameters that would leave out of the reply what it cost. */
    private static final Set<String> MASKS = Set.of("fields", "$fields");

    /** Google's old client for JavaScript, {@code @google/generative-ai}, takes nothing between events but events. */
    private static final String WITHOUT_COMMENTS = "genai-js/";

    private final GeminiProperties properties;

    GeminiDropIn(GeminiProperties properties) {
        this.properties = properties;
    }

    /**
     * Checks what the caller wants, and who pays. The {@link DropInRequest} stands in the variable {@value DropInRequest#CALL} then, its
     * method, target, body and estimate in variables of these names, and the {@link Requester} in a property, with its company in the
     * header {@code companyID}.
     *
     * @throws Refusal 404, 405, 403 or 400 for what does not pass
     */
    public void read(Exchange exchange) {
        String method = exchange.getMessage().getHeader(Exchange.HTTP_METHOD, String.class);
        String path = behindPrefix(exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class));
        String query = exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class);
        byte[] body = exchange.getMessage().getBody(byte[].class);
        Kind kind = GeminiPaths.kind(method, path);
        QueryString parameters = QueryString.of(query);
        if (kind != Kind.FREE && parameters.parameters().stream().anyMatch(parameter -> MASKS.contains(parameter.name()))) {
            throw Refusal.of(400, "The parameter fields would hide what the call costs. Leave it out.");
        }
        String left = parameters.rewritten(parameter -> CREDENTIALS.contains(parameter.name()) ? null : parameter.raw());
        boolean otherForm = parameters.parameters().stream().anyMatch(GeminiDropIn::asksForAnotherForm);
        byte[] asking = properties.streamUsage() && body != null && kind == Kind.AS_ASKED && GeminiPaths.isOpenAi(path)
                ? UsageOption.of(body).asking() : null;
        Kind asked = asked(kind, body);
        Requester payer = payer(exchange);
        exchange.setProperty(Requester.PROPERTY, payer);
        exchange.getMessage().setHeader("companyID", payer.companyId());
        if (asked == Kind.STREAM && readsComments(path, parameters, exchange)) {
            StreamPulse.of(exchange).start(properties.commentAfter());
        }
        DropInRequest request = new DropInRequest(method, properties.basePath() + (left.isEmpty() ? path : path + "?" + left),
                asking != null ? asking : body, asked, otherForm, asking != null, asked == Kind.FREE ? 0 : properties.estimate(),
                origin(exchange));
        exchange.setVariable(DropInRequest.CALL, request);
        exchange.setVariable("method", request.method());
        exchange.setVariable("target", request.target());
        exchange.setVariable("body", request.body());
        exchange.setVariable("estimate", request.estimate());
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

    /** The company of the caller's key, or, with a key for any company, that of {@value #COMPANY}. */
    private static Requester payer(Exchange exchange) {
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
        return new Requester(company, "drop-in", holder.name());
    }
}
