package dev.tollgate.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The gateway as a caller sees it. */
final class Gateway {

    static final byte[] PDF = "%PDF-1.4\n% a small one\n%%EOF\n".getBytes(StandardCharsets.US_ASCII);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE).build();

    private final String base;

    Gateway(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    /** An answer with its body as JSON. */
    record Answer(int status, Map<String, List<String>> headers, String text) {

        JsonNode json() {
            try {
                return JSON.readTree(text);
            }
            catch (IOException e) {
                throw new AssertionError("Not JSON: " + text, e);
            }
        }

        String message() {
            return json().path("message").asText();
        }

        String header(String name) {
            var values = headers.get(name.toLowerCase());
            return values == null ? null : values.get(0);
        }
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
    }

    URI uri(String path) {
        return URI.create(base + path);
    }

    /** Any request at all; the path goes out as it stands here. */
    Answer request(String method, String path, String contentType, byte[] body) {
        return send(HttpRequest.newBuilder(uri(path)).header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    Answer extract(String company) {
        return extract(company, null);
    }

    Answer extract(String company, String requestId) {
        return upload(invoiceOf(company), requestId == null ? Map.of() : Map.of("X-Request-Id", requestId));
    }

    /** Sends at once and holds no thread until the answer is there. */
    CompletableFuture<Answer> extractLater(String company, String requestId) {
        return CLIENT.sendAsync(uploadOf(invoiceOf(company), Map.of("X-Request-Id", requestId)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString()).thenApply(Gateway::answer);
    }

    private static Map<String, Object> invoiceOf(String company) {
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("file", PDF);
        parts.put("companyID", company);
        parts.put("username", "ana");
        return parts;
    }

    /** Values that are bytes are sent as files. */
    Answer upload(Map<String, Object> parts, Map<String, String> headers) {
        return send(uploadOf(parts, headers));
    }

    private HttpRequest.Builder uploadOf(Map<String, Object> parts, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/extract"))
                .header("Content-Type", "multipart/form-data; boundary=tollgate-test")
                .POST(HttpRequest.BodyPublishers.ofByteArray(multipart(parts)));
        headers.forEach(request::header);
        return request;
    }

    Answer send(HttpRequest.Builder request) {
        try {
            return answer(CLIENT.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString()));
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers().map(), response.body());
    }

    static byte[] multipart(Map<String, Object> parts) {
        var out = new ByteArrayOutputStream();
        parts.forEach((name, value) -> {
            boolean file = value instanceof byte[];
            out.writeBytes(("--tollgate-test\r\nContent-Disposition: form-data; name=\"" + name + "\""
                    + (file ? "; filename=\"invoice.bin\"\r\nContent-Type: application/octet-stream" : "")
                    + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            out.writeBytes(file ? (byte[]) value : value.toString().getBytes(StandardCharsets.UTF_8));
            out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
        out.writeBytes("--tollgate-test--\r\n".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
