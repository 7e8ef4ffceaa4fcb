package dev.tollgate.kit;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.gateway.QueryString;
import dev.tollgate.gateway.RawTarget;
import dev.tollgate.gateway.Received;
import dev.tollgate.logging.ToldNames;
import dev.tollgate.upstream.ReplyHeaders;
import dev.tollgate.upstream.ReplyStream;

/**
 * {@code http-call-action}: makes the message the request that leaves, with its path and key.
 */
public final class HttpCallPolicy extends KitPolicy {

    private static final Logger log = LoggerFactory.getLogger(HttpCallPolicy.class);

    private static final Set<String> FORWARDED = Set.of("accept", "accept-language", "content-type", "content-encoding",
            "user-agent", "idempotency-key");

    private static final Set<String> ADDRESS = Set.of(Exchange.HTTP_METHOD, Exchange.HTTP_PATH, Exchange.HTTP_QUERY);

    private static final ToldNames TOLD = new ToldNames();

    /** Dropped names that nobody looks for; one without a hyphen is mostly a parameter of the query. */
    private static final Pattern UNTOLD = Pattern.compile("[^-]*|(camel|sec-|x-forwarded-|accept-|content-|proxy-|x-tollgate-).*"
            + "|x-request-id|x-company-id|x-seller-id|x-api-key|x-goog-api-key|keep-alive|upgrade-insecure-requests", Pattern.CASE_INSENSITIVE);

    private NamedSecret secret;
    private String header;
    private boolean streams;
    private String scheme;
    private String query;
    private String basePath;
    private Set<String> forwarded;
    private Set<String> askedFor;
    /** What the names of further forwarded headers begin with. */
    private List<String> families;

    public HttpCallPolicy(Kit kit) {
        super(kit);
    }

    @Override
    void read(KameletParameters given) {
        given.require(given.text("url").matches("https?://[^/?#\\s]+[^?#\\s]*"), "url", "http:// or https:// with host and path, without a query", "");
        String setting = given.text("secret");
        given.require(setting.matches("[\\w.-]*"), "secret", "the name of a setting or an environment variable, never the secret itself", "");
        secret = setting.isEmpty() ? null : new NamedSecret(kit.settings(), setting);
        header = given.text("header");
        streams = given.oneOf("stream", "true", "false").equals("true");
        scheme = given.text("scheme");
        query = given.text("query");
        basePath = Optional.ofNullable(URI.create(given.text("url")).getRawPath()).orElse("").replaceFirst("/+$", "");
        forwarded = new TreeSet<>(FORWARDED);
        given.list("forward").stream().map(name -> name.toLowerCase(Locale.ROOT)).forEach(forwarded::add);
        askedFor = new TreeSet<>();
        for (String name : given.list("answerHeaders")) {
            given.require(name.matches("[\\w.-]{1,100}") && ReplyHeaders.mayPass(name.toLowerCase(Locale.ROOT)), "answerHeaders",
                    "names of headers of the reply with commas between them; none of one connection, and none that the gateway says itself", name);
            askedFor.add(name.toLowerCase(Locale.ROOT));
        }
        families = forwarded.stream().filter(name -> name.endsWith("*")).map(name -> name.substring(0, name.length() - 1)).toList();
    }

    /** Completes exceptionally with a {@link dev.tollgate.gateway.Refusal} 503 naming the setting, when there is no key. */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        request(exchange);
        Departures.leaving(exchange);
        return CompletableFuture.completedFuture(new Passage() {
            @Override
            public Optional<CompletionStage<Passage>> ended(Exchange done) throws IOException {
                if (streams && done.getException() == null) {
                    keepOpen(done);
                }
                if (done.getException() != null && secret != null) {
                    // The message is the request still, and a route may make it its answer.
                    done.getMessage().removeHeader(query.isEmpty() ? header : RawTarget.HEADER);
                }
                return Optional.empty();
            }
        });
    }

    /** The connection of an answer that is still coming belongs to the request, and not to this kamelet, which ends now. */
    private static void keepOpen(Exchange done) throws IOException {
        Exchange request = done.getProperty(Received.EXCHANGE, Exchange.class);
        if (request == null) {
            done.getMessage().setBody(ReplyStream.whole(done.getMessage())); // a job, which hands nothing on
        } else if (request != done) {
            done.getUnitOfWork().handoverSynchronization(request);
        }
    }

    /** Of the caller's headers only those that are forwarded leave, those that the route has set, the path behind the route's own, and the key. */
    private void request(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, Object> leaving = new HashMap<>(message.getHeaders());
        leaving.entrySet().removeIf(entry -> !leaves(exchange, entry.getKey(), entry.getValue()));
        if (Received.unchanged(exchange, Exchange.HTTP_PATH, message.getHeader(Exchange.HTTP_PATH))) {
            leaving.put(Exchange.HTTP_PATH, Received.pathBehindRoute(exchange));
        }
        if (secret != null) {
            sign(leaving, secret.value("key"));
        }
        if (!askedFor.isEmpty()) {
            leaving.put(ReplyHeaders.ASKED_FOR, String.join(",", askedFor));
            exchange.setProperty(ReplyHeaders.ASKED_FOR, askedFor);
        }
        message.setHeaders(leaving);
    }

    /** A key in the query goes beside Camel's own address of the call, so that it is in no log line and in no exception. */
    private void sign(Map<String, Object> leaving, String key) {
        if (query.isEmpty()) {
            leaving.put(header, scheme.isEmpty() ? key : scheme + " " + key);
            return;
        }
        Object given = leaving.remove(Exchange.HTTP_QUERY);
        String path = basePath + leaving.getOrDefault(Exchange.HTTP_PATH, "");
        leaving.put(RawTarget.HEADER, (path.isEmpty() ? "/" : path) + "?" + withKey(given == null ? "" : given.toString(), query,
                URLEncoder.encode(key, StandardCharsets.UTF_8)));
    }

    /**
     * A raw query with our key where the caller's first one stood, or in front when there was none; further ones are dropped.
     * Every other byte stays, empty pairs included.
     *
     * @param key encoded
     */
    static String withKey(String query, String parameter, String key) {
        String ours = parameter + "=" + key;
        if (query.isEmpty()) {
            return ours;
        }
        QueryString theirs = QueryString.of(query);
        Optional<QueryString.Parameter> first = theirs.parameters().stream().filter(one -> one.name().equals(parameter)).findFirst();
        String signed = theirs.rewritten(one -> !one.name().equals(parameter) ? one.raw() : one == first.get() ? ours : null);
        return first.isPresent() ? signed : ours + "&" + signed;
    }

    private boolean leaves(Exchange exchange, String name, Object value) {
        boolean leaves = ADDRESS.contains(name) || !name.startsWith("Camel")
                && (isForwarded(name.toLowerCase(Locale.ROOT)) || !Received.unchanged(exchange, name, value));
        if (!leaves && !UNTOLD.matcher(name).matches() && !exchange.getMessage().getHeader(Exchange.HTTP_QUERY, "", String.class).contains(name)
                && TOLD.isNew(name)) {
            log.info("The header {} of a caller does not go to the upstream: write it into forward of http-call-action if it shall", name);
        }
        return leaves;
    }

    private boolean isForwarded(String name) {
        return forwarded.contains(name) || families.stream().anyMatch(name::startsWith);
    }
}
