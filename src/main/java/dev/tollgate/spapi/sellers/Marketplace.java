package dev.tollgate.spapi.sellers;

/**
 * One of Amazon's shops.
 *
 * @param id            as every SP-API call names it, for example {@code ATVPDKIKX0DER}
 * @param country       two letters, as Amazon writes them: UK rather than GB
 * @param region        decides the endpoint and which consent serves
 * @param sellerCentral host of the pages where its sellers sign in and give consent
 * @param domain        the shop's own domain; every Amazon host of that country ends in it
 */
public record Marketplace(String id, String country, Region region, String sellerCentral, String domain) {
}
