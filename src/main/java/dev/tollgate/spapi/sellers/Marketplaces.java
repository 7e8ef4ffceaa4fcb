package dev.tollgate.spapi.sellers;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Every marketplace by its id.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/marketplace-ids">Amazon: Marketplace IDs</a>
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/seller-central-urls">Amazon: Seller Central URLs</a>
 */
public final class Marketplaces {

    /** Sellers of several European shops sign in here. */
    private static final String EUROPE = "sellercentral-europe.amazon.com";

    private static final Map<String, Marketplace> BY_ID = index(
            own("A2EUQ1WTGCTBG2", "CA", Region.NA, "amazon.ca"),
            own("ATVPDKIKX0DER", "US", Region.NA, "amazon.com"),
            own("A1AM78C64UM0Y8", "MX", Region.NA, "amazon.com.mx"),
            own("A2Q3Y263D00KWC", "BR", Region.NA, "amazon.com.br"),
            own("A28R8C7NBKEWEA", "IE", Region.EU, "amazon.ie"),
            european("A1RKKUPIHCS9HS", "ES", "amazon.es"),
            european("A1F83G8C2ARO7P", "UK", "amazon.co.uk"),
            european("A13V1IB3VIYZZH", "FR", "amazon.fr"),
            own("AMEN7PMS3EDWL", "BE", Region.EU, "amazon.com.be"),
            own("A1805IZSGTT6HS", "NL", Region.EU, "amazon.nl"),
            european("A1PA6795UKMFR9", "DE", "amazon.de"),
            european("APJ6JRA9NG5V4", "IT", "amazon.it"),
            own("A2NODRKZP88ZB9", "SE", Region.EU, "amazon.se"),
            own("AE08WJ6YKNBMC", "ZA", Region.EU, "amazon.co.za"),
            own("A1C3SOZRARQ6R3", "PL", Region.EU, "amazon.pl"),
            own("ARBP9OOSHTCHU", "EG", Region.EU, "amazon.eg"),
            own("A33AVAJ2PDY3EV", "TR", Region.EU, "amazon.com.tr"),
            own("A17E79C6D8DWNP", "SA", Region.EU, "amazon.sa"),
            own("A2VIGQ35RCS4UG", "AE", Region.EU, "amazon.ae"),
            own("A21TJRUUN4KGV", "IN", Region.EU, "amazon.in"),
            own("A19VAU5U5O7RUS", "SG", Region.FE, "amazon.sg"),
            own("A39IBJ37TRP1C6", "AU", Region.FE, "amazon.com.au"),
            own("A1VC38T7YXB528", "JP", Region.FE, "amazon.co.jp"));

    private static final Set<String> DOMAINS =
            BY_ID.values().stream().map(Marketplace::domain).collect(Collectors.toUnmodifiableSet());

    private Marketplaces() {
    }

    private static Marketplace own(String id, String country, Region region, String domain) {
        return new Marketplace(id, country, region, "sellercentral." + domain, domain);
    }

    private static Marketplace european(String id, String country, String domain) {
        return new Marketplace(id, country, Region.EU, EUROPE, domain);
    }

    private static Map<String, Marketplace> index(Marketplace... all) {
        Map<String, Marketplace> index = new LinkedHashMap<>();
        List.of(all).forEach(one -> index.put(one.id(), one));
        return index;
    }

    /** @param name an id, or a country's two letters in any case, Amazon's UK or ISO's GB; may be null */
    public static Optional<Marketplace> find(@Nullable String name) {
        if (name == null) {
            return Optional.empty();
        }
        String upper = name.strip().toUpperCase(Locale.ROOT);
        String wanted = upper.equals("GB") ? "UK" : upper; // as ISO 3166 has it
        return Optional.ofNullable(BY_ID.get(wanted))
                .or(() -> BY_ID.values().stream().filter(one -> one.country().equals(wanted)).findFirst());
    }

    /**
     * The region of all these marketplaces; one call and one token serve one region only.
     *
     * @throws IllegalArgumentException when there are none, one is unknown, or they are of different regions; the message
     *                                  is fit for the caller
     */
    public static Region regionOf(Collection<String> ids) {
        Set<Region> regions = EnumSet.noneOf(Region.class);
        for (String id : ids) {
            regions.add(Optional.ofNullable(BY_ID.get(id)).map(Marketplace::region)
                    .orElseThrow(() -> new IllegalArgumentException("Unknown marketplace id: " + printable(id))));
        }
        if (regions.size() != 1) {
            throw new IllegalArgumentException(regions.isEmpty() ? "Name at least one marketplace id."
                    : "The marketplaces are of different regions " + regions + "; ask for each region on its own.");
        }
        return regions.iterator().next();
    }

    /** Every marketplace of a region, in Amazon's order. */
    public static List<String> of(Region region) {
        return BY_ID.values().stream().filter(one -> one.region() == region).map(Marketplace::id).toList();
    }

    /** Whether a host is one of Amazon's: a shop's domain or a host below it, so {@code amazon.com.evil.example} is not. */
    public static boolean isAmazonHost(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String lower = host.toLowerCase(Locale.ROOT);
        return DOMAINS.stream().anyMatch(domain -> lower.equals(domain) || lower.endsWith("." + domain));
    }

    private static String printable(String id) {
        String text = String.valueOf(id).replaceAll("[^A-Za-z0-9]", "?");
        return text.substring(0, Math.min(20, text.length()));
    }
}
