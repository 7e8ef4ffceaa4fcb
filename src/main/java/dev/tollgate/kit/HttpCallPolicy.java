package dev.tollgate.kit;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.tollgate.gateway.Received;

import org.apache.camel.Exchange;
import org.apache.camel.Message;


/**
 * {@code http-call-action}: makes the message the request that leaves, with its path and key.
 */
public final class HttpCallPolicy extends KitPolicy {

    private static final Set<String> FORWARDED = Set.of("accept", "accept-language", "content-type", "content-encoding",
            "user-agent", "idempotency-key");

    private static final Set<String> ADDRESS = Set.of(Exchange.HTTP_METHOD, Exchange.HTTP_PATH, Exchange.HTTP_QUERY);

    private static final Passage OPEN = new Passage() { };

    private final Kit kit;
    private NamedSecret secret;
    private String header;
    private String scheme;
    private Set<String> forwarded;

    public HttpCallPolicy(Kit kit) {
        super(kit);
        this.kit = kit;
    }

    @Override
    void read(KameletParameters given) {
        given.require(given.text("url").matches("https?://[^/?#\\s]+[^?#\\s]*"), "url", "http:// or https:// with host and path, without a query", "");
        String setting = given.text("secret");
        given.require(setting.matches("[\\w.-]*"), "secret", "the name of a setting or an environment variable, never the secret itself", "");
        secret = setting.isEmpty() ? null : new NamedSecret(kit.settings(), setting);
        header = given.text("header");
        scheme = given.text("scheme");
        forwarded = new TreeSet<>(FORWARDED);
        given.list("forward").stream().map(name -> name.toLowerCase(Locale.ROOT)).forEach(forwarded::add);
    }

    /** Completes exceptionally with a {@link dev.tollgate.gateway.Refusal} 503 naming the setting, when there is no key. */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        request(exchange);
        return CompletableFuture.completedFuture(OPEN);
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
            String key = secret.value("key");
            leaving.put(header, scheme.isEmpty() ? key : scheme + " " + key);
        }
        message.setHeaders(leaving);
    }

    private boolean leaves(Exchange exchange, String name, Object value) {
        return ADDRESS.contains(name) || !name.startsWith("Camel")
                && (forwarded.contains(name.toLowerCase(Locale.ROOT)) || !Received.unchanged(exchange, name, value));
    }
}
