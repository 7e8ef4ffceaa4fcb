package dev.tollgate.keepa;

import java.util.Locale;
import java.util.Map;

import dev.tollgate.gateway.QueryString;

/**
 * A request to Keepa as far as its price is concerned. The request itself passes unchanged; this is only read from it.
 *
 * @param endpoint what is called, in lower case and without slashes: {@code product}, {@code query}, {@code token}…
 * @param params   the decoded query parameters without {@code key}; of a repeated one the first
 * @param body     the body of a POST, empty without one
 */
public record KeepaCall(String endpoint, Map<String, String> params, byte[] body) {

    /**
     * Reads a call from the parts of a request.
     *
     * @param path  with or without slashes at the ends; of more than one segment the last counts
     * @param query the raw query string, may be null; empty pairs and an {@code &} at the end are allowed, and a pair
     *              that is not decodable is read as it stands
     * @param body  may be null
     */
    public static KeepaCall of(String path, String query, byte[] body) {
        return new KeepaCall(lastSegment(path), parse(query), body == null ? new byte[0] : body);
    }

    /** A parameter's value, empty when it is missing. */
    public String param(String name) {
        return params.getOrDefault(name, "");
    }

    /** Whether a switch is set: present and neither empty nor {@code 0} nor {@code false}. */
    public boolean isOn(String name) {
        String value = param(name).trim();
        return !value.isEmpty() && !value.equals("0") && !value.equalsIgnoreCase("false");
    }

    /** A parameter as a number within bounds; {@code otherwise} when it is missing or no number. */
    public int number(String name, int otherwise, int least, int most) {
        String value = param(name).trim();
        if (value.isEmpty()) {
            return otherwise; // as most are: an exception for each would cost a twentieth of a call
        }
        try {
            return Math.max(least, Math.min(most, Integer.parseInt(value)));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** How many values a comma-separated parameter lists, repeated ones included; 0 when it is missing. */
    public int count(String name) {
        int values = 0;
        for (String value : param(name).split(",")) {
            values += value.isBlank() ? 0 : 1;
        }
        return values;
    }

    private static String lastSegment(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(path.lastIndexOf('/', end - 1) + 1, end).toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> parse(String query) {
        Map<String, String> params = QueryString.of(query).toMap();
        params.remove(KeepaKey.PARAMETER);
        return Map.copyOf(params);
    }
}
