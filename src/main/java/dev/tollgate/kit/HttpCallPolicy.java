package dev.tollgate.kit;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.gateway.QueryString;
import dev.tollgate.gateway.RawTarget;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.RememberedNames;
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

    /** What may stand in a path and a query (RFC 3986), so that nothing has to be encoded. */
    private static final Pattern PLAIN = Pattern.compile("(?:[\\w.~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})++");

    private static final ToldNames TOLD = new ToldNames();

    /** Dropped names that nobody looks for; one without a hyphen is mostly a parameter of the query. */
    private static final RememberedNames UNTOLD = new RememberedNames(Pattern.compile("[^-]*|(camel|sec-|x-forwarded-|accept-|content-|proxy-|x-tollgate-).*"
            + "|x-request-id|x-company-id|x-seller-id|x-api-key|x-goog-api-key|keep-alive|upgrade-insecure-requests",
            Pattern.CASE_INSENSITIVE).asMatchPredicate());

    private NamedSecret secret;
    private String header;
    private boolean streams;
    private String scheme;
    private String query;
    private String basePath;
    private RememberedNames forwarded;
    private Set<String> askedFor;

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
        Set<String> names = new HashSet<>(FORWARDED);
        given.list("forward").stream().map(name -> name.toLowerCase(Locale.ROOT)).forEach(names::add);
        List<String> families = names.stream().filter(name -> name.endsWith("*")).map(name -> name.substring(0, name.length() - 1)).toList();
        forwarded = new RememberedNames(name -> names.contains(name) || families.stream().anyMatch(name::startsWith));
        askedFor = new TreeSet<>();
        for (String name : given.list("answerHeaders")) {
            given.require(name.matches("[\\w.-]{1,100}") && ReplyHeaders.mayPass(name.toLowerCase(Locale.ROOT)), "answerHeaders",
                    "names of headers of the reply with commas between them; none of one connection, and none that the gateway says itself", name);
            askedFor.add(name.toLowerCase(Locale.ROOT));
        }
    }

    /** Completes exceptionally with a {@link dev.tollgate.gateway.Refusal} 503 naming the setting, when there is no key. */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        Address address = request(exchange);
        Departures.leaving(exchange);
        return CompletableFuture.completedFuture(new Passage() {
            @Override
            public Optional<CompletionStage<Passage>> ended(Exchange done) throws IOException {
                if (streams && done.getException() == null) {
                    keepOpen(done);
                }
                if (done.getException() != null) {
                    unsent(done.getMessage(), address);
                }
                return Optional.empty();
            }
        });
    }

    /** Path and query of a call, each null where there is none. */
    private record Address(Object path, Object query) {
    }

    /** The message is the request still: a route may make it its answer, or another call. */
    private void unsent(Message message, Address address) {
        message.removeHeader(RawTarget.HEADER);
        if (secret != null && query.isEmpty()) {
            message.removeHeader(header);
        }
        if (address.path() != null) {
            message.setHeader(Exchange.HTTP_PATH, address.path());
        }
        if (address.query() != null) {
            message.setHeader(Exchange.HTTP_QUERY, address.query());
        }
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

    /**
     * Of the caller's headers only those that are forwarded leave, those that the route has set, and the key. Path and query go beside
     * Camel's own address of the call, which would be parsed, joined and encoded anew for each; a key in the query is then in no log
     * line and in no exception, either. What is not an address as it stands is left to Camel, which encodes it.
     */
    private Address request(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, Object> leaving = message.getHeaders();
        Set<String> parameters = parameters(message);
        leaving.entrySet().removeIf(entry -> !ADDRESS.contains(entry.getKey())
                && (parameters.contains(entry.getKey()) || !leaves(exchange, entry.getKey(), entry.getValue())));
        if (Received.unchanged(exchange, Exchange.HTTP_PATH, message.getHeader(Exchange.HTTP_PATH))) {
            leaving.put(Exchange.HTTP_PATH, Received.pathBehindRoute(exchange));
        }
        Address address = new Address(leaving.get(Exchange.HTTP_PATH), leaving.get(Exchange.HTTP_QUERY));
        leaving.remove(RawTarget.HEADER);
        String key = secret == null ? null : secret.value("key");
        String inQuery = query.isEmpty() ? null : key;
        if (key != null && inQuery == null) {
            leaving.put(header, scheme.isEmpty() ? key : scheme + " " + key);
        }
        String target = target(address, inQuery);
        boolean hasMethod = leaving.get(Exchange.HTTP_METHOD) != null; // else Camel makes one of whether there is a query
        if (inQuery != null || hasMethod && PLAIN.matcher(target).matches()) {
            leaving.put(RawTarget.HEADER, target);
            leaving.remove(Exchange.HTTP_PATH);
            leaving.remove(Exchange.HTTP_QUERY);
        }
        if (!askedFor.isEmpty()) {
            leaving.put(ReplyHeaders.ASKED_FOR, String.join(",", askedFor));
            exchange.setProperty(ReplyHeaders.ASKED_FOR, askedFor);
        }
        return address;
    }

    /** A parameter of the query is a header, too, when it comes in; it leaves in the query alone. */
    private static Set<String> parameters(Message message) {
        String query = message.getHeader(Exchange.HTTP_QUERY, String.class);
        return query == null || query.isEmpty() ? Set.of()
                : QueryString.of(query).parameters().stream().map(QueryString.Parameter::name).collect(Collectors.toSet());
    }

    /** @param key for the query; null where there is none in it */
    private String target(Address address, String key) {
        String path = address.path() == null ? "" : address.path().toString();
        String whole = basePath + (path.isEmpty() || path.startsWith("/") ? path : "/" + path);
        String given = address.query() == null ? "" : address.query().toString();
        String asked = key == null ? given : withKey(given, query, URLEncoder.encode(key, StandardCharsets.UTF_8));
        return (whole.isEmpty() ? "/" : whole) + (asked.isEmpty() ? "" : "?" + asked);
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
        boolean leaves = !name.startsWith("Camel") && (forwarded.test(name.toLowerCase(Locale.ROOT)) || !Received.unchanged(exchange, name, value));
        if (!leaves && !UNTOLD.test(name) && !exchange.getMessage().getHeader(Exchange.HTTP_QUERY, "", String.class).contains(name)
                && TOLD.isNew(name)) {
            log.info("The header {} of a caller does not go to the upstream: write it into forward of http-call-action if it shall", name);
        }
        return leaves;
    }
}
