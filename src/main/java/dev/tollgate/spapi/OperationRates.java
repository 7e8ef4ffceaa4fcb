package dev.tollgate.spapi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Amazon's published rates, by operation, and which operation a request is. The rates are the defaults of the usage plans
 * that each operation's reference page states and that Amazon's own SDKs carry (their {@code rate-limits.yml}).
 */
public final class OperationRates {

    /** The operation behind a restriction check: 5 a second, burst 10 (Amazon: Listings Restrictions API Rate Limits). */
    public static final String GET_LISTINGS_RESTRICTIONS = "getListingsRestrictions";

    /** What an operation that is not in the table is called; each path prefix shares one bucket. */
    static final String OTHER = "other";

    private static final OperationRate OTHER_RATE = OperationRate.of(1, Duration.ofSeconds(1), 2);

    /** Calls for each so many seconds, burst, method, path. */
    private static final String TABLE = """
            getListingsRestrictions              5 1   10 GET    /listings/2021-08-01/restrictions
            searchListingsItems                  5 1   5  GET    /listings/2021-08-01/items/{}
            getListingsItem                      5 1   5  GET    /listings/2021-08-01/items/{}/{}
            putListingsItem                      5 1   5  PUT    /listings/2021-08-01/items/{}/{}
            patchListingsItem                    5 1   5  PATCH  /listings/2021-08-01/items/{}/{}
            deleteListingsItem                   5 1   5  DELETE /listings/2021-08-01/items/{}/{}
            searchCatalogItems                   2 1   2  GET    /catalog/2022-04-01/items
            getCatalogItem                       2 1   2  GET    /catalog/2022-04-01/items/{}
            searchDefinitionsProductTypes        5 1   5  GET    /definitions/2020-09-01/productTypes
            getDefinitionsProductType            5 1   5  GET    /definitions/2020-09-01/productTypes/{}
            getPricing                           1 2   1  GET    /products/pricing/v0/price
            getCompetitivePricing                1 2   1  GET    /products/pricing/v0/competitivePrice
            getListingOffers                     1 1   2  GET    /products/pricing/v0/listings/{}/offers
            getItemOffers                        1 2   1  GET    /products/pricing/v0/items/{}/offers
            getItemOffersBatch                   1 10  1  POST   /batches/products/pricing/v0/itemOffers
            getListingOffersBatch                1 2   1  POST   /batches/products/pricing/v0/listingOffers
            getFeaturedOfferExpectedPriceBatch   1 30  1  POST   /batches/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice
            getCompetitiveSummary                1 30  1  POST   /batches/products/pricing/2022-05-01/items/competitiveSummary
            getMyFeesEstimateForSKU              1 1   2  POST   /products/fees/v0/listings/{}/feesEstimate
            getMyFeesEstimateForASIN             1 1   2  POST   /products/fees/v0/items/{}/feesEstimate
            getMyFeesEstimates                   1 2   1  POST   /products/fees/v0/feesEstimate
            getOrders                            1 60  20 GET    /orders/v0/orders
            getOrder                             1 2   30 GET    /orders/v0/orders/{}
            getOrderBuyerInfo                    1 2   30 GET    /orders/v0/orders/{}/buyerInfo
            getOrderAddress                      1 2   30 GET    /orders/v0/orders/{}/address
            getOrderItems                        1 2   30 GET    /orders/v0/orders/{}/orderItems
            getInventorySummaries                2 1   2  GET    /fba/inventory/v1/summaries
            getItemEligibilityPreview            1 1   1  GET    /fba/inbound/v1/eligibility/itemPreview
            getFeeds                             1 45  10 GET    /feeds/2021-06-30/feeds
            createFeed                           1 120 15 POST   /feeds/2021-06-30/feeds
            getFeed                              2 1   15 GET    /feeds/2021-06-30/feeds/{}
            cancelFeed                           2 1   15 DELETE /feeds/2021-06-30/feeds/{}
            createFeedDocument                   1 2   15 POST   /feeds/2021-06-30/documents
            getFeedDocument                      1 45  10 GET    /feeds/2021-06-30/documents/{}
            getReports                           1 45  10 GET    /reports/2021-06-30/reports
            createReport                         1 60  15 POST   /reports/2021-06-30/reports
            getReport                            2 1   15 GET    /reports/2021-06-30/reports/{}
            cancelReport                         1 45  10 DELETE /reports/2021-06-30/reports/{}
            getReportDocument                    1 60  15 GET    /reports/2021-06-30/documents/{}
            getOrderMetrics                      1 2   15 GET    /sales/v1/orderMetrics
            getMarketplaceParticipations         1 60  15 GET    /sellers/v1/marketplaceParticipations
            getAccount                           1 2   30 GET    /sellers/v1/account
            createRestrictedDataToken            1 1   10 POST   /tokens/2021-03-01/restrictedDataToken
            """;

    /** Characters of an operation's name; the longest API of Amazon has 40. */
    private static final int LONGEST = 100;

    private record Shape(String operation, String method, Pattern path) {
    }

    /** Bound: the table above. */
    private final List<Shape> shapes = new ArrayList<>();
    /** Bound: the table above, and operations that stand in the settings. */
    private final Map<String, OperationRate> rates = new HashMap<>();

    /** @param overrides rates that differ from the published ones, by operation */
    public OperationRates(Map<String, OperationRate> overrides) {
        for (String line : TABLE.strip().split("\n")) {
            String[] cell = line.strip().split(" +");
            rates.put(cell[0], OperationRate.of(Integer.parseInt(cell[1]), Duration.ofSeconds(Long.parseLong(cell[2])),
                    Integer.parseInt(cell[3])));
            shapes.add(new Shape(cell[0], cell[4], Pattern.compile(cell[5].replace("{}", "[^/]+"))));
        }
        rates.putAll(overrides);
    }

    /**
     * The operation of a request.
     *
     * @param path below the base URL, with its leading slash and as it was sent
     * @return the operation's name; for one that is not in the table {@code other} and the API it belongs to
     */
    public String operationOf(String method, String path) {
        return shapes.stream().filter(shape -> shape.method().equals(method) && shape.path().matcher(path).matches())
                .map(Shape::operation).findFirst().orElseGet(() -> shortened(OTHER + " " + method + " " + api(path)));
    }

    /** It is remembered for each seller, so no caller chooses how long it is. */
    private static String shortened(String operation) {
        return operation.length() > LONGEST ? operation.substring(0, LONGEST) : operation;
    }

    /** Whether it is an operation of the table, or one that has a rate of its own in the settings. */
    boolean knows(String operation) {
        return rates.containsKey(operation);
    }

    /** The published rate, or one call a second with a burst of two for an operation that is not in the table. */
    public OperationRate of(String operation) {
        return rates.getOrDefault(operation, OTHER_RATE);
    }

    /** The first two parts of a path name the API and, mostly, its version. */
    private static String api(String path) {
        String[] parts = path.split("/", 4);
        return parts.length < 3 ? path : "/" + parts[1] + "/" + parts[2];
    }
}
