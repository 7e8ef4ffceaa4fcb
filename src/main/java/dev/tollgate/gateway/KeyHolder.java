package dev.tollgate.gateway;

import java.util.HexFormat;
import java.util.Set;

import org.apache.camel.Exchange;

/**
 * Who calls: the key without the key. Routes find it in the exchange property {@value #PROPERTY}.
 *
 * @param id of the key; {@code admin} for the admin key, {@code loopback} for a caller of this machine who needs none
 * @param name what the key was made for
 * @param admin may do everything
 * @param apis what others may do: {@code gemini}, {@code xai}, {@code keepa}, {@code sp-api}, {@code jobs}, {@code status},
 *        or the first part of an own API's path
 * @param companyId the only company that the holder may name; null: any
 * @param sellerId the only seller that the holder may name; null: any
 */
public record KeyHolder(String id, String name, boolean admin, Set<String> apis, String companyId, String sellerId) {

    /** Exchange property and request attribute of the holder. */
    public static final String PROPERTY = "TollgateKeyHolder";

    public static final KeyHolder ADMIN = new KeyHolder("admin", "admin", true, Set.of(), null, null);
    public static final KeyHolder LOOPBACK = new KeyHolder("loopback", "loopback", true, Set.of(), null, null);

    /** Where no keys are asked for, a client that must have one names its company by {@code company:ACME}. */
    static final String COMPANY = "company:";

    /**
     * A caller of this machine who presented something all the same: told from others by it, and trusted no less.
     * {@code company:ACME} stands for a key that was made for this company.
     */
    public static KeyHolder loopback(String credential) {
        String who = HexFormat.of().formatHex(KeyText.sha256(credential), 0, 8);
        String company = credential.startsWith(COMPANY) ? credential.substring(COMPANY.length()).strip() : "";
        return new KeyHolder(LOOPBACK.id + ":" + who, LOOPBACK.name, true, Set.of(), company.isEmpty() ? null : company, null);
    }

    /** Who calls in this exchange; a job, which nobody calls, acts for the gateway itself. */
    public static KeyHolder of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, LOOPBACK, KeyHolder.class);
    }

    public boolean mayUse(String api) {
        return admin || apis.contains(api);
    }

    /** @param company as the caller wrote it; null or blank names none */
    public boolean mayName(String company) {
        return companyId == null || company == null || company.isBlank() || companyId.strip().equalsIgnoreCase(company.strip());
    }

    /** @param seller as the caller wrote it; null or blank names none */
    public boolean mayNameSeller(String seller) {
        return sellerId == null || seller == null || seller.isBlank() || sellerId.equals(seller.strip());
    }
}
