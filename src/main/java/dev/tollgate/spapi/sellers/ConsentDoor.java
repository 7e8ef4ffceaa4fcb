package dev.tollgate.spapi.sellers;

import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;

/** Carries requests of browsers to {@link Consent}, and its pages back. */
@Component("consentDoor")
record ConsentDoor(Consent consent, SpApiProperties properties) {

    /** {@code GET /connect}: on to Amazon, or a page that says why not. */
    public void connect(Exchange exchange) {
        write(begin(exchange), exchange);
    }

    /**
     * {@code POST /connect}: the same for a page that cannot follow a redirect; it gets the address, and the cookie.
     *
     * @throws Refusal when nobody can be sent to Amazon
     */
    public Map<String, String> url(Exchange exchange) {
        List<String> missing = properties.missingForConsent();
        if (!missing.isEmpty()) {
            throw Refusal.of(503, "Set " + String.join(", ", missing) + " to connect sellers.");
        }
        Page page = begin(exchange);
        String location = page.headers().get("Location");
        if (location == null) {
            throw Refusal.of(page.status(), "Name a marketplace that Amazon has: its id, or its country such as US or DE.");
        }
        Message answer = RequestQuery.answer(exchange, 200, "application/json", null);
        List.of("Set-Cookie", "Cache-Control", "Referrer-Policy").forEach(name -> answer.setHeader(name, page.headers().get(name)));
        return Map.of("url", location);
    }

    /** {@code GET /callback}: the page that says what came of it. */
    public void callback(Exchange exchange) {
        write(consent.callback(RequestQuery.of(exchange), RequestQuery.header(exchange, "Cookie")), exchange);
    }

    private Page begin(Exchange exchange) {
        return consent.connect(RequestQuery.of(exchange), RequestQuery.header(exchange, "Cookie"), Received.isSecure(exchange));
    }

    private static void write(Page page, Exchange exchange) {
        Message answer = RequestQuery.answer(exchange, page.status(), null, page.html().isEmpty() ? null : page.html());
        page.headers().forEach(answer::setHeader);
    }
}
