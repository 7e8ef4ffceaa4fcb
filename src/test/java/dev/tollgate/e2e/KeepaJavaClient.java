package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What Keepa's own Java client does with a connection, step by step; its base URL cannot be turned, so it cannot run here
 * itself. It inflates every body, of errors, too, without looking whether it is compressed; it reads balances as whole
 * numbers; it knows eight statuses, and repeats what it does not know for ever.
 *
 * @see <a href="https://github.com/keepacom/api_backend">keepacom/api_backend, KeepaAPI.sendRequest</a>
 */
final class KeepaJavaClient {

    /** The client's own names. */
    enum Status {
        OK, REQUEST_REJECTED, PAYMENT_REQUIRED, NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ENOUGH_TOKEN, INTERNAL_SERVER_ERROR, FAIL;

        private static Status of(int code) {
            return switch (code) {
                case 200 -> OK;
                case 400 -> REQUEST_REJECTED;
                case 402 -> PAYMENT_REQUIRED;
                case 404 -> NOT_FOUND;
                case 405 -> METHOD_NOT_ALLOWED;
                case 429 -> NOT_ENOUGH_TOKEN;
                case 500 -> INTERNAL_SERVER_ERROR;
                default -> FAIL;
            };
        }
    }

    /** What the client makes of a reply; {@code body} is never null, or its promise would never be kept. */
    record Outcome(Status status, JsonNode body) {

        /** Whether {@code sendRequestWithRetry} sends the same again. */
        boolean isRepeated() {
            return status == Status.FAIL || status == Status.NOT_ENOUGH_TOKEN;
        }

        /** Milliseconds until then: 0 and growing where the body does not say. */
        long delay() {
            int refillIn = whole("refillIn");
            return status == Status.NOT_ENOUGH_TOKEN && refillIn > 0 ? refillIn + 100L : 0;
        }

        /** As Gson reads an int: a fraction is an error. */
        int whole(String field) {
            JsonNode number = body.path(field);
            if (!number.isInt()) {
                throw new NumberFormatException(field + ": " + number);
            }
            return number.intValue();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String base;
    private final String key;

    KeepaJavaClient(String base, String key) {
        this.base = base;
        this.key = key;
    }

    /**
     * @param parameters joined by {@code &}; empty for none, then the address ends in {@code &}
     * @param post the body of a POST; null for a GET
     */
    Outcome send(String path, String parameters, String post) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(base + path + "?key=" + key + "&" + parameters).toURL()
                .openConnection();
        connection.setUseCaches(false);
        connection.setRequestProperty("User-Agent", "KEEPA-JAVA Framework-2.14");
        connection.setRequestProperty("Connection", "keep-alive");
        connection.setRequestProperty("Accept-Encoding", "gzip");
        connection.setConnectTimeout(30_000);
        connection.setReadTimeout(120_000);
        if (post != null) {
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json; charset=UTF-8");
            connection.setDoOutput(true);
            connection.getOutputStream().write(post.getBytes(StandardCharsets.UTF_8));
        }
        int code = connection.getResponseCode();
        try (InputStream body = new GZIPInputStream(code == 200 ? connection.getInputStream() : connection.getErrorStream())) {
            JsonNode json = JSON.readTree(body);
            if (json == null || !json.isObject()) {
                throw new NullPointerException("the client reads an empty body as null, and never comes back");
            }
            return new Outcome(Status.of(code), json);
        }
        finally {
            connection.disconnect();
        }
    }
}
