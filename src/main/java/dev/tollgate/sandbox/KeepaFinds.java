package dev.tollgate.sandbox;

import java.nio.charset.StandardCharsets;

import dev.tollgate.keepa.KeepaCall;

/**
 * What the simulated Keepa knows about an ASIN, a seller or a code, derived from its name alone: nothing is stored, and the
 * same question always has the same answer.
 *
 * <p>The odds are those of a real deployment where they are known: 50 products with {@code offers=20} cost 386 tokens.
 */
final class KeepaFinds {

    private KeepaFinds() {
    }

    static long cost(KeepaCall call) {
        return switch (call.endpoint()) {
            case "product" -> products(call);
            case "search" -> call.param("type").equals("category") ? 1 : 10 + (chance(call.param("term"), "rating", 2)
                    && call.isOn("rating") ? 3 : 0);
            case "query" -> 10 + (matches(call) + 99) / 100 + (call.isOn("stats") ? 30 + draw("stats", "m", 9) : 0);
            case "deal" -> 5;
            case "bestsellers" -> call.param("category").isEmpty() ? 0 : 50;
            case "topseller" -> 50;
            case "seller" -> sellers(call);
            case "lightningdeal" -> call.count("asin") > 0 ? 1 : 500;
            case "tracking" -> call.param("type").equals("add") ? Math.max(1, occurrences(call.body(), "asin")) : 0;
            case "token" -> 0;
            default -> 1;
        };
    }

    /** Pages of ten offers that are found of those asked for: the first nearly always, each further one in two of seven. */
    static int offerPages(String asin, int asked) {
        int found = chance(asin, "none", 64) ? 0 : Math.min(1, asked);
        while (found > 0 && found < asked && draw(asin, "page" + found, 7) < 2) {
            found++;
        }
        return found;
    }

    /** How many ASINs a finder query matches, at most a page. */
    static long matches(KeepaCall call) {
        return Math.min(call.number("perPage", 50, 50, 10_000), draw(call.param("selection"), "matches", 400));
    }

    /** 0..below-1, evenly. */
    static long draw(String name, String what, int below) {
        long hash = 0xcbf29ce484222325L;
        for (char c : (name + '/' + what).toCharArray()) {
            hash = (hash ^ c) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
        return Long.remainderUnsigned(hash ^ (hash >>> 32), below);
    }

    private static boolean chance(String name, String what, int oneIn) {
        return draw(name, what, oneIn) == 0;
    }

    private static long products(KeepaCall call) {
        long tokens = 0;
        for (String asin : call.param("asin").split(",")) {
            tokens += asin.isBlank() ? 0 : product(asin.trim(), call);
        }
        for (String code : call.param("code").split(",")) {
            long found = code.isBlank() ? 0 : 1 + (chance(code, "many", 8) ? draw(code, "products", 9) : 0);
            tokens += Math.min(found, call.number("code-limit", 1500, 1, 1500)) * product(code.trim(), call);
        }
        return tokens;
    }

    private static long product(String asin, KeepaCall call) {
        int asked = (call.number("offers", 0, 0, 100) + 9) / 10;
        int pages = offerPages(asin, asked);
        return (pages == 0 ? 1 : 6L * pages)
                + (call.isOn("buybox") && asked == 0 ? 2 : 0)
                + (call.isOn("stock") && pages > 0 && chance(asin, "stock", 2) ? 2 : 0)
                + (call.isOn("rating") && chance(asin, "rating", 2) ? 1 : 0)
                + (call.isOn("historical-variations") && chance(asin, "parent", 2) ? 1 : 0)
                + (call.param("update").equals("0") && chance(asin, "update", 2) ? 1 : 0);
    }

    private static long sellers(KeepaCall call) {
        long tokens = 0;
        for (String seller : call.param("seller").split(",")) {
            boolean unknown = seller.isBlank() || chance(seller, "unknown", 16);
            tokens += unknown ? 0 : !call.isOn("storefront") ? 1 : call.param("update").isEmpty() ? 10
                    : chance(seller, "fresh", 2) ? 10 : 50;
        }
        return tokens;
    }

    private static int occurrences(byte[] body, String field) {
        return new String(body, StandardCharsets.UTF_8).split('"' + field + '"', -1).length - 1;
    }
}
