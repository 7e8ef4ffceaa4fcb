package dev.tollgate.oauth;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The token endpoint over the JDK's HTTP client, which neither follows redirects nor repeats a POST. Parameters go as a
 * form, each URL-encoded: tokens contain a bar.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api">Amazon: Connecting to
 *      the Selling Partner API</a>
 */
public final class HttpTokenEndpoint implements TokenEndpoint {

    /** An answer holds two tokens of at most 2,048 bytes; more than this is no answer of Amazon's. */
    private static final int MAX_BYTES = 64 * 1024;

    private final URI url;
    private final Duration timeout;
    private final String userAgent;
    private final HttpClient client;

    /**
     * @param url       the token endpoint
     * @param timeout   for the whole call, from the connection to the answer's last byte
     * @param userAgent as every call to Amazon names the application
     */
    public HttpTokenEndpoint(URI url, Duration timeout, String userAgent) {
        this.url = url;
        this.timeout = timeout;
        this.userAgent = userAgent;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    @Override
    public Reply post(Map<String, String> form) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
                .header("Accept", "application/json")
                .header("User-Agent", userAgent)
                .POST(HttpRequest.BodyPublishers.ofString(encode(form)))
                .build();
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request, HttpTokenEndpoint::body);
        try {
            HttpResponse<String> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(response.statusCode(), response.body());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no complete answer within " + timeout);
        } finally {
            answer.cancel(true);
        }
    }

    private static BodySubscriber<String> body(HttpResponse.ResponseInfo info) {
        boolean tooLong = info.headers().firstValueAsLong("Content-Length").orElse(0) > MAX_BYTES;
        return tooLong ? BodySubscribers.replacing("") : BodySubscribers.ofString(StandardCharsets.UTF_8);
    }

    private static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
