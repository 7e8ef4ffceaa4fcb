package dev.tollgate.keepa;

import dev.tollgate.queue.Quote;

/**
 * Keepa's price list, as its documentation states it, read from a request before it is sent. Much of it depends on what
 * Keepa finds (offer pages, storefronts, matches), so a quote says what is probable and what is the most.
 *
 * <p>Anything unknown costs what the smallest call costs: Keepa answers 404, and 0 would let it pass at a balance of 0.
 */
public final class PriceList {

    /** A code (EAN, UPC) may stand for many products; one GTIN is known to have cost this much. */
    private static final int PRODUCTS_PER_CODE = 1500;

    /** The largest number of matches, in millions, that the statistics of a finder query are priced for. */
    private static final int MILLIONS_MATCHED = 1000;

    private PriceList() {
    }

    /** The quote for a call. Never throws: parameters that Keepa would refuse are read as if they were missing. */
    public static Quote quote(KeepaCall call) {
        return switch (call.endpoint()) {
            case "product" -> ProductPrice.quote(call, PRODUCTS_PER_CODE);
            case "search" -> search(call);
            case "query" -> finder(call);
            case "deal" -> Quote.fixed("deal", 5);
            case "bestsellers" -> Quote.fixed("bestsellers", 50);
            case "topseller" -> Quote.fixed("topseller", 50);
            case "seller" -> seller(call);
            case "category" -> Quote.fixed("category", 1);
            case "lightningdeal" -> call.count("asin") > 0
                    ? Quote.fixed("lightningdeal one", 1) : Quote.fixed("lightningdeal all", 500);
            case "tracking" -> tracking(call);
            case "graphimage" -> Quote.fixed("graphimage", 1);
            case "token" -> Quote.fixed("token", 0);
            default -> Quote.fixed("other", 1);
        };
    }

    /** 10 a page of ten results, and what an update or a rating adds for each; looking for a category costs 1. */
    private static Quote search(KeepaCall call) {
        if (call.param("type").equalsIgnoreCase("category")) {
            return Quote.fixed("search category", 1);
        }
        boolean update = !call.param("update").isEmpty();
        boolean rating = call.isOn("rating");
        return new Quote("search" + (update ? " update" : "") + (rating ? " rating" : ""), 1,
                10_000 + (update ? 2_000 : 0) + (rating ? 2_500 : 0), 10 + (update ? 10 : 0) + (rating ? 5 : 0));
    }

    /** 10, 1 a hundred ASINs of the page, and with statistics 30 and 1 a million of products matched. */
    private static Quote finder(KeepaCall call) {
        int perPage = Selection.of(call).number("perPage", 50, 50, 10_000);
        int page = 10 + (perPage + 99) / 100;
        return call.isOn("stats")
                ? new Quote("query stats " + page, 1, (page + 40) * 1000L, page + 30 + MILLIONS_MATCHED)
                : Quote.fixed("query " + page, page);
    }

    /** 1 a seller; a storefront 9 more, and a storefront that is collected anew 50. */
    private static Quote seller(KeepaCall call) {
        int sellers = Math.max(1, call.count("seller"));
        if (!call.isOn("storefront")) {
            return new Quote("seller", sellers, sellers * 1000L, sellers);
        }
        return call.param("update").isEmpty()
                ? new Quote("seller storefront", sellers, sellers * 10_000L, sellers * 10L)
                : new Quote("seller storefront update", sellers, sellers * 50_000L, sellers * 50L);
    }

    /** 1 a tracking that is added; looking at trackings and removing them is free. */
    private static Quote tracking(KeepaCall call) {
        if (!call.param("type").equalsIgnoreCase("add")) {
            return Quote.fixed("tracking", 0);
        }
        int added = Selection.of(call).items();
        return new Quote("tracking add", added, added * 1000L, added);
    }
}
