package dev.tollgate.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

import org.apache.camel.Exchange;

/**
 * Which part of a long list a caller asks for: at most so many rows, those after an id, those that hold a text.
 *
 * @param limit  1 to {@value #MOST}
 * @param after  the last id of the page before; 0 for the first page
 * @param search in lower case, of at most {@value #LONGEST_SEARCH} characters; empty for every row
 */
public record ListPage(int limit, long after, String search) {

    /** Response header with the path of the next page; absent on the last. */
    public static final String NEXT = "X-Tollgate-Next";

    public static final int MOST = 1000;
    static final int USUAL = 100;
    static final int LONGEST_SEARCH = 100;

    /** @throws Refusal 400 for a limit, an id or a text that is none */
    public static ListPage of(Exchange exchange) {
        String after = exchange.getMessage().getHeader("after", String.class);
        if (after != null && !after.matches("\\d{1,18}")) {
            throw Refusal.of(400, "after must be the id of the last row of the page before.");
        }
        ListPage page = withoutAfter(exchange);
        return after == null ? page : new ListPage(page.limit, Long.parseLong(after), page.search);
    }

    /**
     * For a list whose ids are no numbers, which reads {@code after} itself.
     *
     * @throws Refusal 400 for a limit or a text that is none
     */
    public static ListPage withoutAfter(Exchange exchange) {
        String limit = exchange.getMessage().getHeader("limit", String.class);
        String search = Optional.ofNullable(exchange.getMessage().getHeader("q", String.class)).orElse("").strip();
        if (limit != null && !(limit.matches("[1-9]\\d{0,3}") && Integer.parseInt(limit) <= MOST)) {
            throw Refusal.of(400, "limit must be a number of rows, 1 to " + MOST + ".");
        }
        if (search.length() > LONGEST_SEARCH) {
            throw Refusal.of(400, "q must be a text of at most " + LONGEST_SEARCH + " characters.");
        }
        return new ListPage(limit == null ? USUAL : Integer.parseInt(limit), 0, search.toLowerCase(Locale.ROOT));
    }

    /** What SQL's LIKE looks for, with {@code !} before characters that would stand for others. */
    public String pattern() {
        return "%" + search.replaceAll("[!%_\\[]", "!$0") + "%";
    }

    /** The rows of this page, of one more than its limit; where there is one more, the answer names the next page. */
    public <T> List<T> cut(List<T> oneMore, Function<T, Object> id, String path, Exchange exchange) {
        return cut(oneMore, id, path, "after", exchange);
    }

    /** The same for a list that goes on by another parameter's name, as jobs do, of which the newest is the first. */
    public <T> List<T> cut(List<T> oneMore, Function<T, Object> id, String path, String parameter, Exchange exchange) {
        if (oneMore.size() <= limit) {
            return oneMore;
        }
        List<T> page = oneMore.subList(0, limit);
        exchange.getMessage().setHeader(NEXT, path + "?limit=" + limit + "&" + parameter + "="
                + URLEncoder.encode(String.valueOf(id.apply(page.get(limit - 1))), StandardCharsets.UTF_8) + (search.isEmpty() ? "" : "&q=" + URLEncoder.encode(search, StandardCharsets.UTF_8)));
        return page;
    }
}
