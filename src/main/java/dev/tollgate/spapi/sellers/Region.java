package dev.tollgate.spapi.sellers;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A selling region: its marketplaces share one endpoint, and a seller's consent holds for one region.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints">Amazon: SP-API Endpoints</a>
 */
public enum Region {

    /** North America and Brazil. */
    NA,
    /** Europe, the Middle East, South Africa and India. */
    EU,
    /** Singapore, Australia and Japan. */
    FE;

    private static final Pattern HOST = Pattern.compile("(sandbox\\.|)sellingpartnerapi-(?:na|eu|fe)\\.amazon\\.com");

    /**
     * The upstream for this region. An Amazon endpoint, production or sandbox, is changed to this region's; any other
     * address (a simulator, a proxy) serves every region and stays as it is.
     *
     * @param baseUrl {@code tollgate.sp-api.base-url}, without a path
     */
    public URI endpoint(URI baseUrl) {
        String host = baseUrl.getHost() == null ? "" : baseUrl.getHost();
        Matcher amazon = HOST.matcher(host);
        return amazon.matches() ? URI.create(baseUrl.toString().replace(host, amazon.replaceFirst("$1" + ours()))) : baseUrl;
    }

    /** The region of an Amazon endpoint; of any other address {@link #NA}, since it serves every one. */
    public static Region of(URI baseUrl) {
        return Stream.of(values()).filter(one -> one.endpoint(baseUrl).equals(baseUrl)).findFirst().orElse(NA);
    }

    private String ours() {
        return "sellingpartnerapi-" + name().toLowerCase(Locale.ROOT) + ".amazon.com";
    }
}
