package dev.tollgate.spapi.sellers;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;

/**
 * A person who began in Amazon's app store: Amazon opens our login page and names the page to go on with. That address
 * comes from outside, so only Amazon's own hosts over https are gone to.
 *
 * @param callback    Amazon's page
 * @param amazonState to be handed back unchanged
 * @param sellerId    who consents; empty when Amazon did not say
 * @param beta        whether the application is a draft
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/selling-partner-appstore-authorization-workflow">Amazon:
 *      Selling Partner Appstore Authorization Workflow</a>
 */
record AppStoreStart(URI callback, String amazonState, String sellerId, boolean beta) {

    private static final int HTTPS = 443;
    private static final int LONGEST = 2_000;

    /** Whether a request to {@code /connect} comes from the app store. */
    static boolean isOne(Map<String, String> query) {
        return query.containsKey("amazon_callback_uri") || query.containsKey("amazon_state");
    }

    /** Empty when anything about it is not Amazon's. */
    static Optional<AppStoreStart> of(Map<String, String> query) {
        String state = query.getOrDefault("amazon_state", "");
        Optional<URI> callback = amazonPage(query.getOrDefault("amazon_callback_uri", ""));
        if (state.isEmpty() || state.length() > LONGEST || callback.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new AppStoreStart(callback.get(), state, query.getOrDefault("selling_partner_id", ""),
                "beta".equals(query.get("version"))));
    }

    private static Optional<URI> amazonPage(String text) {
        if (text.length() > LONGEST || !text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\')) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text).parseServerAuthority();
            boolean amazon = "https".equalsIgnoreCase(uri.getScheme()) && Marketplaces.isAmazonHost(uri.getHost())
                    && uri.getRawUserInfo() == null && (uri.getPort() == -1 || uri.getPort() == HTTPS)
                    && uri.getRawFragment() == null;
            return amazon ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty(); // what is no address is none of Amazon's
        }
    }
}
