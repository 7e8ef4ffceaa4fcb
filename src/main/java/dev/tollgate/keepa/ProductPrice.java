package dev.tollgate.keepa;

import dev.tollgate.queue.Quote;

/**
 * The price of a product request: 1 a product, or with offers 6 for every page of ten offers found, and what stock,
 * rating, buy box, variations and forced updates add.
 *
 * <p>Keepa takes these additions only for products whose data is of a certain age; half of them is expected. The expected
 * price of offers is what a real deployment paid: 386 tokens for 50 products at {@code offers=20}, so the first page is
 * certain and each further one is found for two products in seven.
 */
final class ProductPrice {

    private static final int PER_OFFER_PAGE = 6;
    private static final long FURTHER_PAGE_MILLI = 1720;

    private ProductPrice() {
    }

    static Quote quote(KeepaCall call, int mostPerCode) {
        int codes = call.count("code");
        int units = Math.max(1, call.count("asin") + codes);
        int pages = (call.number("offers", 0, 0, 100) + 9) / 10;
        Extras extras = Extras.of(call, pages > 0);
        long each = (pages == 0 ? 1 : (long) pages * PER_OFFER_PAGE) + extras.most;
        long products = units + (codes == 0 ? 0 : (long) codes * (perCode(call, mostPerCode) - 1));
        long expected = pages == 0 ? 1000 : PER_OFFER_PAGE * 1000L + (pages - 1) * FURTHER_PAGE_MILLI;
        String shape = "product" + (codes > 0 ? " code" : "") + (pages > 0 ? " offers " + pages : "") + extras.shape;
        return new Quote(shape, units, units * (expected + extras.expectedMilli), products * each);
    }

    private static int perCode(KeepaCall call, int most) {
        return call.number("code-limit", most, 1, most);
    }

    /** What single parameters add to the price of one product. */
    private static final class Extras {

        private final StringBuilder shape = new StringBuilder();
        private long expectedMilli;
        private long most;

        static Extras of(KeepaCall call, boolean offers) {
            Extras extras = new Extras();
            extras.add(" buybox", call.isOn("buybox") && !offers, 2000, 2);
            extras.add(" stock", call.isOn("stock") && offers, 1000, 2);
            extras.add(" rating", call.isOn("rating"), 500, 1);
            extras.add(" variations", call.isOn("historical-variations"), 500, 1);
            extras.add(" update", call.param("update").trim().equals("0"), 500, 1);
            return extras;
        }

        private void add(String name, boolean asked, long milli, long tokens) {
            if (asked) {
                shape.append(name);
                expectedMilli += milli;
                most += tokens;
            }
        }
    }
}
