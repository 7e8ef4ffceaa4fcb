package dev.tollgate.spapi.sellers;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The addresses that a seller's browser is sent to.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow">Amazon: Website Authorization
 *      Workflow</a>
 */
record ConsentLinks(URI consentUrl, String applicationId, String redirectUri) {

    /** @param draft whether the application is still a draft: Amazon then wants {@code version=beta}, and only then */
    URI consent(Marketplace marketplace, String state, boolean draft) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("application_id", applicationId);
        query.put("state", state);
        addRedirect(query, draft);
        return with(page(marketplace), query);
    }

    /** Back to Amazon, for a person who began in Amazon's app store. */
    URI confirm(AppStoreStart start, String state) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("amazon_state", start.amazonState());
        query.put("state", state);
        addRedirect(query, start.beta());
        return with(start.callback(), query);
    }

    private void addRedirect(Map<String, String> query, boolean beta) {
        if (!redirectUri.isEmpty()) {
            query.put("redirect_uri", redirectUri);
        }
        if (beta) {
            query.put("version", "beta");
        }
    }

    /** A Seller Central host becomes the marketplace's; any other, a simulator's for example, stays. */
    private URI page(Marketplace marketplace) {
        String host = consentUrl.getHost() == null ? "" : consentUrl.getHost();
        if (!host.startsWith("sellercentral") || !Marketplaces.isAmazonHost(host)) {
            return consentUrl;
        }
        try {
            return new URI(consentUrl.getScheme(), marketplace.sellerCentral(), consentUrl.getPath(), consentUrl.getQuery(), null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("tollgate.sp-api.consent-url cannot be used: " + consentUrl, e);
        }
    }

    private static URI with(URI page, Map<String, String> query) {
        String more = query.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return URI.create(page + (page.getRawQuery() == null ? "?" : "&") + more);
    }
}
