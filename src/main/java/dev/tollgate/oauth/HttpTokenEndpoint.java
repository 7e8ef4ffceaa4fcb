package dev.tollgate.oauth;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * The token endpoint over HTTP. Parameters go as a form, each URL-encoded: tokens contain a bar.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api">Amazon: Connecting to
 *      the Selling Partner API</a>
 */
public final class HttpTokenEndpoint implements TokenEndpoint {

    /** An answer holds two tokens of at most 2,048 bytes; more than this, decoded, is no answer of Amazon's. */
    private static final int MAX_BYTES = 64 * 1024;

    private final HttpClient client;
    private final URI url;
    private final String userAgent;
    private final RequestConfig limits;

    /**
     * @param client    makes the calls, inspects the replies, and neither follows redirects nor repeats anything
     * @param url       the token endpoint
     * @param timeout   for the whole call, from the connection to the answer's last byte
     * @param userAgent as every call to Amazon names the application
     */
    public HttpTokenEndpoint(HttpClient client, URI url, Duration timeout, String userAgent) {
        this.client = client;
        this.url = url;
        this.userAgent = userAgent;
        Timeout limit = Timeout.of(timeout);
        this.limits = RequestConfig.custom().setConnectionRequestTimeout(limit).setConnectTimeout(limit).setResponseTimeout(limit)
                .build();
    }

    @Override
    public Reply post(Map<String, String> form) throws IOException {
        HttpPost request = new HttpPost(url);
        request.setConfig(limits);
        request.setHeader(HttpHeaders.CONTENT_TYPE, "application/x-www-form-urlencoded;charset=UTF-8");
        request.setHeader(HttpHeaders.ACCEPT, "application/json");
        request.setHeader(HttpHeaders.USER_AGENT, userAgent);
        request.setEntity(new ByteArrayEntity(encode(form).getBytes(StandardCharsets.US_ASCII), null));
        return client.execute(request, HttpTokenEndpoint::read);
    }

    private static Reply read(ClassicHttpResponse response) throws IOException {
        byte[] body = response.getEntity() == null ? new byte[0] : response.getEntity().getContent().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            response.getEntity().getContent().close(); // the rest is not read
            throw new IOException("The token endpoint's answer is longer than " + MAX_BYTES + " bytes");
        }
        return new Reply(response.getCode(), new String(body, StandardCharsets.UTF_8));
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
