package dev.tollgate.e2e;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.sun.net.httpserver.HttpExchange;

import dev.tollgate.StubServer;

/**
 * An upstream that answers as told, or else with an error that repeats all it was sent, in the body and in every header
 * that might pass; and that keeps all it was sent.
 */
final class EchoingUpstream implements AutoCloseable {

    /** Names of headers that some rule of the gateway lets out, and of some that none does. */
    private static final List<String> HEADERS = List.of("Retry-After", "Location", "Set-Cookie", "ETag", "Vary", "Cache-Control",
            "WWW-Authenticate", "X-Echo", "X-RateLimit-Limit", "x-amzn-RequestId", "x-amzn-RateLimit-Limit", "X-Tollgate-Cache",
            "X-Should-Retry", "Server-Timing", "Content-Security-Policy", "Warning");

    private final StubServer server;
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final Function<String, String> served;
    private volatile int errors;
    private volatile Mode mode = new Mode("", body -> body, Integer.MAX_VALUE, List.of());
    private volatile int echoed;

    /** @param served the body of a good answer, by path and body of the request */
    EchoingUpstream(Function<String, String> served) {
        this.served = served;
        server = new StubServer("echoing-upstream", this::answer);
    }

    String url() {
        return server.url();
    }

    /** From now on every answer is an error of this status; 0: none is. */
    void fail(int status) {
        errors = status;
    }

    /**
     * How an error is sent.
     *
     * @param coding of its body, empty for none
     * @param coded  makes it so
     * @param piece  bytes in a chunk
     * @param quoted credentials that it repeats, besides those that it was sent
     */
    record Mode(String coding, UnaryOperator<byte[]> coded, int piece, List<String> quoted) {
    }

    void send(Mode errorsLikeThis) {
        mode = errorsLikeThis;
    }

    /** All that was sent here: request lines, headers and bodies. */
    List<String> received() {
        return List.copyOf(received);
    }

    /** How many errors were sent that repeat the request. */
    int echoed() {
        return echoed;
    }

    private void answer(HttpExchange http) throws IOException {
        String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String head = http.getRequestURI() + " " + http.getRequestHeaders().entrySet();
        received.add(http.getRequestMethod() + " " + head + " " + body);
        Mode now = mode;
        boolean stream = head.contains("alt=sse") || body.contains("\"stream\":true");
        String answer = errors == 0 ? served.apply(http.getRequestURI() + " " + body)
                : echo(head + " " + body + " " + String.join(" ", now.quoted()), stream && errors == 200);
        http.getResponseHeaders().set("Content-Type", answer.startsWith("data:") ? "text/event-stream" : "application/json");
        if (errors != 0) {
            String value = (head + " " + String.join(" ", now.quoted())).replaceAll("[^\\x20-\\x7e]", "");
            HEADERS.forEach(name -> http.getResponseHeaders().set(name, value));
            String type = answer.startsWith("data:") ? "text/event-stream" : "application/json";
            http.getResponseHeaders().set("Content-Type", type + "; of=\"" + value.replace("\"", "") + "\"");
            if (!now.coding().isEmpty()) {
                http.getResponseHeaders().set("Content-Encoding", now.coding());
            }
            echoed++;
        }
        byte[] plain = answer.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = errors == 0 ? plain : now.coded().apply(plain);
        http.sendResponseHeaders(errors == 0 ? 200 : errors, 0);
        for (int at = 0; at < bytes.length; at += Math.min(now.piece(), bytes.length - at)) {
            http.getResponseBody().write(bytes, at, Math.min(now.piece(), bytes.length - at));
            http.getResponseBody().flush();
        }
        http.getResponseBody().close();
    }

    /** An error in the shapes of all upstreams at once, which writes what it repeats in all the ways there are. */
    private String echo(String request, boolean event) {
        String text = "no: " + new String(JsonStringEncoder.getInstance().quoteAsString(request)) + " "
                + URLEncoder.encode(request, StandardCharsets.UTF_8) + " " + base64(request) + " " + base64(" " + request) + " "
                + base64("  " + request) + " " + request.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
        String error = """
                {"code":"%1$s","error":{"code":%2$d,"type":"%1$s","message":"%1$s","details":[],"status":"%1$s"},
                 "error_description":"%1$s","errors":[{"code":"InvalidInput","message":"%1$s","details":"%1$s"}],
                 "timestamp":%4$d,"tokensLeft":%3$d,"refillIn":60000,"refillRate":1,"tokensConsumed":0}"""
                .formatted(text, errors, 30, System.currentTimeMillis());
        return event ? "data: " + error.replace("\n", "\ndata: ") + "\n\n" : error;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.close();
    }
}
