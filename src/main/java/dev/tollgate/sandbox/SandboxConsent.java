package dev.tollgate.sandbox;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.web.util.HtmlUtils;

import dev.tollgate.sandbox.SpApiSimulator.Reply;

/** Amazon's consent page: a real page, with a button to approve and one to refuse. */
record SandboxConsent(SandboxTokens tokens, String callback) {

    /** The seller that approves when the page is left as it is. */
    static final String SELLER = "A1SANDBOXSELLER";

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Authorize application (sandbox)</title>
            <style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; }
            button { font: inherit; padding: .5rem 1.5rem; margin-right: 1rem; }</style></head>
            <body>
            <h1>Sandbox Seller Central</h1>
            <p>This page stands in for Amazon's. The application <b>%s</b> asks for access to your seller account.</p>
            <form method="post" action="consent/decision">
            <input type="hidden" name="state" value="%s">
            <input type="hidden" name="redirect_uri" value="%s">
            <p><label>Seller id <input name="seller" value="%s" pattern="[A-Za-z0-9]{1,30}"></label></p>
            <button name="decision" value="approve">Approve</button>
            <button name="decision" value="refuse">Refuse</button>
            </form>
            </body>
            </html>
            """;

    Reply page(Map<String, String> query) {
        String redirect = query.getOrDefault("redirect_uri", callback);
        if (!redirect.equals(callback)) {
            return html(400, "<p>Error code MD5101: the redirect URI is not registered for this application.</p>");
        }
        if (query.getOrDefault("application_id", "").isEmpty() || query.getOrDefault("state", "").isEmpty()) {
            return html(400, "<p>Error code MD1000: the request has no application_id or no state.</p>");
        }
        return html(200, PAGE.formatted(escape(query.getOrDefault("application_id", "")), escape(query.getOrDefault("state", "")),
                escape(query.getOrDefault("redirect_uri", "")), SELLER));
    }

    /** Back to the application, with a code or with a refusal. */
    Reply decide(Map<String, String> form) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("state", form.getOrDefault("state", ""));
        if ("approve".equals(form.get("decision"))) {
            String seller = form.getOrDefault("seller", SELLER);
            query.put("selling_partner_id", seller);
            query.put("spapi_oauth_code", tokens.code(seller, form.getOrDefault("redirect_uri", "")));
        } else {
            query.put("error", "access_denied");
        }
        String to = callback + "?" + query.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return new Reply(302, Map.of("Location", to), "");
    }

    private static Reply html(int status, String body) {
        return new Reply(status, Map.of("Content-Type", "text/html; charset=UTF-8"), body);
    }

    private static String escape(String text) {
        return HtmlUtils.htmlEscape(text, "UTF-8");
    }
}
