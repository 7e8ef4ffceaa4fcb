package dev.tollgate.spapi.sellers;

import org.springframework.web.util.HtmlUtils;

/** The pages that a seller sees after Amazon's: plain, complete without other files, everything in them escaped. */
final class ConsentPages {

    private static final String TEMPLATE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>%1$s</title>
            <style>
            body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; color: #222; }
            h1 { font-size: 1.5rem; }
            @media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #eee; } }
            </style>
            </head>
            <body>
            <h1>%1$s</h1>
            <p>%2$s</p>
            <p>%3$s</p>
            </body>
            </html>
            """;

    private static final String AGAIN = "Open /connect again and approve within ten minutes, in this same browser.";

    private ConsentPages() {
    }

    static Page connected(Grant grant) {
        return page(200, "Connected", "Seller " + grant.sellerId() + " is connected.",
                "You can close this page. Nothing else is needed for a year.");
    }

    static Page cancelled() {
        return page(400, "Not connected", "The request was cancelled on Amazon's page. Nothing was stored.",
                "To connect after all, open /connect again and approve.");
    }

    static Page refused(ConsentStates.Why why) {
        return switch (why) {
            case MISSING, UNKNOWN -> page(400, "Not connected",
                    "This answer does not belong to a request that began here, or the gateway was restarted meanwhile.", AGAIN);
            case EXPIRED -> page(400, "Not connected", "More than ten minutes have passed since this request began.", AGAIN);
            case REPLAYED -> page(400, "Already used", "This answer was used before; it was not used again.",
                    "If the first time said connected, all is well. Otherwise open /connect again.");
            case OTHER_BROWSER -> page(400, "Not connected", "This request began in another browser, or cookies are blocked.", AGAIN);
        };
    }

    static Page incomplete() {
        return page(400, "Not connected", "Amazon's answer does not say who consented. Nothing was stored.", AGAIN);
    }

    /** @param reason what Amazon's token endpoint said, without secrets */
    static Page exchangeFailed(String reason, String remedy) {
        return page(400, "Not connected", "Amazon did not hand out the tokens (" + reason + "). Nothing was stored.", remedy);
    }

    static Page notStored() {
        return page(503, "Not connected", "You approved, but the gateway's database cannot be written now. Nothing was stored.",
                "Wait until the database is back, then open /connect again.");
    }

    static Page notAmazon() {
        return page(400, "Not an Amazon address",
                "The page that this link would go on to is none of Amazon's, so it was not followed.",
                "Start again from Amazon's app store, or open /connect.");
    }

    static Page badRequest(String what) {
        return page(400, "Not possible", what, "Correct the address and open it again.");
    }

    static Page notConfigured(String settings) {
        return page(503, "Not set up", "This gateway cannot connect sellers yet: " + settings + " is not set.",
                "Ask whoever runs this gateway to set it and restart.");
    }

    private static Page page(int status, String title, String text, String whatToDo) {
        return Page.of(status, TEMPLATE.formatted(escape(title), escape(text), escape(whatToDo)));
    }

    private static String escape(String text) {
        return HtmlUtils.htmlEscape(text, "UTF-8");
    }
}
